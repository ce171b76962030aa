"""What is known of the items that experiments answered."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from pilothouse.domain.dataset import ExperimentItem
from pilothouse.store.relational import datasets


def facts_of(
    db: sa.Connection, project_id: str, items: Sequence[ExperimentItem]
) -> dict[str, ExperimentItem]:
    """By id the items, with expected output and metadata of the version that was run where the client
    told none."""
    found: dict[str, ExperimentItem] = {}
    for item in items:
        told = item
        if not item.expected_output or not item.item_metadata:
            known = datasets.item(db, project_id, item.item_id, at=item.item_version)
            if known is not None:
                told = replace(
                    item,
                    expected_output=item.expected_output or _text(known.expected_output),
                    item_metadata=item.item_metadata or _text(known.metadata),
                )
        found[item.id] = told
    return found


def _text(value: object) -> str:
    return "" if value is None else datasets.encoded(value)
