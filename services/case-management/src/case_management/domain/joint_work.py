"""Two providers on one case: a lead and a supporting one, who sees it while the work is joint (BR-D8, BR-D12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from case_management.domain.catalogue import choose_from
from rulebook.refusal import Refusal, every_refusal

from .case import Case


@dataclass(frozen=True, slots=True)
class JointWork:
    """One supporting provider's time on a case; `ended_on` is its last day."""

    provider_id: str
    """The supporting provider."""
    agreed_on: date
    ended_on: date | None = None


def case_is_open(
    case: Case, proposal: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    if case.state != "closed":
        return None
    return Refusal(
        "case_closed", "The case is closed.", "Refer the participant again; they may return at any time.", kind="state"
    )


def supporting_provider_is_another(
    case: Case, proposal: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    if proposal.provider_id != case.provider_id:
        return None
    return Refusal("joint_with_itself", "The lead provider works on the case already.", "Name another provider.")


def supporting_provider_is_the_programmes(
    case: Case, proposal: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    """Who joins sees a case, and is credited with its outcomes: never a name that nobody answers to."""
    if proposal.provider_id in partners:
        return None
    return Refusal(
        "unknown_provider",
        f"{proposal.provider_id} is no provider of the programme on {proposal.agreed_on}.",
        choose_from(partners - {case.provider_id}),
    )


def provider_is_not_joint_already(
    case: Case, proposal: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    """Agreed again on the very day it ended, it goes on."""
    theirs = [one for one in existing if one.provider_id == proposal.provider_id and overlap(one, proposal)]
    if not theirs:
        return None
    going_on = any(one.ended_on is None for one in theirs)
    days = ", ".join(f"{one.agreed_on} to {one.ended_on or 'now'}" for one in theirs)
    return Refusal(
        "joint_already",
        f"{proposal.provider_id} works on this case already: {days}.",
        "Use the agreement that is there, or correct its days." if going_on else "Give days outside of these.",
        kind="state",
    )


def overlap(one: JointWork, other: JointWork) -> bool:
    return one.agreed_on < (other.ended_on or date.max) and other.agreed_on < (one.ended_on or date.max)


def joint_work_begins_in_the_cases_life(
    case: Case, proposal: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    if case.allocated_on <= proposal.agreed_on <= today:
        return None
    return Refusal(
        "joint_on_an_impossible_day",
        f"Joint work on this case can be agreed from {case.allocated_on} until today.",
        "Give the day it was agreed.",
    )


RULES = (
    case_is_open,
    supporting_provider_is_another,
    supporting_provider_is_the_programmes,
    provider_is_not_joint_already,
    joint_work_begins_in_the_cases_life,
)


def refusals_of_joint_work(
    case: Case, proposal: JointWork, existing: Iterable[JointWork], partners: frozenset[str], today: date
) -> tuple[Refusal, ...]:
    """Every reason why the providers cannot agree joint work; `partners` are the programme's on the day it begins."""
    return every_refusal(RULES, case, proposal, tuple(existing), partners, today)


def joint_work_has_not_ended(work: JointWork, ended_on: date, today: date) -> Refusal | None:
    if work.ended_on is None:
        return None
    return Refusal(
        "joint_work_ended", f"The joint work ended on {work.ended_on}.", "If that is wrong, put it right.", kind="state"
    )


def joint_work_ends_on_a_possible_day(work: JointWork, ended_on: date, today: date) -> Refusal | None:
    if work.agreed_on <= ended_on <= today:
        return None
    return Refusal(
        "joint_end_on_an_impossible_day",
        f"The joint work can end from {work.agreed_on} until today.",
        "Give its last day.",
    )


END_RULES = (joint_work_has_not_ended, joint_work_ends_on_a_possible_day)


def refusals_of_ending(work: JointWork, ended_on: date, today: date) -> tuple[Refusal, ...]:
    """Every reason why the joint work cannot end so."""
    return every_refusal(END_RULES, work, ended_on, today)


def joint_work_goes_on_in_an_open_case(case: Case, correction: JointWork, today: date) -> Refusal | None:
    if correction.ended_on is not None or case.state != "closed":
        return None
    return Refusal(
        "case_closed", f"The case closed on {case.closed_on}.", "Give the last day of the joint work.", kind="state"
    )


def joint_work_ended_in_the_cases_life(case: Case, correction: JointWork, today: date) -> Refusal | None:
    last = case.closed_on or today
    if correction.ended_on is None or correction.agreed_on <= correction.ended_on <= last:
        return None
    return Refusal(
        "joint_end_on_an_impossible_day",
        f"The joint work can end from {correction.agreed_on} until {last}.",
        "Give its last day.",
    )


OF_A_CORRECTION = (joint_work_goes_on_in_an_open_case, joint_work_ended_in_the_cases_life)


def refusals_of_corrected_joint_work(
    case: Case, correction: JointWork, others: Iterable[JointWork], partners: frozenset[str], today: date
) -> tuple[Refusal, ...]:
    """Every reason why the providers cannot have worked together so; `others` are the case's other joint work."""
    of_any = every_refusal(RULES[1:], case, correction, tuple(others), partners, today)
    return of_any + every_refusal(OF_A_CORRECTION, case, correction, today)


def contributed(
    contributors: Iterable[str], day: date, before: Iterable[JointWork], after: Iterable[JointWork]
) -> frozenset[str]:
    """Who contributed to an outcome of the day, once the joint work `before` was put right to what it is `after`.

    Where everybody joint on the day was credited, everybody is who was joint by what stands now; who was named
    otherwise stays, but whom nobody worked with at all (BR-D10).
    """
    before, after = tuple(before), tuple(after)
    if frozenset(contributors) == supporting_on(before, day):
        return supporting_on(after, day)
    return frozenset(contributors) & {work.provider_id for work in after}


def supporting_on(existing: Iterable[JointWork], day: date) -> frozenset[str]:
    """Providers who work jointly on that day, and so may see the case; and the contributors of an outcome (BR-D10)."""
    on_the_day = (
        work for work in existing if work.agreed_on <= day and (work.ended_on is None or day <= work.ended_on)
    )
    return frozenset(work.provider_id for work in on_the_day)


def sees_shareable_only(case: Case) -> bool:
    """On a restricted case the supporting provider sees what the lead marks shareable (§2.M)."""
    return case.restricted
