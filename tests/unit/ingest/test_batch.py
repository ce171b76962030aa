"""Group commit: what waits together is written together, and an answer means that it is written."""

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue

import pytest

from pilothouse.domain.errors import Overloaded, Unavailable
from pilothouse.ingest.batch import BatchLimits, GroupCommit


class Store:
    """Remembers what was written, and by how many writes; slow enough for others to gather."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.batches: list[list[int]] = []
        self.failing = False
        self.go = threading.Event()
        self.go.set()
        self._seconds = seconds

    def write(self, items: Sequence[int]) -> list[tuple[int, str]]:
        self.go.wait(10)
        time.sleep(self._seconds)
        if self.failing:
            raise Unavailable("away")
        self.batches.append(list(items))
        return [(item, "negative") for item in items if item < 0]


def run(store: Store, limits: BatchLimits, scenario: object) -> None:
    async def main() -> None:
        with ThreadPoolExecutor(1) as executor:
            commit: GroupCommit[int] = GroupCommit(store.write, executor, limits)
            commit.start()
            await scenario(commit)  # type: ignore[operator]
            await commit.drain()

    asyncio.run(main())


def test_an_answer_comes_after_the_write_and_tells_what_was_refused() -> None:
    store = Store()

    async def scenario(commit: GroupCommit[int]) -> None:
        assert await commit.submit([1, -2, 3], 0) == [(-2, "negative")]
        assert store.batches == [[1, -2, 3]]

    run(store, BatchLimits(), scenario)


def test_clients_that_send_one_request_after_the_other_are_written_together() -> None:
    store = Store()

    async def client(commit: GroupCommit[int], number: int) -> None:
        for step in range(10):
            # They do not come back at once: what they send next has to be read first.
            await asyncio.sleep(0.002 * number)
            await commit.submit([number * 100 + step], 0)

    async def scenario(commit: GroupCommit[int]) -> None:
        await asyncio.gather(*(client(commit, number) for number in range(4)))

    run(store, BatchLimits(patience=1), scenario)
    assert sorted(item for batch in store.batches for item in batch) == sorted(
        number * 100 + step for number in range(4) for step in range(10)
    )
    sizes = [len(batch) for batch in store.batches]
    assert sizes.count(4) >= 8, sizes


def test_a_batch_that_is_large_enough_waits_for_nobody() -> None:
    store = Store()

    async def scenario(commit: GroupCommit[int]) -> None:
        await asyncio.gather(*(commit.submit([number] * 3, 0) for number in range(4)))
        await asyncio.wait_for(commit.submit([8] * 3, 0), 5)

    run(store, BatchLimits(patience=60, enough=3), scenario)
    assert store.batches[-1] == [8] * 3


def test_those_who_went_away_are_not_waited_for_longer_than_patience() -> None:
    store = Store(0)

    async def scenario(commit: GroupCommit[int]) -> None:
        await asyncio.gather(*(commit.submit([number], 0) for number in range(8)))
        began = time.monotonic()
        await commit.submit([8], 0)
        assert time.monotonic() - began < 5
        await commit.submit([9], 0)

    run(store, BatchLimits(patience=0.1), scenario)
    assert store.batches[-2:] == [[8], [9]]


def test_too_much_waiting_is_turned_away_and_the_rest_is_written() -> None:
    store = Store()
    store.go.clear()

    async def scenario(commit: GroupCommit[int]) -> None:
        first = asyncio.create_task(commit.submit([1] * 8, 0))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(commit.submit([2] * 2, 0))
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await commit.submit([3], 0)
        store.go.set()
        assert await asyncio.gather(first, second) == [[], []]

    run(store, BatchLimits(waiting_items=10), scenario)
    assert sorted(item for batch in store.batches for item in batch) == [1] * 8 + [2] * 2


def test_a_write_that_fails_fails_its_requests_and_no_later_one() -> None:
    store = Store()

    async def scenario(commit: GroupCommit[int]) -> None:
        store.failing = True
        with pytest.raises(Unavailable):
            await commit.submit([1], 0)
        store.failing = False
        assert await commit.submit([2], 0) == []

    run(store, BatchLimits(), scenario)
    assert store.batches == [[2]]


def test_what_another_thread_finishes_is_answered_then_and_one_more_begins_meanwhile() -> None:
    store, begun = Store(0), Queue[list[int]]()
    store.go.clear()

    async def next_begun() -> list[int]:
        return await asyncio.to_thread(begun.get, timeout=5)

    async def main() -> None:
        with ThreadPoolExecutor(1) as executor, ThreadPoolExecutor(1) as other:

            def write(items: Sequence[int]) -> Future[list[tuple[int, str]]]:
                begun.put(list(items))
                return other.submit(store.write, items)

            commit: GroupCommit[int] = GroupCommit(write, executor, BatchLimits(patience=0))
            commit.start()
            first = asyncio.create_task(commit.submit([1], 0))
            assert await next_begun() == [1]
            second = asyncio.create_task(commit.submit([-2], 0))
            assert await next_begun() == [-2]
            third = asyncio.create_task(commit.submit([3], 0))
            settled = asyncio.create_task(commit.settle())
            await asyncio.sleep(0.03)
            assert begun.empty()
            assert not any(each.done() for each in (first, second, third, settled))
            store.go.set()
            assert [await first, await second, await third] == [[], [(-2, "negative")], []]
            await settled
            store.failing = True
            with pytest.raises(Unavailable):
                await commit.submit([4], 0)
            store.failing = False
            last = asyncio.create_task(commit.submit([5], 0))
            await asyncio.sleep(0)
            await commit.drain()
            assert last.done()

    asyncio.run(main())
    assert store.batches == [[1], [-2], [3], [5]]


def test_draining_writes_what_waits_and_takes_no_more() -> None:
    store = Store()

    async def scenario(commit: GroupCommit[int]) -> None:
        waiting = [asyncio.create_task(commit.submit([number], 0)) for number in range(3)]
        await asyncio.sleep(0)
        await commit.drain()
        assert [await each for each in waiting] == [[], [], []]
        with pytest.raises(Unavailable):
            await commit.submit([9], 0)

    run(store, BatchLimits(), scenario)
    assert sorted(item for batch in store.batches for item in batch) == [0, 1, 2]
