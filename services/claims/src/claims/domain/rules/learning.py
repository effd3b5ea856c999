"""Courses, qualifications, volunteering and work experience."""

from datetime import timedelta

from rulebook.refusal import Refusal

from .question import Question

TOOLKIT = "completed-toolkit"


def education_was_taken_up(question: Question, *, sessions: int) -> Refusal | None:
    """The first two sessions of an accredited course, or the workbook of an unaccredited one (BR-G15)."""
    if question.facts.holds("unaccredited"):
        return None if TOOLKIT in question.outcome.kinds else _toolkit_missing()
    attended = question.facts.number("sessions_attended")
    if attended >= sessions:
        return None
    return Refusal(
        "too_few_sessions",
        f"{attended} session(s) attended; {sessions} are needed.",
        f"Claim it when the first {sessions} sessions have been attended.",
    )


def _toolkit_missing() -> Refusal:
    return Refusal(
        "evidence_missing",
        "An unaccredited course is evidenced by its completed toolkit or workbook.",
        f"Attach: {TOOLKIT}.",
    )


def qualification_is_approved(question: Question, *, credits: int, level: int) -> Refusal | None:
    """An Ofqual number, so many credits, Level 1 or above (BR-G16, S-97)."""
    question.facts.code("ofqual_number")
    if question.facts.number("ofqual_level") < level:
        return Refusal(
            "level_too_low",
            f"The qualification is below Level {level}.",
            f"Claim a qualification of Level {level} or above.",
        )
    earned = question.facts.number("credits")
    if earned >= credits:
        return None
    return Refusal(
        "too_few_credits",
        f"{earned} credit(s) earned; {credits} are needed.",
        f"Claim it when {credits} credits are earned.",
    )


def second_qualification_differs(question: Question) -> Refusal | None:
    """The second is of a higher level or in a different subject (BR-G2)."""
    level, subject = question.facts.number("ofqual_level"), question.facts.code("ofqual_subject")
    same = tuple(
        claim.claim_id
        for claim in question.live_claims(question.outcome.code)
        if claim.facts.code("ofqual_subject") == subject and claim.facts.number("ofqual_level") >= level
    )
    if not same:
        return None
    return Refusal(
        "same_qualification",
        "A qualification in this subject at this level or above has been claimed.",
        "Claim one of a higher level or in a different subject.",
        items=same,
    )


def placement_lasted(question: Question, *, weeks: int, hours_per_week: int) -> Refusal | None:
    """Six weeks averaging six hours; fewer hours a week may be made up over longer (BR-G17)."""
    enough_on = question.facts.day("placement_started_on") + timedelta(weeks=weeks)
    if question.outcome.achieved_on < enough_on:
        return Refusal(
            "placement_too_short",
            f"{weeks} weeks end on {enough_on}.",
            f"Claim it for a date from {enough_on}.",
            from_on=enough_on,
        )
    worked, needed = question.facts.number("placement_hours"), weeks * hours_per_week
    if worked >= needed:
        return None
    return Refusal(
        "too_few_hours", f"{worked} hours of {needed} were given.", f"Claim it when {needed} hours have been given."
    )
