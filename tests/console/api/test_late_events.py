"""The runbook of late events, walked as it is written: Kafka is away, then a feed's address is wrong."""

import httpx
import pytest

from common.ids import new_id
from tests.console.api.towns import Town, edge_row


def told(town: Town, service: str) -> dict[str, float]:
    """A service's own metrics, by name and topic."""
    page = httpx.get(f"{town.urls[service]}/metrics", timeout=30).text
    lines = [line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("outcomes_")]
    return {name: float(value) for name, value in lines}


def test_while_kafka_is_away_the_feed_is_complete_and_once_it_is_swept_nothing_is_missing(town: Town) -> None:
    town.announce(new_id(), new_id())

    # 1. Unpublished grows; numbering goes on, so that the feed is complete.
    assert (told(town, "referral-hub")["outcomes_unpublished"], edge_row(town.outcomes("reconcile").stdout)) == (
        6,
        ["2", "6", "0", "6", "0", "0", "0", "0", "0"],
    )
    town.relay_without_kafka()
    waiting = told(town, "referral-hub")
    assert waiting["outcomes_unpublished"] == 6
    assert waiting["outcomes_oldest_unpublished_seconds"] > 0

    # 3. The sweep fetches what never came; 4. both ends agree.
    town.sweep()
    assert edge_row(town.outcomes("reconcile").stdout) == ["2", "6", "6", "0", "0", "0", "0", "0", "0"]


def test_a_hearer_with_a_wrong_feed_address_waits_and_the_answer_names_whom_to_ask(town: Town) -> None:
    person = new_id()
    town.announce(person)
    town.hear_only_the_last_of(person)

    # 2. Waiting grows on its edge; the feed that was asked says who announces the topic.
    metrics = told(town, "reporting")
    assert (metrics["outcomes_waiting"], metrics['outcomes_behind{topic="referrals"}']) == (1, 3)
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        town.hear(person, asking="case-management")

    town.sweep()
    assert told(town, "reporting")["outcomes_waiting"] == 0
