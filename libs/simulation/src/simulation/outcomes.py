"""What can be achieved, and what a provider sends to show it: evidence kinds and facts that fit the KBOP rate cards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

Facts = Mapping[str, bool | int | str]
NO_FACTS: Facts = MappingProxyType({})

DOMESTIC_ABUSE = "domestic-abuse"
SELF_CERTIFICATION = "self-certification"
CASE_NOTE = "case-note"

BETWEEN_JOBS_DAYS = 20
"""From the end of a first employment to a second entry: illustrative."""
PLACEMENT_WEEKS, ENGAGED_DAYS = 6, 92
"""A placement lasts six weeks (BR-G17); three months are never more than 92 days (BR-G18)."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One item of evidence, as it would lie on the desk."""

    kind: str
    dated_on: date
    copy: int = 1
    """Another copy of the same thing: a better scan."""


@dataclass(frozen=True, slots=True)
class AchievedOutcome:
    """One outcome as it happened, with what is sent first and what should have been sent."""

    outcome: str
    achieved_on: date
    evidence: tuple[Paper, ...]
    facts: Facts = field(default_factory=lambda: NO_FACTS)
    slot: str = "only"
    sent_first: tuple[Paper, ...] | None = None
    """Where the provider's first attempt falls short: the prime returns it, and `evidence` is the correction."""
    queried_for: Paper | None = None
    """Where the council asks for a better copy of one item."""


@dataclass(frozen=True, slots=True)
class LifeCircumstances:
    """What decides which kind of evidence and which facts fit."""

    needs: tuple[str, ...]
    specialism: str
    homeless: bool
    housed: bool
    started_on: date

    @property
    def at_specialist(self) -> bool:
        """Placed with the specialist for domestic abuse, whose own card judges; others meet it elsewhere too."""
        return self.specialism == DOMESTIC_ABUSE

    @property
    def plan(self) -> str:
        return "safety" if self.at_specialist else "support"

    @property
    def instrument(self) -> str:
        return "power-form" if self.at_specialist else "homelessness-star"


Terms = Callable[[LifeCircumstances, date], tuple[tuple[str, ...], dict[str, Any]]]
"""Kinds of evidence and facts for one outcome, achieved on a day."""


def _wellbeing(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return (f"{life.plan}-plan", life.instrument), {}


def _wellbeing_again(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The Power Form is filled in again at the end of support (A-10)."""
    return (f"{life.plan}-plan", life.instrument), {"at_end_of_support": True} if life.at_specialist else {}


def _prevention(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    if life.at_specialist:
        return ("placement-confirmation",), {"ground": "unsafe"}
    if life.homeless:
        return ("tenancy-agreement",), {"ground": "homeless"}
    return ("landlord-no-eviction",), {"ground": "eviction-threat"}


def _resilience(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return (CASE_NOTE, "budget-plan"), {"route": "budget"}


def _order(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("probation-record",), {}


def _sustained(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("landlord-letter",), {"every_move_planned": True, "in_temporary_supported_accommodation": False}


def kept_since(life: LifeCircumstances, day: date) -> Facts:
    """From when a home counts as kept: from referral by whoever was housed then, else from moving in (BR-G13)."""
    return {"housed_at_referral": life.housed} | ({} if life.housed else {"entered_accommodation_on": day.isoformat()})


def _improved(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return (life.instrument, life.instrument), {}


def _earned(pence: int) -> Terms:
    facts: dict[str, Any] = {"contract_in_place": True, "earned_pence": pence, "in_work_at_referral": False}
    return lambda life, on: (("payslip",), facts)


def _education(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("trainer-letter",), {"sessions_attended": 2}


def _qualified(number: str, credits: int) -> Terms:
    facts: dict[str, Any] = {"ofqual_number": number, "ofqual_level": 1, "credits": credits}
    return lambda life, on: (("course-certificate",), facts)


def _employment(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    facts = {"offer_accepted": True, "first_day_attended": True, "employment_started_on": on.isoformat()}
    return ("employment-contract",), facts


def _employment_again(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    kinds, facts = _employment(life, on)
    return kinds, facts | {"previous_employment_ended_on": (on - timedelta(days=BETWEEN_JOBS_DAYS)).isoformat()}


def _volunteering(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    facts = {"placement_accepted": True, "first_day_attended": True, "placement_started_on": on.isoformat()}
    return ("organisation-letter",), facts


def _gave_time(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    started_on = on - timedelta(weeks=PLACEMENT_WEEKS)
    return ("organisation-letter",), {"placement_started_on": started_on.isoformat(), "placement_hours": 40}


def _services(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    facts = {"already_receiving_service": False, "accepted_by_service": True, "initial_appointment_attended": True}
    return ("third-party-letter",), facts


def _stayed_with_service(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("third-party-letter",), {"engaged_from_on": (on - timedelta(days=ENGAGED_DAYS)).isoformat()}


def _risk(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("dash-form", "dash-form"), {}


def _protection(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("court-order",), {"protection": "non-molestation"}


def _independence(life: LifeCircumstances, on: date) -> tuple[tuple[str, ...], dict[str, Any]]:
    return ("course-certificate",), {"course": "freedom-programme"}


TERMS: Mapping[str, Terms] = {
    "WB_INITIAL": _wellbeing,
    "WB_2": _wellbeing_again,
    "WB_3": _wellbeing,
    "WB_IMP_12": _improved,
    "WB_IMP_13": _improved,
    "ACC_PREV": _prevention,
    "FIN_RES": _resilience,
    "STAT_ORDER": _order,
    "ACC_3M": _sustained,
    "ACC_6M": _sustained,
    "ACC_12M": _sustained,
    "ACC_18M": _sustained,
    "EMP_6_5W": _earned(170_000),
    "EMP_13W": _earned(340_000),
    "EMP_26W": _earned(680_000),
    "EDU_ENTRY": _education,
    "OFQ_PART": _qualified("603/1000/1", 3),
    "OFQ_FULL": _qualified("603/1000/1", 9),
    "EMP_ENTRY": _employment,
    "EMP_ENTRY_2": _employment_again,
    "VOL_ENTRY": _volunteering,
    "VOL_6W": _gave_time,
    "SVC_ACCESS": _services,
    "MH_SUST": _stayed_with_service,
    "DRUG_SUST": _stayed_with_service,
    "DA_RISK": _risk,
    "DA_LEGAL": _protection,
    "DA_INDEP": _independence,
}


SLOT_FACTS: Mapping[str, Facts] = {"first": {"ofqual_subject": "construction"}, "second": {"ofqual_subject": "care"}}
"""A second qualification is in another subject (BR-G2)."""


def achieved(
    outcome: str,
    on: date,
    life: LifeCircumstances,
    slot: str = "only",
    facts: Facts = NO_FACTS,
    papers: tuple[Paper, ...] = (),
) -> AchievedOutcome:
    """An outcome shown as the rate card asks, with what else is known; `slot` says which, where there are several.

    `papers` are cited instead of new ones, where some of them are in the case already.
    """
    kinds, card_facts = TERMS[outcome](life, on)
    new = tuple(Paper(kind, on, copy=kinds[:place].count(kind) + 1) for place, kind in enumerate(kinds))
    return AchievedOutcome(outcome, on, papers or new, {**card_facts, **SLOT_FACTS.get(slot, NO_FACTS), **facts}, slot)


def fallen_short(good: AchievedOutcome, chance: Random) -> tuple[Paper, ...]:
    """A first attempt that the rules will not accept: something missing, or the participant's word alone."""
    if len(good.evidence) > 1:
        left_out = chance.randrange(len(good.evidence))
        return tuple(paper for place, paper in enumerate(good.evidence) if place != left_out)
    return (Paper(SELF_CERTIFICATION, good.achieved_on),)
