"""A worker that is told to end ends, whatever fails on the way."""

import asyncio

import pytest

from common.worker import end_when


async def loses_its_cancellation(times: int) -> None:
    """As a connection does that fails just as it is closed."""
    while True:
        try:
            try:
                await asyncio.sleep(3600)
            finally:
                times -= 1
                if times >= 0:
                    raise OSError
        except OSError:
            continue


async def fails() -> None:
    raise RuntimeError


async def until_told(cancellations_lost: int) -> None:
    told = asyncio.Event()

    async def work() -> None:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(loses_its_cancellation(cancellations_lost))
            parts.create_task(asyncio.sleep(3600))

    asyncio.get_running_loop().call_later(0.01, told.set)
    async with asyncio.timeout(10):
        await end_when(told, asyncio.create_task(work()), patience=0.01)


@pytest.mark.parametrize("cancellations_lost", [0, 1, 3])
def test_it_ends_though_a_failing_connection_takes_the_place_of_its_cancellation(cancellations_lost: int) -> None:
    asyncio.run(until_told(cancellations_lost))


def test_a_part_that_fails_ends_the_work_with_its_failure() -> None:
    async def work() -> None:
        await end_when(asyncio.Event(), asyncio.create_task(fails()))

    with pytest.raises(RuntimeError):
        asyncio.run(work())
