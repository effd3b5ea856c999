"""Two providers on one case: a lead and a supporting one, who sees it while the work is joint (BR-D8, BR-D12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .case import Case
from .refusal import Refusal, choose_from, every_refusal


@dataclass(frozen=True, slots=True)
class JointWork:
    """One supporting provider's time on a case; `ended_on` is its last day."""

    provider_id: str
    """The supporting provider."""
    agreed_on: date
    ended_on: date | None = None


def case_is_open(
    case: Case, proposed: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    if case.state != "closed":
        return None
    return Refusal("case_closed", "The case is closed.", "Refer the participant again; they may return at any time.")


def supporting_provider_is_another(
    case: Case, proposed: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    if proposed.provider_id != case.provider_id:
        return None
    return Refusal("joint_with_itself", "The lead provider works on the case already.", "Name another provider.")


def supporting_provider_is_the_programmes(
    case: Case, proposed: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    """Who joins sees a case, and is credited with its outcomes: never a name that nobody answers to."""
    if proposed.provider_id in partners:
        return None
    return Refusal(
        "unknown_provider",
        f"{proposed.provider_id} is no provider of the programme on {proposed.agreed_on}.",
        choose_from(partners - {case.provider_id}),
    )


def provider_is_not_joint_already(
    case: Case, proposed: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    """Agreed again on the very day it ended, it goes on."""
    theirs = [one for one in existing if one.provider_id == proposed.provider_id]
    others = [one for one in theirs if one.ended_on is None or one.ended_on > proposed.agreed_on]
    if not others:
        return None
    going_on = any(one.ended_on is None for one in others)
    last = max((one.ended_on for one in others if one.ended_on), default=None)
    return Refusal(
        "joint_already",
        f"{proposed.provider_id} works on this case already.",
        "Go on under the agreement there is." if going_on else f"Give a day from {last} on.",
    )


def joint_work_begins_in_the_cases_life(
    case: Case, proposed: JointWork, existing: tuple[JointWork, ...], partners: frozenset[str], today: date
) -> Refusal | None:
    if case.allocated_on <= proposed.agreed_on <= today:
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
    case: Case, proposed: JointWork, existing: Iterable[JointWork], partners: frozenset[str], today: date
) -> tuple[Refusal, ...]:
    """Every reason why the providers cannot agree joint work; `partners` are the programme's on the day it begins."""
    return every_refusal(RULES, case, proposed, tuple(existing), partners, today)


def joint_work_has_not_ended(work: JointWork, ended_on: date, today: date) -> Refusal | None:
    if work.ended_on is None:
        return None
    return Refusal("joint_work_ended", f"The joint work ended on {work.ended_on}.", "Nothing more is needed.")


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


def supporting_on(existing: Iterable[JointWork], day: date) -> frozenset[str]:
    """Providers who work jointly on that day, and so may see the case; and the contributors of an outcome (BR-D10)."""
    on_the_day = (
        work for work in existing if work.agreed_on <= day and (work.ended_on is None or day <= work.ended_on)
    )
    return frozenset(work.provider_id for work in on_the_day)


def sees_shareable_only(case: Case) -> bool:
    """On a restricted case the supporting provider sees what the lead marks shareable (§2.M)."""
    return case.restricted
