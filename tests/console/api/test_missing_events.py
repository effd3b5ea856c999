"""The runbook of missing events, walked as it is written: rows of an inbox were lost, and nothing happens twice."""

from common.ids import new_id
from tests.console.api.towns import Town, edge_row

EDGE = ("--service", "reporting", "--topic", "referrals")
WHOLE = ["2", "6", "6", "0", "0", "0", "0", "0", "0"]
AN_HOUR_AGO = "update outbox set announced_at = announced_at - interval '1 hour'"


def test_a_stream_whose_row_was_lost_is_heard_again_by_name(town: Town) -> None:
    person = new_id()
    subject = f"participant/{person}"
    town.announce(person, new_id())
    town.relay_without_kafka()
    town.execute("referral-hub", AN_HOUR_AGO)
    town.sweep()
    town.execute("reporting", "delete from inbox where subject = $1", subject)

    # 1. Which: and the sweep, which has passed it, does not find it by itself.
    town.sweep()
    named = town.outcomes("reconcile", "--verbose")
    assert (named.exit_code, f"referrals → reporting: {subject} is missing" in named.stdout) == (1, True)

    # 2. One stream.
    told = town.outcomes("events", "hear-again", *EDGE, "--subject", subject)
    town.hear()
    assert told.stdout == f"referrals {subject} is open, applied or skipped to 0.\n"

    # 4. Missing is 0.
    assert edge_row(town.outcomes("reconcile").stdout) == WHOLE


def test_a_whole_inbox_is_heard_again(town: Town) -> None:
    town.announce(new_id(), new_id())
    town.relay_without_kafka()
    town.execute("referral-hub", AN_HOUR_AGO)
    town.sweep()
    town.execute("reporting", "delete from inbox")

    # 3. Many.
    told = town.outcomes("events", "hear-again", *EDGE)
    town.sweep()

    assert told.stdout == "reporting walks all of referrals again, and hears what it lacks.\n"
    assert edge_row(town.outcomes("reconcile").stdout) == WHOLE


def test_what_nobody_announced_and_what_nobody_hears_is_said(town: Town) -> None:
    nobody = town.outcomes("events", "hear-again", *EDGE, "--subject", "participant/nobody")
    elsewhere = town.outcomes("events", "hear-again", "--service", "claims", "--topic", "claims")

    assert (nobody.exit_code, elsewhere.exit_code) == (1, 2)
    assert "referral-hub announced nothing about participant/nobody on referrals." in nobody.stderr
