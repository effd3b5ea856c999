"""What the programme tells a caseworker: its outcomes, what each asks, what shows it, and what may be chosen from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from common.clock import LONDON, machine_now
from portal.services import cases
from portal.services.asking import NotThere, Reply
from portal.visit import Visit

Entry = Mapping[str, Any]
EVIDENCE_PARTS = ("all_of", "any_of", "plus", "supporting")


async def programme_guide(visit: Visit) -> Reply:
    """The visitor's programme, as cases are recorded in it."""
    return await visit.ask(cases.PROGRAMME, programme_id=visit.visitor.programme)


def today_of(visit: Visit) -> date:
    """The day it is for the visitor."""
    return (visit.session.now or machine_now()).astimezone(LONDON).date()


def outcomes_of(programme: Entry, provider_id: str, day: date) -> Sequence[Entry]:
    """The outcomes of the card that pays for a provider's, as on a day; of its last version where none is in force."""
    cards = {one["card"] for one in programme["provider_cards"] if one["provider_id"] == provider_id}
    guides = [one for one in programme["guides"] if one["card"] in cards]
    on = day.isoformat()
    in_force = [one for one in guides if one["in_force_from"] <= on <= (one["in_force_until"] or on)]
    guide = max(in_force or guides, key=lambda one: one["in_force_from"], default=None)
    return [] if guide is None else guide["outcomes"]


def outcome_of(programme: Entry, provider_id: str, day: date, code: str) -> Entry:
    """One of them.

    Raises:
        NotThere: the card has no such outcome.
    """
    for one in outcomes_of(programme, provider_id, day):
        if one["outcome"] == code:
            return one
    raise NotThere


def titles_of_outcomes(programme: Entry) -> Mapping[str, str]:
    """Code → title, of every card."""
    return {one["outcome"]: one["title"] for guide in programme["guides"] for one in guide["outcomes"]}


def titles_of_kinds(programme: Entry) -> Mapping[str, str]:
    """Kind of evidence → title."""
    return {one["kind"]: one["title"] for one in programme["evidence_kinds"]}


def kinds_for(outcome: Entry) -> list[str]:
    """Every kind of evidence that an outcome may be purposes with."""
    evidence = outcome["evidence"]
    return list(dict.fromkeys(kind for part in EVIDENCE_PARTS for kind in evidence.get(part, ())))


def purposes_of(outcomes: Sequence[Entry]) -> Mapping[str, list[str]]:
    """Kind of evidence → the titles of the outcomes that it helps to show."""
    purposes: dict[str, list[str]] = {}
    for one in outcomes:
        for kind in kinds_for(one):
            purposes.setdefault(kind, []).append(one["title"])
    return purposes
