import asyncio
from collections.abc import Sequence

import pytest

from pilothouse.llm.together import Together


def test_what_comes_while_some_are_worked_on_is_worked_on_together() -> None:
    async def scene() -> None:
        worked: list[Sequence[int]] = []
        begun, go_on = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def work(items: Sequence[int]) -> list[int]:
            worked.append(items)
            if len(worked) == 1:
                loop.call_soon_threadsafe(begun.set)
                asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
            return [10 * item for item in items]

        together = Together(work)
        first = asyncio.create_task(together.one(1))
        await begun.wait()
        rest = [asyncio.create_task(together.one(item)) for item in (2, 3, 4)]
        await asyncio.sleep(0)
        go_on.set()
        assert await asyncio.gather(first, *rest) == [10, 20, 30, 40]
        assert worked == [[1], [2, 3, 4]]

    asyncio.run(scene())


def test_a_failure_reaches_all_who_wait_and_the_next_try_anew() -> None:
    async def scene() -> None:
        failing = True

        def work(items: Sequence[str]) -> list[str]:
            if failing:
                raise OSError("away")
            return list(items)

        together = Together(work)
        failed = await asyncio.gather(together.one("a"), together.one("b"), return_exceptions=True)
        assert [str(each) for each in failed] == ["away", "away"]
        failing = False
        assert await together.one("c") == "c"

    asyncio.run(scene())


def test_whoever_stops_waiting_takes_nothing_from_the_others() -> None:
    async def scene() -> None:
        together: Together[int, int] = Together(list)
        gone, kept = (asyncio.create_task(together.one(item)) for item in (1, 2))
        await asyncio.sleep(0)
        gone.cancel()
        assert await kept == 2
        with pytest.raises(asyncio.CancelledError):
            await gone

    asyncio.run(scene())
