from collections.abc import Iterator

import pytest

from tests.unit.evals.scoring import Bench, bench
from tests.unit.llm.provider import provider

__all__ = ["provider"]


@pytest.fixture(scope="module")
def scoring() -> Iterator[Bench]:
    with bench() as made:
        yield made
