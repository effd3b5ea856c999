"""What a worker does again and again, whatever is away meanwhile."""

import pytest
from structlog.testing import capture_logs

from common.database.repeating import repeat


class Work:
    """Answers and failures in turn; then it cannot go on."""

    def __init__(self, *turns: bool | Exception) -> None:
        self.turns = list(turns)

    async def __call__(self) -> bool:
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn


class StoreAway(Exception):
    """Passes, where it is said to."""


async def test_what_passes_is_told_and_tried_again_and_anything_else_ends_it() -> None:
    work = Work(True, ConnectionError("away"), TimeoutError(), StoreAway(), False, LookupError("a mistake of ours"))

    with capture_logs() as lines, pytest.raises(LookupError):
        await repeat(work, "work.waits", 0, StoreAway)

    assert work.turns == []
    assert [(line["event"], line["error"]) for line in lines] == [
        ("work.waits", "ConnectionError"),
        ("work.waits", "TimeoutError"),
        ("work.waits", "StoreAway"),
    ]


async def test_it_pauses_only_where_there_is_no_more_to_do() -> None:
    work = Work(True, True, LookupError())

    with pytest.raises(LookupError):
        await repeat(work, "work.waits", 3_600)
