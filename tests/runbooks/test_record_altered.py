"""Somebody writes into an announcer's outbox: it is said how and where, and the very rows make it whole again."""

import pytest

from common.ids import new_id
from common.streams.verifying import verify
from tests.console.api.towns import Town
from tests.parts.runbooks import Walk

KEEP = "create table kept as select * from outbox where subject = $1"
ALTER = ("update outbox set body = replace(body, '2019-09-02', '2019-09-03') where subject = $1 and sequence = 2",)
DELETE = ("delete from outbox where subject = $1 and sequence = 2",)
DELETE_LAST = ("delete from outbox where subject = $1 and sequence = 3",)
SWAP = (
    "update outbox set sequence = sequence + 10 where subject = $1 and sequence in (2, 3)",
    "update outbox set sequence = 15 - sequence where subject = $1 and sequence > 10",
)
SOUND = "6 events checked, 0 streams not as they were announced.\n"
BRING_BACK = ("delete from outbox where subject = $1", "insert into outbox overriding system value select * from kept")


@pytest.mark.parametrize(
    ("done", "said"),
    [(ALTER, "event 2: altered"), (DELETE, "event 2: deleted"), (DELETE_LAST, "event 3: deleted"),
     (SWAP, "event 2: reordered")],
    ids=["altered", "deleted", "the last deleted", "reordered"],
)  # fmt: skip
def test_what_was_done_is_named_with_its_place_until_the_rows_are_back(
    town: Town, done: tuple[str, ...], said: str
) -> None:
    person = new_id()
    subject = f"participant/{person}"
    town.announce(person, new_id())
    town.relay_without_kafka()
    town.all_sweep()
    assert town.outcomes("events", "verify").stdout == SOUND
    town.execute("referral-hub", KEEP.replace("$1", f"'{subject}'"))

    for statement in done:
        town.execute("referral-hub", statement, subject)
    named = town.outcomes("events", "verify")
    town.as_worker("referral-hub", verify)
    assert (named.exit_code, f"referral-hub on referrals: {subject}, {said}" in named.stdout) == (1, True)
    assert "1 streams not as they were announced" in named.stdout
    assert "outcomes_record_faults 1.0" in town.metrics("referral-hub")

    town.execute("referral-hub", BRING_BACK[0], subject)
    town.execute("referral-hub", BRING_BACK[1])
    town.as_worker("referral-hub", verify)
    assert town.outcomes("events", "verify").stdout == SOUND
    assert "outcomes_record_faults 0.0" in town.metrics("referral-hub")


def test_whoever_makes_the_hashes_anew_is_contradicted_by_all_who_heard_it(town: Town, walk: Walk) -> None:
    person = new_id()
    subject = f"participant/{person}"
    town.announce(person)
    town.relay_without_kafka()
    town.all_sweep()
    town.execute("referral-hub", KEEP.replace("$1", f"'{subject}'"))
    town.execute("referral-hub", "create table ends as select * from stream")
    town.spoil(person, 2)

    # 1 and 2. It is whole by itself, and another story than was heard.
    assert "3 events checked, 0 streams" in walk.run("events verify")
    assert f"referrals → reporting: {subject} is forked" in walk.fails("reconcile --verbose")

    # 4 and 5. The rows are brought back, and the stream goes on where it had stopped.
    town.execute("referral-hub", BRING_BACK[0], subject)
    town.execute("referral-hub", BRING_BACK[1])
    town.execute("referral-hub", "update stream set hash = ends.hash from ends where stream.subject = ends.subject")
    assert "3 events checked, 0 streams" in walk.run("events verify")
    town.execute("reporting", "update inbox set state = 'forked'")
    walk.run("events retry", HEARER="reporting", TOPIC="referrals", SUBJECT=subject)
    assert "is forked" not in walk.run("reconcile --verbose")
