"""The river says of each service what its code says."""

from importlib import import_module
from typing import get_args

import pytest

from common.contracts import EVERY_EVENT
from common.messaging.hearing import heard_by
from common.river import ANNOUNCERS, SERVICES, Service, Topic, hearers_of


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_each_service_hears_the_topics_it_reacts_to(service: Service) -> None:
    reactions = import_module(f"{service.package}.events.heard").REACTIONS

    assert set(service.hears) == {contract.topic for contract in heard_by(reactions)}


def test_every_topic_has_events_and_one_announcer() -> None:
    assert set(ANNOUNCERS) == set(get_args(Topic)) == {event.topic for event in EVERY_EVENT.values()}
    assert len(ANNOUNCERS) == sum(service.announces is not None for service in SERVICES.values())


def test_who_announces_is_told_who_listens() -> None:
    assert set(hearers_of("claims")) == {"reporting"}
    assert set(hearers_of("referral-hub")) == {"case-management", "claims", "reporting"}
    assert hearers_of("reporting") == ()
