"""Events about one participant, all usual but what the test names."""

from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

from common.contracts import Event, cases, claims, referrals
from common.ids import new_id

E = TypeVar("E", bound=Event)

REFERRED_ON = date(2019, 9, 2)
ALLOCATED_ON = date(2019, 9, 5)
STARTED_ON = date(2019, 9, 9)
PLANNED_ON = date(2019, 9, 17)
ACHIEVED_ON = date(2019, 10, 4)
APPROVED_ON = date(2019, 11, 6)
VERIFIED_ON = date(2019, 11, 20)

USUAL: dict[type[Event], dict[str, Any]] = {
    referrals.ReferralReceived: {"source": "council", "referred_on": REFERRED_ON, "returning": False},
    referrals.ReferralTriaged: {
        "triaged_on": REFERRED_ON, "specialism": "housing", "intensity": "medium", "complex": False, "priority": False,
    },
    referrals.ReferralDeclined: {"reason": "out-of-area", "declined_on": ALLOCATED_ON},
    referrals.TriageSupportProvided: {"provided_on": ALLOCATED_ON},
    referrals.ParticipantAllocated: {
        "referred_on": REFERRED_ON, "allocated_on": ALLOCATED_ON, "specialism": "housing", "intensity": "medium",
        "complex": False, "priority": False, "returning": False,
    },
    referrals.ReferralJoined: {"referred_on": STARTED_ON},
    referrals.DuplicateReferralEnded: {"ended_on": ALLOCATED_ON},
    referrals.ReferralRestored: {"restored_on": STARTED_ON},
    referrals.ReferralCorrected: {
        "corrected_on": VERIFIED_ON, "changed": (), "source": "council", "referred_on": REFERRED_ON,
        "funding_stream": "lcf", "under_25": False, "needs": (), "priority": False, "complex": False,
        "restricted": False, "housed_at_referral": False, "stable_employment_at_referral": False,
    },
    referrals.TriageCorrected: {
        "corrected_on": VERIFIED_ON, "specialism": "housing", "intensity": "medium", "complex": False,
        "priority": False, "restricted": False,
    },
    referrals.ReferralReopened: {"ended_as": "declined", "reopened_on": STARTED_ON},
    referrals.AllocationWithdrawn: {"withdrawn_on": ALLOCATED_ON},
    referrals.DeclineCorrected: {"reason": "out-of-area", "corrected_on": STARTED_ON},
    referrals.DropInRecorded: {"dropped_in_on": VERIFIED_ON},
    referrals.DropInCorrected: {"dropped_in_on": VERIFIED_ON, "corrected_on": VERIFIED_ON},
    referrals.DropInWithdrawn: {"withdrawn_on": VERIFIED_ON},
    referrals.AllocationDeclined: {"reason": "no-capacity", "complex": False, "declined_on": ALLOCATED_ON},
    cases.CaseStarted: {"referred_on": REFERRED_ON, "started_on": STARTED_ON},
    cases.CaseStartCorrected: {"referred_on": REFERRED_ON, "started_on": STARTED_ON, "corrected_on": STARTED_ON},
    cases.SupportPlanAgreed: {"kind": "support", "version": 1, "agreed_on": PLANNED_ON, "days_from_allocation": 12},
    cases.SupportPlanCorrected: {"kind": "support", "version": 1, "corrected_on": PLANNED_ON},
    cases.SupportPlanWithdrawn: {
        "withdrawn_on": PLANNED_ON,
        "first_agreed_on": None,
        "first_days_from_allocation": None,
    },
    cases.CaseClosed: {"reason": "goals-reached", "closed_on": VERIFIED_ON},
    cases.CaseClosureCorrected: {"reason": "moved", "closed_on": VERIFIED_ON, "corrected_on": VERIFIED_ON},
    cases.CaseReopened: {"started_on": STARTED_ON, "reopened_on": VERIFIED_ON},
    cases.OutcomeRecorded: {"achieved_on": ACHIEVED_ON},
    cases.OutcomeEvidenced: {
        "revision": 1, "achieved_on": ACHIEVED_ON, "referred_on": REFERRED_ON, "service_started_on": STARTED_ON,
        "recorded_by": "caseworker-1", "evidence": (),
    },
    cases.OutcomeWithdrawn: {"reason": "recorded-by-mistake", "withdrawn_on": VERIFIED_ON},
    claims.ClaimRaised: {"achieved_on": ACHIEVED_ON, "rate_card_version": "2019-09", "ready": True},
    claims.ClaimRevised: {"achieved_on": ACHIEVED_ON, "rate_card_version": "2019-09", "ready": True},
    claims.EvidenceReturned: {"requests": (), "returned_on": APPROVED_ON},
    claims.ClaimApproved: {"achieved_on": ACHIEVED_ON, "approved_on": APPROVED_ON},
    claims.ClaimSubmitted: {"submitted_on": APPROVED_ON},
    claims.ClaimQueried: {"requests": (), "queried_on": APPROVED_ON},
    claims.ClaimVerified: {
        "achieved_on": ACHIEVED_ON, "verified_on": VERIFIED_ON, "rate_card_version": "2019-09", "price_pence": 220000,
        "payable_pence": 220000, "above_cap_pence": 0, "payment_mode": "outcome", "shares": (),
    },
    claims.ClaimRefused: {"refusals": ("evidence_missing",), "refused_on": VERIFIED_ON},
    claims.VerificationUndone: {
        "verified_as": UUID(int=1), "verified_on": VERIFIED_ON, "reason": "mistake", "price_pence": 220000,
        "payable_pence": 220000, "above_cap_pence": 0, "shares": (), "undone_on": VERIFIED_ON,
    },
    claims.RefusalUndone: {"reason": "mistake", "undone_on": VERIFIED_ON},
    claims.ClaimReopened: {"reopened_on": VERIFIED_ON},
    claims.ClaimAdjusted: {
        "instead_of": "KBOP-000002", "reason": "verified_twice", "value_pence": 220000, "payable_pence": 220000,
        "above_cap_pence": 0, "adjusted_on": VERIFIED_ON,
    },
    claims.ClaimWithdrawn: {"reason": "prime-withdrew", "withdrawn_on": VERIFIED_ON},
}  # fmt: skip
COMMON: dict[str, Any] = {
    "programme_id": "kbop",
    "occurred_at": datetime(2019, 11, 20, 9, tzinfo=UTC),
    "provider_id": "horton",
    "outcome": "ACC_3M",
    "slot": "only",
    "revision": 1,
    "claim_number": "KBOP-000001",
}
IDS = ("referral_id", "allocation_id", "case_id", "plan_id", "outcome_id", "claim_id", "drop_in_id")


def an(event: type[E], person: UUID, **but: Any) -> E:
    """An event about a person, whose referral, case, outcome and claim have ids made of theirs."""
    named: dict[str, Any] = {name: uuid5(person, name) for name in IDS}
    usual: dict[str, Any] = COMMON | named | {"event_id": new_id(), "participant_id": person} | USUAL.get(event, {})
    return event(**usual | but)


def an_accepted_outcome(person: UUID, **but: Any) -> list[Event]:
    """From its recording to the prime's approval."""
    steps = (cases.OutcomeRecorded, cases.OutcomeEvidenced, claims.ClaimRaised, claims.ClaimApproved)
    return [an(step, person, **but) for step in steps]


def a_whole_story(person: UUID, **but: Any) -> list[Event]:
    """From referral to verification and closure."""
    return [
        an(referrals.ReferralReceived, person),
        an(referrals.ReferralTriaged, person),
        an(referrals.ParticipantAllocated, person),
        an(cases.CaseStarted, person),
        an(cases.SupportPlanAgreed, person),
        *an_accepted_outcome(person, **but),
        an(claims.ClaimSubmitted, person, **but),
        an(claims.ClaimVerified, person, **but),
        an(cases.CaseClosed, person),
    ]
