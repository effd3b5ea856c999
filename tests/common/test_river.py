"""The river says of each service what its code says."""

from importlib import import_module
from typing import get_args

import pytest

from common.contracts import EVERY_EVENT
from common.contracts.audits import Checkpointed
from common.contracts.redactions import EventRedacted
from common.messaging.reactions import heard_by, reacted_to_by
from common.river import ANNOUNCERS, SERVICES, WITH_DATABASE, Service, Topic, hearers_of


@pytest.mark.parametrize("service", WITH_DATABASE.values(), ids=WITH_DATABASE)
def test_each_service_hears_the_topics_it_reacts_to(service: Service) -> None:
    reactions = import_module(f"{service.package}.events.heard").REACTIONS

    assert set(service.hears) == {contract.topic for contract in heard_by(reactions)}


@pytest.mark.parametrize("service", WITH_DATABASE.values(), ids=WITH_DATABASE)
def test_each_service_says_of_every_kind_of_event_that_reaches_it_whether_it_hears_it(service: Service) -> None:
    """A new kind that nobody thought of is red here, and not a figure that stands still."""
    heard = import_module(f"{service.package}.events.heard")
    reacts = reacted_to_by(heard.REACTIONS)
    reaching = {event for event in EVERY_EVENT.values() if event.topic in service.hears}
    declined = {event for event in reaching if issubclass(event, heard.NOT_HEARD)}

    assert {event.__name__ for event in reaching - reacts - declined} == set()
    assert {event.__name__ for event in reacts & declined} == set()
    assert set(heard.NOT_HEARD) <= declined | {Checkpointed, EventRedacted}


def test_every_topic_has_events_and_one_announcer() -> None:
    assert set(ANNOUNCERS) == set(get_args(Topic)) == {event.topic for event in EVERY_EVENT.values()}
    assert len(ANNOUNCERS) == sum(service.announces is not None for service in SERVICES.values())


def test_who_announces_is_told_who_listens() -> None:
    assert set(hearers_of("claims")) == {"reporting"}
    assert set(hearers_of("referral-hub")) == {"case-management", "claims", "reporting"}
    assert hearers_of("reporting") == ()
