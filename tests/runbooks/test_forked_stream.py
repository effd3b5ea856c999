"""A backup that is too old, and then one that is not."""

from common.ids import new_id
from tests.console.api.towns import Town, edge_row
from tests.parts.runbooks import Walk

KEEP = "create table kept as select event_id from outbox where subject = '{subject}' and sequence = 3"
RENAME = "update outbox set event_id = uuidv7() where subject = '{subject}' and sequence = 3"
RESTORE = "update outbox set event_id = (select event_id from kept) where subject = '{subject}' and sequence = 3"


def test_a_forked_stream_stands_still_until_its_announcer_is_restored_and_then_goes_on(town: Town, walk: Walk) -> None:
    person = new_id()
    subject = f"participant/{person}"
    stream = {"HEARER": "reporting", "TOPIC": "referrals", "SUBJECT": subject}
    town.announce(person)
    town.hear(person)
    town.execute("referral-hub", KEEP.format(subject=subject))
    town.execute("referral-hub", RENAME.format(subject=subject))
    town.hear(person)

    # 2. Which; retrying is of no use while the announcer tells another story.
    named = walk.fails("reconcile")
    assert f"referrals → reporting: {subject} is forked" in named
    assert edge_row(named)[-1] == "1"
    assert "restore the announcer" in walk.fails("events retry", **stream)

    # 3. The announcer is restored to a point that has the event; what it announces next is heard.
    town.execute("referral-hub", RESTORE.format(subject=subject))
    assert walk.run("events retry", **stream) == f"referrals {subject} is open, applied or skipped to 3.\n"
    town.announce(person)
    town.hear(person)
    town.all_sweep()
    assert edge_row(walk.run("reconcile")) == ["1", "6", "6", "0", "0", "0", "0", "0", "0"]
