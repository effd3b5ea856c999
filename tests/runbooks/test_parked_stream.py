"""One event is of a type that this service does not know yet, and another nobody can ever read."""

import pytest

from common.contracts import EVERY_EVENT
from common.ids import new_id
from tests.console.api.towns import Town, edge_row
from tests.parts.runbooks import Walk

EDGE = ("--service", "reporting", "--topic", "referrals")


def test_a_parked_stream_is_listed_mended_retried_or_skipped_and_then_whole(
    town: Town, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_new, broken = new_id(), new_id()
    edge = {"HEARER": "reporting", "TOPIC": "referrals"}
    town.announce(too_new, broken)
    town.spoil(broken, 2)
    with monkeypatch.context() as older:
        older.delitem(EVERY_EVENT, "DropInRecorded")
        town.hear(too_new)
    town.hear(broken)

    # 1. Which, and why.
    listed, named = walk.run("events list"), walk.run("reconcile --verbose")
    assert (f"participant/{too_new}" in listed, "unknown-type" in listed) == (True, True)
    assert (f"participant/{broken}" in listed, "unreadable-body" in listed) == (True, True)
    assert f"referrals → reporting: participant/{broken} is parked" in named
    assert edge_row(named) == ["2", "6", "1", "0", "0", "5", "0", "0", "0"]

    # 2 and 3. Reporting is upgraded (it knows the type again), and the stream is tried again.
    retried = walk.run("events retry", SUBJECT=f"participant/{too_new}", **edge)
    town.hear()
    assert retried == f"referrals participant/{too_new} is retrying, applied or skipped to 0.\n"

    # 4. The other will never be readable: exactly its next event is left out.
    left_out = {"SUBJECT": f"participant/{broken}", "CODE": "known-bug", **edge}
    assert "The next event of this stream is 2" in walk.fails("events skip", NEXT=3, **left_out)
    skipped = walk.run("events skip", NEXT=2, **left_out)
    town.hear()
    assert skipped == f"referrals participant/{broken} is open, applied or skipped to 2.\n"

    # 5. Whole again, but for the one.
    town.all_sweep()
    assert "None." in walk.run("events list")
    assert edge_row(walk.run("outcomes reconcile")) == ["2", "6", "5", "0", "0", "0", "1", "0", "0"]


def test_what_is_no_parked_stream_is_neither_retried_nor_skipped(town: Town) -> None:
    nobody = ("--subject", f"participant/{new_id()}")
    retried = town.outcomes("events", "retry", *EDGE, *nobody)
    skipped = town.outcomes("events", "skip", *EDGE, *nobody, "--sequence", "1", "--reason", "known-bug")
    elsewhere = town.outcomes("events", "retry", "--service", "claims", "--topic", "claims", *nobody)

    assert (retried.exit_code, "404" in retried.stderr) == (1, True)
    assert (skipped.exit_code, "announced no event 1" in skipped.stderr) == (1, True)
    assert (elsewhere.exit_code, "claims does not hear claims" in elsewhere.stderr) == (2, True)
