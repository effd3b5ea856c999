"""Work: entering it, keeping it, entering it again."""

from datetime import date

from ..calendar import months_after
from ..evidence import CASE_NOTE, self_certification_stands_alone
from ..fact import Day, Facts, Number, YesNo
from ..parameters import Count, OutcomeCode, Pence
from ..pounds import pounds
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule
from .always import AboutEvidence

AGREED_FOR_STABLE_EMPLOYMENT = "stable-employment"
AGREED_FOR_CRISIS = "crisis"


class OfWork(Rule):
    """A rule that asks the employed and the self-employed for different things."""

    self_employed = YesNo("Is this self-employment?", needed=False)


class EmploymentHadBegun(OfWork):
    """An accepted offer and a first day attended; for the self-employed, trading (Annex A 19)."""

    passed = "The work had begun."

    offer_accepted = YesNo("If employed: was an offer made and accepted?", needed=False)
    first_day_attended = YesNo("If employed: was the first day attended?", needed=False)
    trading_started = YesNo("If self-employed: has trading started?", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        employee_steps = (self.offer_accepted, self.first_day_attended)
        steps = (self.trading_started,) if question.facts.holds(self.self_employed) else employee_steps
        lacking = [fact for fact in steps if not question.facts[fact]]
        if not lacking:
            return None
        return Refusal(
            "employment_not_begun",
            f"Answered with no: {' '.join(fact.question for fact in lacking)}",
            "Claim it when the participant has accepted the offer and attended the first day, or begun to trade.",
        )


class SelfCertifiedEmploymentIsDetailed(AboutEvidence):
    """Employer, role, start and salary recorded, and event notes that substantiate them (BR-E3)."""

    passed = "The work does not rest on a self-certification, or its details are recorded."

    employer_recorded = YesNo("If self-certified: is the employer's name recorded in the case note?", needed=False)
    role_recorded = YesNo("If self-certified: is the role recorded in the case note?", needed=False)
    salary_recorded = YesNo("If self-certified: is the salary recorded in the case note?", needed=False)
    employment_started_on = Day("On which day did this employment, or trading, begin?", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        if not self_certification_stands_alone(question):
            return None
        details = {
            "the employer": self.employer_recorded,
            "the role": self.role_recorded,
            "the salary": self.salary_recorded,
            "the first day": self.employment_started_on,
        }
        lacking = [words for words, fact in details.items() if not question.facts.holds(fact)]
        if CASE_NOTE not in question.outcome.kinds:
            lacking.append("a case note")
        if not lacking:
            return None
        return Refusal(
            "self_certification_not_substantiated",
            f"A self-certified job lacks: {', '.join(lacking)}.",
            "Record employer, role, start date and salary and cite the case note, or attach other evidence.",
        )


class ContractWasInPlace(AboutEvidence, OfWork):
    """Weeks need not be with one employer, but a contract must be in place (BR-G7)."""

    passed = "There was a contract of employment, or this is self-employment."

    contract_in_place = YesNo("Is there a contract of employment?", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        if question.facts.holds(self.self_employed) or "employment-contract" in question.outcome.kinds:
            return None
        if question.facts[self.contract_in_place]:
            return None
        return Refusal(
            "no_contract",
            "No employment contract was in place.",
            "Attach the contract, or record that one is in place.",
        )


class EarningsReachedTheTable(OfWork):
    """Accumulated gross earnings, or invoiced revenue, or hours of self-employment (BR-G7, BR-G8).

    A row of the Earnings Table (S-95), which the sources mention and do not print.
    """

    passed = "Earnings, or the hours of self-employment, reached the earnings table."
    employed_pence: Pence
    """Accumulated gross earnings."""
    self_employed_pence: Pence
    """Invoiced revenue."""
    hours_per_week: Count
    weeks: Count

    earned_pence = Number("If employed: gross earnings so far, in pence.", needed=False)
    invoiced_pence = Number("If self-employed: revenue invoiced so far, in pence.", needed=False)
    self_employed_hours = Number("If self-employed: hours worked within {weeks} weeks.", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        if question.facts.holds(self.self_employed):
            return self._self_employment_reached(question.facts)
        earnings = question.facts[self.earned_pence]
        if earnings >= self.employed_pence:
            return None
        return Refusal(
            "earnings_too_low",
            f"{pounds(earnings)} earned; the earnings table asks for {pounds(self.employed_pence)}.",
            "Claim it when accumulated gross earnings reach the table.",
        )

    def _self_employment_reached(self, facts: Facts) -> Refusal | None:
        hours, weeks, pence = self.hours_per_week * self.weeks, self.weeks, self.self_employed_pence
        hours_worked = facts.get(self.self_employed_hours, 0)
        if hours_worked >= hours:
            return None
        pence_invoiced = facts.get(self.invoiced_pence, 0) if hours_worked else facts[self.invoiced_pence]
        if pence_invoiced >= pence:
            return None
        return Refusal(
            "self_employment_too_little",
            f"{pounds(pence_invoiced)} invoiced and {hours_worked} hours worked within {weeks} weeks.",
            f"Claim it when {pounds(pence)} are invoiced, or {hours} hours worked within {weeks} weeks.",
        )


class EmploymentWasNotStableAtReferral(AboutEvidence):
    """Not for people already in stable work for so long, with two exceptions (BR-G6, A-25).

    The contractor and the Authority agree; or a point of crisis put the employment at risk, which a case note tells.
    """

    passed = "The participant was not in stable work at referral, or an exception was made."
    months: Count
    gap_days: Count
    crisis_needs_agreement: bool

    in_work_at_referral = YesNo("Was the participant in work on the day of referral?")
    in_work_since = Day("If in work at referral: since which day?", needed=False)
    longest_gap_days = Number("If in work at referral: the longest gap between roles, in days.", needed=False)
    point_of_crisis = YesNo("If in work at referral: did a crisis put the work at risk?", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        if not self._was_in_stable_work(question) or AGREED_FOR_STABLE_EMPLOYMENT in question.agreements:
            return None
        if not question.facts.holds(self.point_of_crisis):
            return Refusal(
                "stable_employment",
                f"The participant had been in stable employment for {self.months} months or more at referral.",
                f"By exception only: the Council agrees on the claim ({AGREED_FOR_STABLE_EMPLOYMENT}), or a point of"
                " crisis put the employment at risk: record that and cite the case note.",
            )
        if CASE_NOTE not in question.outcome.kinds:
            return Refusal(
                "exception_not_evidenced",
                "Nothing tells of the point of crisis.",
                "Cite the case note that tells how the employment was at risk.",
            )
        if self.crisis_needs_agreement and AGREED_FOR_CRISIS not in question.agreements:
            return Refusal(
                "council_agreement_needed",
                "The Council has not agreed that a point of crisis put the employment at risk.",
                f"The Council records its agreement on the claim: {AGREED_FOR_CRISIS}.",
            )
        return None

    def _was_in_stable_work(self, question: Question) -> bool:
        facts = question.facts
        if not facts[self.in_work_at_referral]:
            return False
        stable_from = months_after(facts[self.in_work_since], self.months)
        return stable_from <= question.outcome.referred_on and facts.get(self.longest_gap_days, 0) <= self.gap_days


class EarlierEmploymentHadEnded(Rule):
    """A second entry is a new spell, after the first ended, once second entries were agreed (BR-G9, A-19)."""

    passed = "The first employment had ended before this one began."
    rests_on_other_claims = True
    first: OutcomeCode
    not_before: date

    employment_started_on = Day("On which day did this employment, or trading, begin?")
    previous_employment_ended_on = Day("On which day did the first employment end?")

    def decide(self, question: Question) -> Refusal | None:
        entries = tuple(question.live_claims(self.first))
        if not entries:
            return Refusal(
                "first_entry_missing",
                f"{self.first} has not been claimed for this participant.",
                f"A first entry is claimed as {self.first}.",
            )
        started_on = question.facts[self.employment_started_on]
        ended_on = question.facts[self.previous_employment_ended_on]
        if started_on < self.not_before:
            return Refusal(
                "second_entry_too_early",
                f"Second entries count from {self.not_before}; this one began on {started_on}.",
                f"Claim a spell that began on {self.not_before} or later.",
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
