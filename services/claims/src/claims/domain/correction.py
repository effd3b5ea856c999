"""What a person may put right after the council has decided, and which way is open: undo, challenge or reinstate."""

from datetime import date

from rulebook.codes import ClaimState
from rulebook.refusal import Refusal

from .basis import Decision
from .rules.limits import LEAVE_OR_TAKE_BACK


def month_is_open(verified_on: date, closed_month: date | None) -> Refusal | None:
    """What is on a statement is undone by an adjustment, not as if it had never been (BR-H13)."""
    if closed_month is None or verified_on.replace(day=1) > closed_month:
        return None
    return Refusal(
        "month_closed",
        f"It was verified in {verified_on:%Y-%m}, and the statement of that month has been issued.",
        "Challenge the claim; another person at the council then takes its payment back in a coming statement.",
    )


def payment_stands(state: ClaimState, taken_back_on: date | None) -> Refusal | None:
    if state != "verified":
        return Refusal(
            "not_verified",
            f"A claim that is {state} pays nothing.",
            "Wait until it is verified; until then whoever has it returns, queries, refuses or withdraws it.",
        )
    if taken_back_on is not None:
        return Refusal(
            "taken_back", f"Its payment was taken back on {taken_back_on}.", "If that was a mistake, reinstate it."
        )
    return None


def was_taken_back(taken_back_on: date | None) -> Refusal | None:
    if taken_back_on is not None:
        return None
    return Refusal("not_taken_back", "Its payment has not been taken back.", "Leave it as it is.")


def council_refused_it(approved_by: str | None) -> Refusal | None:
    """A duplicate is refused by a rule, before anyone has approved it: nobody's decision, so nobody's to undo."""
    if approved_by is not None:
        return None
    return Refusal(
        "refused_by_rule",
        "A rule refused it: the same outcome is claimed already.",
        LEAVE_OR_TAKE_BACK,
    )


def nobody_has_challenged(challenged_by: str | None) -> Refusal | None:
    if challenged_by is None:
        return None
    return Refusal(
        "already_challenged",
        "It has been challenged, and waits for the council.",
        "Another person at the council decides whether it stands or is taken back.",
    )


def decided_by_another(
    decision: Decision, actor: str, challenged_by: str | None, verified_by: str | None
) -> Refusal | None:
    """Nobody decides on their own challenge, and nobody lets stand against it what they verified themselves."""
    if challenged_by is None:
        return None
    return another_person(actor, challenged_by, verified_by if decision == "let-stand" else None)


def another_person(actor: str, *earlier: str | None) -> Refusal | None:
    """Where money moves, two people have agreed that it does."""
    if actor not in earlier:
        return None
    return Refusal("same_hands", "You took the step before this one.", "A different person must take this step.")
