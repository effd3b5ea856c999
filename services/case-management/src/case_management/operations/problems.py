"""What can stand in the way: a rule's no, every reason at once with what would satisfy it; or that there is none."""

from collections.abc import Sequence
from dataclasses import asdict

from case_management.domain.refusal import Refusal
from common.web.problems import NotFound, Problem


class Refused(Problem):
    """What is asked breaks rules; `refusals` lists every one with its remedy."""

    status, type, title = 422, "refused", "The rules do not allow this"


class RefusedByState(Refused):
    """A rule about the state a thing is in stands against it, whatever else is asked."""

    status, type = 409, "refused-by-state"


class RefusedForSize(Refused):
    """The document is too large."""

    status, type = 413, "document-too-large"


class RefusedForType(Refused):
    """The document is not of a kind we accept, or not what it says."""

    status, type = 415, "document-not-accepted"


KINDS: tuple[tuple[type[Refused], frozenset[str]], ...] = (
    (
        RefusedByState,
        frozenset(
            {
                "case_not_awaiting_start", "case_not_under_way", "case_not_started", "case_closed", "phase_unchanged",
                "start_not_open", "outcomes_rest_on_it",
                "closure_not_open", "closure_not_requested", "closure_decided", "case_not_closed", "closed_by_the_hub",
                "supported_again", "joint_already", "joint_work_ended", "outcome_withdrawn",
                "outcome_on_record", "document_is_its_own_copy", "restricted_already", "withdrawn_already",
                "fund_request_decided", "fund_request_ended", "fund_spent",
            }
        ),
    ),
    (RefusedForSize, frozenset({"document_too_large"})),
    (
        RefusedForType,
        frozenset(
            {
                "document_type_not_accepted", "document_not_what_it_says", "document_is_active",
                "document_is_two_things", "document_holds_files", "document_reaches_out", "attachment_not_accepted",
                "picture_moves", "file_name_of_another_type",
            }
        ),
    ),
)  # fmt: skip
"""The first kind that holds one of the refusals' codes gives the status."""


def refused(*refusals: Refusal) -> Refused:
    """The answer that gives every refusal."""
    codes = {one.code for one in refusals}
    kind = next((kind for kind, its_codes in KINDS if codes & its_codes), Refused)
    return kind(" ".join(one.remedy for one in refusals), refusals=[asdict(one) for one in refusals])


def refuse_if_any(refusals: Sequence[Refusal]) -> None:
    """Go on when no rule stands against it.

    Raises:
        Refused: with every refusal.
    """
    if refusals:
        raise refused(*refusals)


class NoSuchOutcome(NotFound):
    """Absent, or another provider's."""


class NoSuchCase(NotFound):
    """Absent, or another provider's."""


class NoSuchPart(NotFound):
    """Absent, or of another provider's case."""
