"""What is asked of every outcome, in the order in which it is told."""

from uuid import UUID

from ..evidence import (
    CASE_NOTE,
    SELF_CERTIFICATION,
    asked_for,
    counting_kinds,
    evidence_looked_at,
    kinds_there,
    one_of,
    self_certification_stands_alone,
)
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule

LEAVE_OR_TAKE_BACK = (
    "Nothing more can be claimed. If the earlier claim was the mistake, the prime withdraws it, or the Council takes it"
    " back once it is verified; this one is then taken up again by itself."
)


class OutcomeIsClaimedOnce(Rule, always=True):
    """Across providers, referrals and re-entry (BR-G1, BR-C2, BR-D9)."""

    passed = "No other claim has been made for this outcome and slot."
    rests_on_other_claims = True

    def decide(self, question: Question) -> Refusal | None:
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


class SlotIsOnTheRateCard(Rule, always=True):
    """One per type: once for mental health, once for substance misuse (BR-G2, A-22, A-23)."""

    passed = "The rate card has a slot of this name."

    def decide(self, question: Question) -> Refusal | None:
        if question.outcome.slot in question.rate.slots:
            return None
        return Refusal(
            "slot_unknown",
            f"{question.rate.code} cannot be claimed as {question.outcome.slot}.",
            f"Record it as one of: {', '.join(question.rate.slots)}.",
        )


class SubjectIsTheRates(Rule, always=True):
    """A participant's outcome, a family's or a cohort's: each is claimed as what it is (M-06, M-07)."""

    passed = "It was achieved by whoever the rate card pays for."

    def decide(self, question: Question) -> Refusal | None:
        if question.outcome.subject_kind == question.rate.subject:
            return None
        return Refusal(
            "subject_of_another_kind",
            f"{question.rate.code} is achieved by a {question.rate.subject}, not by a {question.outcome.subject_kind}.",
            f"Record it for a {question.rate.subject}.",
        )


class QuantityIsInTheRatesUnit(Rule, always=True):
    """So many of what the price is for, and at most so many in one claim (M-09)."""

    passed = "It is counted as the rate card counts, and one claim may count so many."

    def decide(self, question: Question) -> Refusal | None:
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


class LimitIsNotReached(Rule, always=True):
    """At most so many claims for one participant, whatever the slots (BR-G2)."""

    passed = "It may still be claimed for this participant."
    rests_on_other_claims = True

    def decide(self, question: Question) -> Refusal | None:
        others = [c for c in question.live_claims(question.outcome.code) if c.slot != question.outcome.slot]
        if len(others) < question.rate.limit:
            return None
        return Refusal(
            "limit_reached",
            f"{question.rate.code} can be claimed {question.rate.limit} time(s) for one participant.",
            "Nothing more can be claimed; it still counts as added value.",
            items=tuple(claim.claim_id for claim in others),
        )


class OutcomeHasHappened(Rule, always=True):
    """An outcome is claimed once it has been achieved."""

    passed = "The outcome has happened."

    def decide(self, question: Question) -> Refusal | None:
        if question.outcome.achieved_on <= question.today:
            return None
        return Refusal(
            "achieved_in_future",
            f"The outcome is dated {question.outcome.achieved_on}, which is still to come.",
            "Correct the date, or record the outcome when it has been achieved.",
        )


class OutcomeFollowedReferral(Rule, always=True):
    """What was achieved before the referral is not the programme's."""

    passed = "The outcome came after the referral, or on its day."

    def decide(self, question: Question) -> Refusal | None:
        if question.outcome.achieved_on >= question.outcome.referred_on:
            return None
        return Refusal(
            "achieved_before_referral",
            f"The outcome is dated before the referral of {question.outcome.referred_on}.",
            "Correct the date if it is wrong; an outcome before the referral cannot be claimed.",
        )


class AboutEvidence(Rule):
    """A rule that looks at every piece of evidence."""

    def looks_at(self, question: Question) -> tuple[UUID, ...]:
        return evidence_looked_at(question)


class EvidenceIsNotDatedAhead(AboutEvidence, always=True):
    """No document is of a day that is still to come."""

    passed = "No piece of evidence has a date that is still to come."

    def decide(self, question: Question) -> Refusal | None:
        ahead = tuple(
            item.item_id
            for item in question.outcome.evidence
            if item.dated_on is not None and item.dated_on > question.today
        )
        if not ahead:
            return None
        return Refusal(
            "evidence_dated_ahead",
            "Evidence carries a date that is still to come.",
            "Correct the date of the item, or send it when it exists.",
            items=ahead,
        )


class EveryRequiredItemIsThere(AboutEvidence, always=True):
    """ALL of these (BR-E1)."""

    passed = "Every piece of evidence that must be there is there."

    def decide(self, question: Question) -> Refusal | None:
        counting = counting_kinds(question)
        missing = [kind for kind in question.rate.evidence.all_of if kind not in counting]
        if not missing:
            return None
        names = ", ".join(missing)
        remedy = asked_for(question, missing, "Attach")
        return Refusal("evidence_missing", f"Evidence still needed: {names}.", remedy)


class OneAcceptedItemIsThere(AboutEvidence, always=True):
    """ANY one of these (BR-E2)."""

    passed = "One of the kinds of evidence that count is there, where one is asked for."

    def decide(self, question: Question) -> Refusal | None:
        return one_of(question, question.rate.evidence.any_of, "evidence_missing")


class OneAccompanyingItemIsThere(AboutEvidence, always=True):
    """PLUS one of those: a plan or note, and beside it a letter or statement (BR-E2)."""

    passed = "What must go with the evidence is there, where something must."

    def decide(self, question: Question) -> Refusal | None:
        return one_of(question, question.rate.evidence.plus, "accompanying_evidence_missing")


class SelfCertificationIsNotAlone(AboutEvidence, always=True):
    """Never in isolation: a second item on the card's list, or a cited case note, goes with it (BR-E3)."""

    passed = "The outcome does not rest on a self-certification alone."

    def decide(self, question: Question) -> Refusal | None:
        there = kinds_there(question)
        second = there & (question.rate.evidence.accepted | {CASE_NOTE}) - {SELF_CERTIFICATION}
        if second or not self_certification_stands_alone(question):
            return None
        names = ", ".join(sorted(question.rate.evidence.accepted - {SELF_CERTIFICATION}))
        return Refusal(
            "self_certification_alone",
            "A self-certification is never accepted by itself.",
            f"Cite a case note that bears it out, or attach one of: {names}.",
            items=tuple(item.item_id for item in question.outcome.evidence if item.kind == SELF_CERTIFICATION),
        )
