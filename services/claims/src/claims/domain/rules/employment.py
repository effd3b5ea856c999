"""Work: entering it, keeping it, entering it again."""

from datetime import date

from rulebook.calendar import months_after
from rulebook.refusal import Refusal

from ..evidence import CASE_NOTE, self_certification_stands_alone
from ..money import pounds
from .question import Question

STARTED_ON = "employment_started_on"
AGREED_FOR_STABLE_EMPLOYMENT = "stable-employment"
AGREED_FOR_CRISIS = "crisis"


def employment_had_begun(question: Question) -> Refusal | None:
    """An accepted offer and a first day attended; for the self-employed, trading (Annex A 19)."""
    needed = ("trading_started",) if _self_employed(question) else ("offer_accepted", "first_day_attended")
    lacking = [name for name in needed if not question.facts.yes(name)]
    if not lacking:
        return None
    return Refusal(
        "employment_not_begun",
        f"Not confirmed: {_words(lacking)}.",
        "Claim it when the participant has accepted the offer and attended the first day, or begun to trade.",
    )


def self_certified_employment_is_detailed(question: Question) -> Refusal | None:
    """Employer, role, start and salary recorded, and event notes that substantiate them (BR-E3)."""
    if not self_certification_stands_alone(question):
        return None
    details = ("employer_recorded", "role_recorded", "salary_recorded", STARTED_ON)
    lacking = [name for name in details if not question.facts.holds(name)]
    if CASE_NOTE not in question.outcome.kinds:
        lacking.append("a case note")
    if not lacking:
        return None
    return Refusal(
        "self_certification_not_substantiated",
        f"A self-certified job lacks: {_words(lacking)}.",
        "Record employer, role, start date and salary and cite the case note, or attach other evidence.",
    )


def contract_was_in_place(question: Question) -> Refusal | None:
    """Weeks need not be with one employer, but a contract must be in place (BR-G7)."""
    if _self_employed(question) or "employment-contract" in question.outcome.kinds:
        return None
    if question.facts.yes("contract_in_place"):
        return None
    return Refusal(
        "no_contract",
        "No employment contract was in place.",
        "Attach the contract, or record that one is in place.",
    )


def earnings_reached_the_table(
    question: Question, *, employed_pence: int, self_employed_pence: int, hours_per_week: int, weeks: int
) -> Refusal | None:
    """Accumulated gross earnings, or invoiced revenue, or hours of self-employment (BR-G7, BR-G8)."""
    if _self_employed(question):
        return _self_employment_reached(question, self_employed_pence, hours_per_week * weeks, weeks)
    earned = question.facts.number("earned_pence")
    if earned >= employed_pence:
        return None
    return Refusal(
        "earnings_too_low",
        f"{pounds(earned)} earned; the earnings table asks for {pounds(employed_pence)}.",
        "Claim it when accumulated gross earnings reach the table.",
    )


def _self_employment_reached(question: Question, pence: int, hours: int, weeks: int) -> Refusal | None:
    worked = question.facts.number("self_employed_hours", otherwise=0)
    if worked >= hours:
        return None
    invoiced = question.facts.number("invoiced_pence", otherwise=0 if worked else None)
    if invoiced >= pence:
        return None
    return Refusal(
        "self_employment_too_little",
        f"{pounds(invoiced)} invoiced and {worked} hours worked within {weeks} weeks.",
        f"Claim it when {pounds(pence)} are invoiced, or {hours} hours worked within {weeks} weeks.",
    )


def employment_was_not_stable_at_referral(
    question: Question, *, months: int, gap_days: int, crisis_needs_agreement: bool
) -> Refusal | None:
    """Not for people already in stable work for so long, with two exceptions (BR-G6, A-25).

    The contractor and the Authority agree; or a point of crisis put the employment at risk, which a case note tells.
    """
    if not _was_in_stable_work(question, months, gap_days) or AGREED_FOR_STABLE_EMPLOYMENT in question.agreements:
        return None
    if not question.facts.holds("point_of_crisis"):
        return Refusal(
            "stable_employment",
            f"The participant had been in stable employment for {months} months or more at referral.",
            f"By exception only: the Council agrees on the claim ({AGREED_FOR_STABLE_EMPLOYMENT}), or a point of crisis"
            " put the employment at risk: record that and cite the case note.",
        )
    if CASE_NOTE not in question.outcome.kinds:
        return Refusal(
            "exception_not_evidenced",
            "Nothing tells of the point of crisis.",
            "Cite the case note that tells how the employment was at risk.",
        )
    if crisis_needs_agreement and AGREED_FOR_CRISIS not in question.agreements:
        return Refusal(
            "council_agreement_needed",
            "The Council has not agreed that a point of crisis put the employment at risk.",
            f"The Council records its agreement on the claim: {AGREED_FOR_CRISIS}.",
        )
    return None


def _was_in_stable_work(question: Question, months: int, gap_days: int) -> bool:
    if not question.facts.yes("in_work_at_referral"):
        return False
    stable_from = months_after(question.facts.day("in_work_since"), months)
    return stable_from <= question.outcome.referred_on and question.facts.number("longest_gap_days", 0) <= gap_days


def earlier_employment_had_ended(question: Question, *, first: str, not_before: str) -> Refusal | None:
    """A second entry is a new spell, after the first ended, once second entries were agreed (BR-G9, A-19)."""
    entries = tuple(question.live_claims(first))
    if not entries:
        return Refusal(
            "first_entry_missing",
            f"{first} has not been claimed for this participant.",
            f"A first entry is claimed as {first}.",
        )
    started_on, ended_on = question.facts.day(STARTED_ON), question.facts.day("previous_employment_ended_on")
    if started_on < date.fromisoformat(not_before):
        return Refusal(
            "second_entry_too_early",
            f"Second entries count from {not_before}; this one began on {started_on}.",
            f"Claim a spell that began on {not_before} or later.",
        )
    entered_on = max(claim.achieved_on for claim in entries)
    if entered_on <= ended_on < started_on:
        return None
    return Refusal(
        "same_employment",
        f"The first employment, entered on {entered_on}, had not ended before this one began on {started_on}.",
        f"Claim a new spell of work, or correct the day on which the first ended: {entered_on} or later, before"
        f" {started_on}.",
        items=tuple(claim.claim_id for claim in entries),
    )


def _self_employed(question: Question) -> bool:
    return question.facts.holds("self_employed")


def _words(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)
