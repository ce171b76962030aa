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
    lacking = [each for each in items if not each.expected_output or not each.item_metadata]
    versions = datasets.items_at(
        db, project_id, [(each.item_id, each.item_version) for each in lacking]
    )
    found = {item.id: item for item in items}
    for item in lacking:
        known = versions.get((item.item_id, item.item_version))
        if known is not None:
            found[item.id] = replace(
                item,
                expected_output=item.expected_output or _text(known.expected_output),
                item_metadata=item.item_metadata or _text(known.metadata),
            )
    return found


def _text(value: object) -> str:
    return "" if value is None else datasets.encoded(value)
