"""Kafka is away, then a feed's address is wrong."""

import httpx
import pytest

from common.ids import new_id
from tests.console.api.towns import Town, edge_row
from tests.parts.runbooks import Walk

WAITING = ["2", "6", "0", "6", "0", "0", "0", "0", "0"]


def metrics(walk: Walk, town: Town, service: str) -> dict[str, float]:
    """What the page has one read, by name and topic."""
    lines = [line.rsplit(" ", 1) for line in walk.run("/metrics", SERVICE=town.urls[service]).splitlines()]
    return {name: float(value) for name, value in lines}


def test_what_is_late_is_told_apart_and_arrives_once_its_cause_is_gone(town: Town, walk: Walk) -> None:
    town.announce(new_id(), new_id())

    # 1. Unpublished grows; numbering goes on, so that the feed is complete.
    assert metrics(walk, town, "referral-hub")["outcomes_unpublished"] == 6
    assert edge_row(walk.run("reconcile")) == WAITING
    town.relay_without_kafka()
    waiting = metrics(walk, town, "referral-hub")
    assert waiting["outcomes_unpublished"] == 6
    assert waiting["outcomes_oldest_unpublished_seconds"] > 0

    # 3. The sweep fetches what never came.
    town.sweep()

    # 2. Waiting grows on its edge; the feed that was asked says who announces the topic.
    person = new_id()
    town.announce(person)
    town.hear_only_the_last_of(person)
    behind = metrics(walk, town, "reporting")
    assert (behind["outcomes_waiting"], behind['outcomes_behind{topic="referrals"}']) == (1, 3)
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        town.hear(person, asking="case-management")
    town.sweep()
    assert metrics(walk, town, "reporting")["outcomes_waiting"] == 0

    town.all_sweep()

    # 5. Both ends agree.
    assert edge_row(walk.run("reconcile")) == ["3", "9", "9", "0", "0", "0", "0", "0", "0"]
