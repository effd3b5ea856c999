"""The console may import no service; so this compares what it believes with what the services say."""

from importlib import import_module

import pytest

from common.contracts import ANNOUNCERS, EVERY_EVENT
from common.messaging.hearing import heard_by
from console.addresses import HEARERS, SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_the_console_knows_what_each_service_hears(service: str) -> None:
    reactions = import_module(f"{service.replace('-', '_')}.events.heard").REACTIONS

    assert set(HEARERS[service]) == {contract.topic for contract in heard_by(reactions)}


def test_every_topic_has_one_announcer_that_the_console_knows() -> None:
    assert set(ANNOUNCERS.values()) <= set(SERVICES)
    assert set(ANNOUNCERS) == {event.topic for event in EVERY_EVENT.values()}
