"""The console may import no service; so this compares what it believes with what the services say."""

from importlib import import_module

import pytest

from common.contracts import EVERY_EVENT
from console.addresses import ANNOUNCERS, HEARERS, SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_the_console_knows_what_each_service_hears(service: str) -> None:
    reactions = import_module(f"{service.replace('-', '_')}.events.heard").REACTIONS

    assert set(HEARERS[service]) == {reaction.event.topic for reaction in reactions}


def test_the_console_knows_every_topic() -> None:
    assert set(ANNOUNCERS) == {event.topic for event in EVERY_EVENT.values()}
