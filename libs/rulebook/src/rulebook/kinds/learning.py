"""Courses, qualifications, volunteering and work experience."""

from datetime import timedelta

from ..fact import Code, Day, Number, YesNo
from ..parameters import Count
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule
from .always import AboutEvidence

TOOLKIT = "completed-toolkit"


class EducationWasTakenUp(AboutEvidence):
    """The first two sessions of an accredited course, or the workbook of an unaccredited one (BR-G15)."""

    passed = "The course was taken up: the first {sessions} sessions, or its workbook."
    sessions: Count

    unaccredited = YesNo("Is the course unaccredited?", needed=False)
    sessions_attended = Number("If accredited: sessions attended so far.", needed=False)

    def decide(self, question: Question) -> Refusal | None:
        if question.facts.holds(self.unaccredited):
            return None if TOOLKIT in question.outcome.kinds else _toolkit_missing()
        attendance = question.facts[self.sessions_attended]
        if attendance >= self.sessions:
            return None
        return Refusal(
            "too_few_sessions",
            f"{attendance} session(s) attended; {self.sessions} are needed.",
            f"Claim it when the first {self.sessions} sessions have been attended.",
        )


def _toolkit_missing() -> Refusal:
    return Refusal(
        "evidence_missing",
        "An unaccredited course is evidenced by its completed toolkit or workbook.",
        f"Attach: {TOOLKIT}.",
    )


class QualificationIsApproved(Rule):
    """An Ofqual number, so many credits, Level 1 or above (BR-G16, S-97)."""

    passed = "The qualification is approved, of Level {level} or above, with {credits} credits or more."
    credits: Count
    level: Count

    ofqual_number = Code("The qualification's Ofqual number.")
    ofqual_level = Number("The qualification's level.")
    credits_earned = Number("Credits earned.", name="credits")

    def decide(self, question: Question) -> Refusal | None:
        _ = question.facts[self.ofqual_number]  # that there is one is enough
        if question.facts[self.ofqual_level] < self.level:
            return Refusal(
                "level_too_low",
                f"The qualification is below Level {self.level}.",
                f"Claim a qualification of Level {self.level} or above.",
            )
        credits_earned = question.facts[self.credits_earned]
        if credits_earned >= self.credits:
            return None
        return Refusal(
            "too_few_credits",
            f"{credits_earned} credit(s) earned; {self.credits} are needed.",
            f"Claim it when {self.credits} credits are earned.",
        )


class SecondQualificationDiffers(Rule):
    """The second is of a higher level or in a different subject (BR-G2)."""

    passed = "No qualification in this subject at this level or above has been claimed."
    rests_on_other_claims = True

    ofqual_subject = Code("The qualification's subject.")
    ofqual_level = Number("The qualification's level.")

    def decide(self, question: Question) -> Refusal | None:
        level, subject = question.facts[self.ofqual_level], question.facts[self.ofqual_subject]
        same = tuple(
            claim.claim_id
            for claim in question.live_claims(question.outcome.code)
            if claim.facts[self.ofqual_subject] == subject and claim.facts[self.ofqual_level] >= level
        )
        if not same:
            return None
        return Refusal(
            "same_qualification",
            "A qualification in this subject at this level or above has been claimed.",
            "Claim one of a higher level or in a different subject.",
            items=same,
        )


class PlacementLasted(Rule):
    """Six weeks averaging six hours; fewer hours a week may be made up over longer (BR-G17)."""

    passed = "The placement lasted {weeks} weeks, with {hours_per_week} hours a week."
    weeks: Count
    hours_per_week: Count

    placement_started_on = Day("On which day did the placement begin?")
    placement_hours = Number("Hours given so far.")

    def decide(self, question: Question) -> Refusal | None:
        enough_on = question.facts[self.placement_started_on] + timedelta(weeks=self.weeks)
        if question.outcome.achieved_on < enough_on:
            return Refusal(
                "placement_too_short",
                f"{self.weeks} weeks end on {enough_on}.",
                f"Claim it for a date from {enough_on}.",
                from_on=enough_on,
            )
        hours, hours_needed = question.facts[self.placement_hours], self.weeks * self.hours_per_week
        if hours >= hours_needed:
            return None
        return Refusal(
            "too_few_hours",
            f"{hours} hours of {hours_needed} were given.",
            f"Claim it when {hours_needed} hours have been given.",
        )
