"""How often an outcome may be claimed: once for a participant's life in the programme, unless the card says twice."""

from ..refusal import Refusal
from .question import Question


def outcome_is_claimed_once(question: Question) -> Refusal | None:
    """Across providers, referrals and re-entry (BR-G1, BR-C2, BR-D9)."""
    outcome = question.outcome
    same = tuple(claim.claim_id for claim in question.live_claims(outcome.code) if claim.slot == outcome.slot)
    if not same:
        return None
    return Refusal(
        "already_claimed",
        f"{outcome.code} ({outcome.slot}) has already been claimed for this participant.",
        "Nothing more can be claimed; if the earlier claim was a mistake it must be withdrawn first.",
        items=same,
    )


def slot_is_on_the_rate_card(question: Question) -> Refusal | None:
    """One per type: once for mental health, once for substance misuse (BR-G2, A-22, A-23)."""
    if question.outcome.slot in question.rate.slots:
        return None
    return Refusal(
        "slot_unknown",
        f"{question.rate.code} cannot be claimed as {question.outcome.slot}.",
        f"Record it as one of: {', '.join(question.rate.slots)}.",
    )


def limit_is_not_reached(question: Question) -> Refusal | None:
    """At most so many claims for one participant, whatever the slots (BR-G2)."""
    others = [c for c in question.live_claims(question.outcome.code) if c.slot != question.outcome.slot]
    if len(others) < question.rate.limit:
        return None
    return Refusal(
        "limit_reached",
        f"{question.rate.code} can be claimed {question.rate.limit} time(s) for one participant.",
        "Nothing more can be claimed; it still counts as added value.",
        items=tuple(claim.claim_id for claim in others),
    )


def prerequisite_is_claimed(question: Question, *, prerequisite: str) -> Refusal | None:
    """A second assessment needs a first (A-67)."""
    if any(question.live_claims(prerequisite)):
        return None
    return Refusal(
        "prerequisite_missing",
        f"{question.rate.code} follows {prerequisite}, which has not been claimed.",
        f"Evidence {prerequisite} first.",
    )
