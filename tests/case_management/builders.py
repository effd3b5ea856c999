"""What a case management test needs, all usual but what it names."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from case_management.domain.assessment import Instrument, ScoredAssessment
from case_management.domain.case import Case
from case_management.domain.closure import Attempt, ClosureDecision, ClosurePolicy, ClosureRequest
from case_management.domain.evidence import Document
from case_management.domain.note import Note
from case_management.domain.outcome import Achievement, OutcomeRecord
from case_management.domain.plan import Plan
from rulebook.outcome import EvidenceItem

TODAY = date(2021, 6, 15)
REFERRED_ON = date(2021, 1, 4)
ALLOCATED_ON = date(2021, 1, 11)
STARTED_ON = date(2021, 1, 18)

STAR = Instrument("homelessness-star", 10, 100, "higher")
DASH = Instrument("dash", 0, 24, "lower", months_to_next_stages=(0,), referral_within_days=14)

CLOSURE = ClosurePolicy(reasons=frozenset({"outcomes-achieved", "disengaged", "deceased"}))


def an_id(number: int) -> UUID:
    return UUID(int=number)


def a_case(**but: Any) -> Case:
    usual: dict[str, Any] = {
        "state": "started",
        "provider_id": "horton",
        "referred_on": REFERRED_ON,
        "allocated_on": ALLOCATED_ON,
        "started_on": STARTED_ON,
    }
    return Case(**usual | but)


def an_allocated_case(**but: Any) -> Case:
    return a_case(state="allocated", started_on=None, **but)


def a_plan(**but: Any) -> Plan:
    usual: dict[str, Any] = {
        "kind": "support",
        "goals": ("A door I can lock.",),
        "agreed_with_participant": True,
        "agreed_on": date(2021, 1, 26),
    }
    return Plan(**usual | but)


def a_taking(**but: Any) -> ScoredAssessment:
    usual: dict[str, Any] = {
        "instrument": STAR,
        "score": 40,
        "assessed_on": date(2021, 2, 1),
        "referred_on": REFERRED_ON,
    }
    return ScoredAssessment(**usual | but)


def an_item(number: int = 1, **but: Any) -> EvidenceItem:
    usual: dict[str, Any] = {"item_id": an_id(number), "kind": "landlord-letter", "sha256": "a" * 64}
    return EvidenceItem(**usual | but)


def an_achievement(**but: Any) -> Achievement:
    usual: dict[str, Any] = {"achieved_on": date(2021, 5, 1), "evidence": frozenset({an_item()})}
    return Achievement(**usual | but)


def an_outcome(*revisions: Achievement, **but: Any) -> OutcomeRecord:
    return OutcomeRecord("ACC_3M", revisions or (an_achievement(),), **but)


def a_document(**but: Any) -> Document:
    usual: dict[str, Any] = {
        "declared": "application/pdf",
        "size_bytes": 1000,
    }
    return Document(**usual | but)


def an_attempt(**but: Any) -> Attempt:
    usual: dict[str, Any] = {"attempted_on": date(2021, 5, 1), "channel": "telephone", "tailored_how": ""}
    return Attempt(**usual | but)


THREE_ATTEMPTS = (
    an_attempt(),
    an_attempt(),
    an_attempt(channel="visit", tailored_how="Met at the allotment, where he feels at ease."),
)


def a_closure_request(**but: Any) -> ClosureRequest:
    usual: dict[str, Any] = {
        "reason": "disengaged",
        "requested_by": "worker-1",
        "requested_on": TODAY,
        "attempts": THREE_ATTEMPTS,
    }
    return ClosureRequest(**usual | but)


def a_closure_decision(**but: Any) -> ClosureDecision:
    usual: dict[str, Any] = {
        "granted": True,
        "decided_by": "lead-1",
        "organisation_id": "kbop-prime",
        "decided_on": TODAY,
    }
    return ClosureDecision(**usual | but)


def a_note(**but: Any) -> Note:
    usual: dict[str, Any] = {
        "note_id": an_id(1),
        "case_id": an_id(100),
        "author_id": "worker-1",
        "happened_at": datetime(2021, 5, 1, 10, tzinfo=UTC),
        "written_at": datetime(2021, 5, 1, 12, tzinfo=UTC),
        "words": "We looked at three flats.",
    }
    return Note(**usual | but)
