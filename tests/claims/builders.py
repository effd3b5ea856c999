"""Outcomes, rates and claims in one line each. `a_good_outcome` passes every rule of the shipped cards."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from claims.domain.eligibility import Assessment, Basis, assess
from claims.domain.valuation import MoneyTerms, read_contract
from programme import load_folder
from rulebook.claims_on_record import ClaimOnRecord
from rulebook.fact import Facts, FactValue
from rulebook.outcome import AssessmentResult, AssessmentStage, EvidenceItem, Outcome, PlanInForce
from rulebook.rate_card import EvidenceRule, Rate, RateCard
from rulebook.reading import read_rate_card

KBOP = load_folder(Path(__file__).parents[2] / "programmes" / "kbop")
CARDS = tuple(read_rate_card(document) for document in KBOP.claims_part().documents())
CONTRACT: MoneyTerms = read_contract(KBOP.money.model_dump(mode="json"))

REFERRED_ON = date(2021, 2, 1)
STARTED_ON = date(2021, 2, 3)
ACHIEVED_ON = date(2022, 9, 1)
TODAY = date(2023, 1, 1)

EVERY_ROW = tuple((card.card, code) for card in CARDS if card.in_force_on(ACHIEVED_ON) for code in sorted(card.rates))


def card_in_force(cards: Iterable[RateCard], card: str, achieved_on: date) -> RateCard | None:
    """The version that judges an outcome: the one in force on the day it was achieved (A-12, BR-H10)."""
    return next((each for each in cards if each.card == card and each.in_force_on(achieved_on)), None)


def evidence(*kinds: str, dated_on: date | None = None) -> tuple[EvidenceItem, ...]:
    return tuple(EvidenceItem(uuid7(), kind, "0" * 64, dated_on) for kind in kinds)


def an_assessment(
    instrument: str, stage: AssessmentStage, score: int, assessed_on: date | None = None
) -> AssessmentResult:
    usual = {
        "referral": REFERRED_ON,
        "initial": STARTED_ON,
        "second": date(2021, 6, 1),
        "third": date(2021, 9, 1),
        "later": date(2021, 10, 1),
    }
    return AssessmentResult(uuid7(), instrument, stage, score, assessed_on or usual[stage])


def a_plan(**but: Any) -> PlanInForce:
    usual: dict[str, Any] = {"plan_id": uuid7(), "kind": "support", "agreed_on": STARTED_ON}
    return PlanInForce(**usual | but)


def an_outcome(**but: Any) -> Outcome:
    usual: dict[str, Any] = {
        "outcome_id": uuid7(),
        "revision": 1,
        "code": "ACC_PREV",
        "slot": "only",
        "subject_kind": "participant",
        "subject_id": uuid7(),
        "provider_id": "fusion-housing",
        "achieved_on": ACHIEVED_ON,
        "referred_on": REFERRED_ON,
        "service_started_on": STARTED_ON,
        "evidence": evidence("tenancy-agreement"),
    }
    facts: Mapping[str, FactValue] = but.pop("facts", {})
    return Outcome(**usual | but, facts=Facts(facts))


def a_claim_on_record(outcome: str, **but: Any) -> ClaimOnRecord:
    usual: dict[str, Any] = {
        "claim_id": uuid7(),
        "outcome_id": uuid7(),
        "slot": "only",
        "state": "verified",
        "achieved_on": date(2021, 4, 1),
    }
    facts: Mapping[str, FactValue] = but.pop("facts", {})
    return ClaimOnRecord(outcome=outcome, **usual | but, facts=Facts(facts))


def a_rate(**but: Any) -> Rate:
    usual: dict[str, Any] = {
        "code": "ACC_PREV",
        "title": "Prevention",
        "price_pence": 75_000,
        "slots": ("only",),
        "limit": 1,
        "evidence": EvidenceRule(any_of=frozenset({"tenancy-agreement"})),
    }
    return Rate(**usual | but)


def a_card(*rates: Rate, **but: Any) -> RateCard:
    usual: dict[str, Any] = {
        "card": "generic",
        "version": "test",
        "in_force_from": date(2019, 9, 1),
        "in_force_until": None,
        "rates": {rate.code: rate for rate in rates},
    }
    return RateCard(**usual | but)


SUSTAINED: Mapping[str, FactValue] = {
    "housed_at_referral": True,
    "every_move_planned": True,
    "in_temporary_supported_accommodation": False,
}
EARNED: Mapping[str, FactValue] = {"contract_in_place": True, "earned_pence": 1_000_000, "in_work_at_referral": False}
ENTERED: Mapping[str, FactValue] = {
    "employment_started_on": date(2022, 8, 1),
    "offer_accepted": True,
    "first_day_attended": True,
}
QUALIFIED: Mapping[str, FactValue] = {
    "ofqual_number": "603/1234/5",
    "ofqual_level": 1,
    "ofqual_subject": "catering",
    "credits": 9,
}
PLACED: Mapping[str, FactValue] = {"placement_started_on": date(2022, 1, 1)}

GENERIC: Mapping[str, Mapping[str, Any]] = {
    "WB_INITIAL": {"evidence": ("support-plan", "homelessness-star")},
    "WB_2": {"evidence": ("support-plan", "homelessness-star")},
    "WB_3": {"evidence": ("support-plan", "homelessness-star")},
    "WB_IMP_12": {"evidence": ("homelessness-star", "homelessness-star")},
    "WB_IMP_13": {"evidence": ("homelessness-star", "homelessness-star")},
    "FIN_RES": {"evidence": ("case-note", "awards-letter"), "facts": {"route": "income"}},
    "STAT_ORDER": {"evidence": ("probation-record",)},
    "ACC_PREV": {"evidence": ("tenancy-agreement",), "facts": {"ground": "homeless"}},
    "ACC_3M": {"evidence": ("landlord-letter",), "facts": SUSTAINED},
    "ACC_6M": {"evidence": ("landlord-letter",), "facts": SUSTAINED},
    "ACC_12M": {"evidence": ("landlord-letter",), "facts": SUSTAINED},
    "ACC_18M": {"evidence": ("landlord-letter",), "facts": SUSTAINED},
    "EDU_ENTRY": {"evidence": ("trainer-letter",), "facts": {"sessions_attended": 2}},
    "OFQ_PART": {"evidence": ("course-certificate",), "slot": "first", "facts": QUALIFIED},
    "OFQ_FULL": {"evidence": ("course-certificate",), "slot": "first", "facts": QUALIFIED},
    "EMP_ENTRY": {"evidence": ("employment-contract",), "facts": ENTERED},
    "EMP_6_5W": {"evidence": ("payslip",), "facts": EARNED},
    "EMP_13W": {"evidence": ("payslip",), "facts": EARNED},
    "EMP_26W": {"evidence": ("payslip",), "facts": EARNED},
    "EMP_ENTRY_2": {
        "evidence": ("employment-contract",),
        "facts": {**ENTERED, "previous_employment_ended_on": date(2022, 5, 31)},
    },
    "VOL_ENTRY": {
        "evidence": ("organisation-letter",),
        "slot": "volunteering",
        "facts": {**PLACED, "placement_accepted": True, "first_day_attended": True},
    },
    "VOL_6W": {
        "evidence": ("organisation-letter",),
        "slot": "work-experience",
        "facts": {**PLACED, "placement_hours": 36},
    },
    "SVC_ACCESS": {
        "evidence": ("third-party-letter",),
        "slot": "mental-health",
        "facts": {"already_receiving_service": False, "accepted_by_service": True},
    },
    "MH_SUST": {"evidence": ("third-party-letter",), "facts": {"engaged_from_on": date(2022, 3, 1)}},
    "DRUG_SUST": {"evidence": ("third-party-letter",), "facts": {"engaged_from_on": date(2022, 3, 1)}},
}
PDAP: Mapping[str, Mapping[str, Any]] = {
    "WB_INITIAL": {"evidence": ("safety-plan", "power-form")},
    "WB_2": {"evidence": ("safety-plan", "power-form"), "facts": {"at_end_of_support": True}},
    "WB_IMP_12": {"evidence": ("power-form", "power-form")},
    "DA_RISK": {"evidence": ("dash-form", "dash-form")},
    "DA_LEGAL": {"evidence": ("court-order",), "facts": {"protection": "non-molestation"}},
    "DA_INDEP": {"evidence": ("course-certificate",), "facts": {"course": "freedom-programme"}},
}


def a_good_outcome(card: str, code: str, **but: Any) -> Outcome:
    """An outcome that passes every rule of the shipped card, but for what is changed.

    `facts` are laid over its own; a fact that is None is taken away.
    """
    good = dict({**GENERIC, **PDAP}[code] if card == "pdap" else GENERIC[code])
    facts = {**good.get("facts", {}), **but.pop("facts", {})}
    instrument, plan = ("power-form", "safety") if card == "pdap" else ("homelessness-star", "support")
    usual: dict[str, Any] = {
        "slot": "only",
        **good,
        "evidence": evidence(*good["evidence"]),
        "plan": a_plan(kind=plan),
        "assessments": (
            an_assessment(instrument, "initial", 20),
            an_assessment(instrument, "second", 22),
            an_assessment(instrument, "third", 22),
            an_assessment("dash", "referral", 14),
            an_assessment("dash", "later", 11),
        ),
    }
    known = {name: fact for name, fact in facts.items() if fact is not None}
    return an_outcome(**usual | but | {"code": code, "facts": known})


FIRSTS = tuple(a_claim_on_record(code) for code in ("WB_INITIAL", "EMP_ENTRY"))
"""What other outcomes must follow."""


def judged(
    outcome: Outcome, card: str = "generic", *earlier: ClaimOnRecord, agreements: tuple[str, ...] = ()
) -> Assessment:
    """The assessment under the shipped card in force, after the firsts and whatever else is on record."""
    firsts = tuple(claim for claim in FIRSTS if claim.outcome != outcome.code)
    return judged_after(outcome, *firsts, *earlier, card=card, agreements=agreements)


def judged_after(
    outcome: Outcome, *on_record: ClaimOnRecord, card: str = "generic", agreements: tuple[str, ...] = ()
) -> Assessment:
    """The assessment under the shipped card in force, after exactly what is on record."""
    return assess(
        outcome, card_in_force(CARDS, card, outcome.achieved_on), Basis(TODAY, on_record, frozenset(agreements))
    )


def codes(assessment: Assessment) -> list[str]:
    """Codes of every refusal, in order."""
    return [refusal.code for refusal in assessment.refusals]
