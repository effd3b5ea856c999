"""Somebody writes the next event of a stream to the broker, and the announcer's own takes its place."""

from common.ids import new_id
from tests.console.api.towns import Town, edge_row
from tests.parts.runbooks import Walk


def test_a_forged_message_is_not_applied_and_its_announcers_own_is(town: Town, walk: Walk) -> None:
    person = new_id()
    town.announce(person)
    town.hear_a_forged_second_of(person)

    listed = walk.run("events list")
    assert [word in listed for word in (f"participant/{person}", "reporting", "forged")] == [True, True, True]

    walk.run("events retry", HEARER="reporting", TOPIC="referrals", SUBJECT=f"participant/{person}")
    town.hear()
    town.all_sweep()
    assert edge_row(walk.run("reconcile")) == ["1", "3", "3", "0", "0", "0", "0", "0", "0"]
    assert "None." in walk.run("events list")
