"""How often an outcome may be claimed: once for a participant's life in the programme, unless the card says twice."""

from rulebook.refusal import Refusal

from .question import Question

LEAVE_OR_TAKE_BACK = (
    "Nothing more can be claimed. If the earlier claim was the mistake, the prime withdraws it, or the Council takes it"
    " back once it is verified; this one is then taken up again by itself."
)


def outcome_is_claimed_once(question: Question) -> Refusal | None:
    """Across providers, referrals and re-entry (BR-G1, BR-C2, BR-D9)."""
    outcome = question.outcome
    same = tuple(claim.claim_id for claim in question.live_claims(outcome.code) if claim.slot == outcome.slot)
    if not same:
        return None
    return Refusal(
        "already_claimed",
        f"{outcome.code} ({outcome.slot}) has already been claimed for this participant.",
        LEAVE_OR_TAKE_BACK,
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


def subject_is_the_rates(question: Question) -> Refusal | None:
    """A participant's outcome, a family's or a cohort's: each is claimed as what it is (M-06, M-07)."""
    if question.outcome.subject_kind == question.rate.subject:
        return None
    return Refusal(
        "subject_of_another_kind",
        f"{question.rate.code} is achieved by a {question.rate.subject}, not by a {question.outcome.subject_kind}.",
        f"Record it for a {question.rate.subject}.",
    )


def quantity_is_in_the_rates_unit(question: Question) -> Refusal | None:
    """So many of what the price is for, and at most so many in one claim (M-09)."""
    outcome, rate = question.outcome, question.rate
    if outcome.unit != rate.unit:
        return Refusal(
            "unit_of_another_kind",
            f"{rate.code} is counted by {rate.unit}, not by {outcome.unit}.",
            f"Record how many of this unit were achieved: {rate.unit}.",
        )
    if 1 <= outcome.quantity <= rate.most_per_claim:
        return None
    return Refusal(
        "quantity_beyond_one_claim",
        f"One claim for {rate.code} counts 1 to {rate.most_per_claim} ({rate.unit}), not {outcome.quantity}.",
        f"Record at most {rate.most_per_claim} in one outcome.",
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
