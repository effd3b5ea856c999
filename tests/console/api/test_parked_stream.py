"""The runbook of a parked stream, walked as it is written: the real command, real doors, a hearer that fails."""

import pytest

from common.contracts import EVERY_EVENT
from common.ids import new_id
from tests.console.api.towns import Town, edge_row

EDGE = ("--service", "reporting", "--topic", "referrals")


def test_a_parked_stream_is_listed_mended_retried_or_skipped_and_then_whole(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_new, broken = new_id(), new_id()
    town.announce(too_new, broken)
    town.spoil(broken, 2)
    with monkeypatch.context() as older:
        older.delitem(EVERY_EVENT, "DropInRecorded")
        town.hear(too_new)
    town.hear(broken)

    # 1. Which, and why.
    listed = town.outcomes("events", "list", "--state", "parked")
    named = town.outcomes("reconcile", "--verbose")
    assert (f"participant/{too_new}" in listed.stdout, "unknown-type" in listed.stdout) == (True, True)
    assert (f"participant/{broken}" in listed.stdout, "unreadable-body" in listed.stdout) == (True, True)
    assert f"referrals → reporting: participant/{broken} is parked" in named.stdout
    assert edge_row(named.stdout) == ["2", "6", "1", "0", "0", "5", "0", "0", "0"]

    # 2 and 3. Reporting is upgraded (it knows the type again), and the stream is tried again.
    retried = town.outcomes("events", "retry", *EDGE, "--subject", f"participant/{too_new}")
    town.hear()
    assert retried.stdout == f"referrals participant/{too_new} is retrying, applied or skipped to 0.\n"

    # 4. The other will never be readable: exactly its next event is left out.
    skip = ("events", "skip", *EDGE, "--subject", f"participant/{broken}", "--reason", "known-bug", "--sequence")
    too_far, skipped = town.outcomes(*skip, "3"), town.outcomes(*skip, "2")
    town.hear()
    assert (too_far.exit_code, "The next event of this stream is 2" in too_far.stderr) == (1, True)
    assert skipped.stdout == f"referrals participant/{broken} is open, applied or skipped to 2.\n"

    # 5. Whole again, but for the one.
    assert "None." in town.outcomes("events", "list", "--state", "parked").stdout
    assert edge_row(town.outcomes("reconcile").stdout) == ["2", "6", "5", "0", "0", "0", "1", "0", "0"]


def test_what_is_no_parked_stream_is_neither_retried_nor_skipped(town: Town) -> None:
    nobody = ("--subject", f"participant/{new_id()}")
    retried = town.outcomes("events", "retry", *EDGE, *nobody)
    skipped = town.outcomes("events", "skip", *EDGE, *nobody, "--sequence", "1", "--reason", "known-bug")
    elsewhere = town.outcomes("events", "retry", "--service", "claims", "--topic", "claims", *nobody)

    assert (retried.exit_code, "404" in retried.stderr) == (1, True)
    assert (skipped.exit_code, "announced no event 1" in skipped.stderr) == (1, True)
    assert (elsewhere.exit_code, "claims does not hear claims" in elsewhere.stderr) == (2, True)
