"""Rows of an inbox are lost: one, then all of them; and what they had led to does not happen twice."""

from common.ids import new_id
from tests.console.api.towns import Town, edge_row
from tests.parts.runbooks import Walk

EDGE = {"HEARER": "reporting", "TOPIC": "referrals"}
WHOLE = ["2", "6", "6", "0", "0", "0", "0", "0", "0"]
AN_HOUR_AGO = "update outbox set announced_at = announced_at - interval '1 hour'"


def test_what_is_missing_is_heard_again_by_name_or_altogether(town: Town, walk: Walk) -> None:
    person = new_id()
    subject = f"participant/{person}"
    town.announce(person, new_id())
    town.relay_without_kafka()
    town.execute("referral-hub", AN_HOUR_AGO)
    town.all_sweep()
    town.execute("reporting", "delete from inbox where subject = $1", subject)

    # 1. Which: the sweep has passed it, and does not find it by itself.
    town.all_sweep()
    assert f"referrals → reporting: {subject} is missing" in walk.fails("reconcile --verbose")

    # 2. One stream.
    told = walk.run('--subject "$SUBJECT"', SUBJECT=subject, **EDGE)
    town.hear()
    assert told == f"referrals {subject} is open, applied or skipped to 0.\n"
    assert edge_row(walk.run("outcomes reconcile")) == WHOLE

    # 3. Many.
    town.execute("reporting", "delete from inbox")
    told = walk.run('outcomes events hear-again --service "$HEARER" --topic "$TOPIC"', **EDGE)
    town.all_sweep()
    assert told == "reporting walks all of referrals again, and hears what it lacks.\n"

    # 4. Nothing is missing.
    assert edge_row(walk.run("outcomes reconcile")) == WHOLE


def test_what_nobody_announced_and_what_nobody_hears_is_said(town: Town) -> None:
    nobody = ("--subject", "participant/nobody")
    unknown = town.outcomes("events", "hear-again", "--service", "reporting", "--topic", "referrals", *nobody)
    elsewhere = town.outcomes("events", "hear-again", "--service", "claims", "--topic", "claims")

    assert (unknown.exit_code, elsewhere.exit_code) == (1, 2)
    assert "referral-hub announced nothing about participant/nobody on referrals." in unknown.stderr
