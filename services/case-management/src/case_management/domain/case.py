"""The life of a case, from allocation to closure, and its phases (BR-D2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rulebook.refusal import Refusal, every_refusal

from .timeline import DatedFact, is_not_after_the_end, is_not_before_the_start, nothing_is_before

CaseState = Literal["allocated", "started", "closure-requested", "closed"]
Phase = Literal["intensive", "light-touch"]

MOVES: frozenset[tuple[CaseState, CaseState]] = frozenset(
    {
        ("allocated", "started"),
        ("allocated", "closure-requested"),
        ("allocated", "closed"),
        ("started", "allocated"),
        ("started", "closure-requested"),
        ("started", "closed"),
        ("closure-requested", "allocated"),
        ("closure-requested", "started"),
        ("closure-requested", "closed"),
        ("closed", "allocated"),
        ("closed", "started"),
    }
)
"""Every permitted move. Straight to closed: the hub took the allocation back, or found the referral to be a
duplicate. Back from started or closed: that was a mistake; a participant who returns has a new referral and a new case
(BR-C1)."""


class CaseCannotMove(Exception):
    """The case is not in a state from which it can go there."""

    def __init__(self, state: CaseState, to: CaseState) -> None:
        super().__init__(f"A case that is {state} cannot become {to}.")
        self.state = state
        self.to = to


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at in a case. Dates are London dates."""

    state: CaseState
    provider_id: str
    """The lead provider."""
    referred_on: date
    allocated_on: date
    started_on: date | None = None
    closed_on: date | None = None
    closure_reason: str | None = None
    phase: Phase = "intensive"
    phase_since: date | None = None
    restricted: bool = False
    """A domestic-abuse record: need-to-know."""

    @property
    def state_without_closure(self) -> CaseState:
        """Where the case returns when a request to close is not granted."""
        return "started" if self.started_on else "allocated"


def moved(state: CaseState, to: CaseState) -> CaseState:
    """The state after the move. CaseCannotMove when the table does not hold it."""
    if (state, to) not in MOVES:
        raise CaseCannotMove(state, to)
    return to


def case_awaits_its_start(case: Case, started_on: date, today: date) -> Refusal | None:
    if case.state == "allocated":
        return None
    on = "Go on with it; if the day of its start is wrong, put that right."
    remedy = "If support is needed now, refer the participant again." if case.state == "closed" else on
    return Refusal("case_not_awaiting_start", f"The case is {case.state} already.", remedy, kind="state")


def start_is_not_before_allocation(case: Case, started_on: date, today: date) -> Refusal | None:
    if started_on >= case.allocated_on:
        return None
    return Refusal(
        "started_before_allocation",
        f"The participant was allocated on {case.allocated_on}.",
        "Give the day of first contact, on or after the allocation.",
    )


def start_is_not_in_the_future(case: Case, started_on: date, today: date) -> Refusal | None:
    if started_on <= today:
        return None
    return Refusal("started_in_the_future", "The start is still to come.", "Record it once contact has been made.")


START_DAY_RULES = (start_is_not_before_allocation, start_is_not_in_the_future)
START_RULES = (case_awaits_its_start, *START_DAY_RULES)


def refusals_of_start(case: Case, started_on: date, today: date) -> tuple[Refusal, ...]:
    """Every reason why the case cannot start on this day."""
    return every_refusal(START_RULES, case, started_on, today)


def start_is_recorded(case: Case, started_on: date, today: date, since: Sequence[DatedFact]) -> Refusal | None:
    if case.started_on is not None:
        return None
    return Refusal("case_not_started", "The case has not started.", "Record the start of the case first.", kind="state")


def start_is_not_after_the_end(case: Case, started_on: date, today: date, since: Sequence[DatedFact]) -> Refusal | None:
    return is_not_after_the_end(case.closed_on, started_on, "started_after_closure")


def nothing_changed_before_the_start(
    case: Case, started_on: date, today: date, since: Sequence[DatedFact]
) -> Refusal | None:
    return nothing_is_before(started_on, since, "changed_before_the_start")


def refusals_of_start_correction(
    case: Case, started_on: date, today: date, since: Sequence[DatedFact]
) -> tuple[Refusal, ...]:
    """Every reason why the case cannot have started on this day; `since`: later changes of phase and worker."""
    return (
        *every_refusal(START_DAY_RULES, case, started_on, today),
        *every_refusal(START_CORRECTION_RULES, case, started_on, today, since),
    )


def case_started_and_goes_on(case: Case, outcomes: int) -> Refusal | None:
    if case.state == "started":
        return None
    instead = {
        "allocated": "Record the start once contact has been made.",
        "closure-requested": "Take the request to close it back first.",
        "closed": "Ask the prime to reopen the case first.",
    }
    return Refusal("start_not_open", f"The case is {case.state}.", instead[case.state], kind="state")


def nothing_was_achieved_since(case: Case, outcomes: int) -> Refusal | None:
    if outcomes == 0:
        return None
    return Refusal(
        "outcomes_rest_on_it", f"{outcomes} outcomes are recorded since.", "Withdraw them first.", kind="state"
    )


def refusals_of_start_withdrawal(case: Case, outcomes: int) -> tuple[Refusal, ...]:
    """Every reason why the start cannot be taken back; `outcomes` are those on record that stand."""
    return every_refusal((case_started_and_goes_on, nothing_was_achieved_since), case, outcomes)


START_CORRECTION_RULES = (start_is_recorded, start_is_not_after_the_end, nothing_changed_before_the_start)


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """From this day on the case is in this phase, with this worker: by its start, a change of phase or a hand-over."""

    phase: Phase
    changed_on: date
    worker: str | None = None
    """None where the one before goes on."""


def in_force_on(changes: Iterable[PhaseChange], day: date) -> PhaseChange | None:
    """What held on the day, by changes in their order: the last one by then, with whoever had the case."""
    last = None
    for change in changes:
        if change.changed_on > day:
            break
        last = replace(change, worker=change.worker or (last and last.worker))
    return last


def at_last(changes: Sequence[PhaseChange]) -> PhaseChange:
    """The phase a case has come to, its first day, and who has the case now; there is a change, for it has started."""
    last = changes[-1]
    since = last.changed_on
    for change in reversed(changes):
        if change.phase != last.phase:
            break
        since = change.changed_on
    in_force = in_force_on(changes, last.changed_on)
    return PhaseChange(last.phase, since, in_force and in_force.worker)


def case_is_under_way(case: Case, change: PhaseChange, then: PhaseChange | None, today: date) -> Refusal | None:
    """Of a case that has closed, a change before its end may still be recorded."""
    if case.started_on is not None:
        return None
    return Refusal("case_not_under_way", f"The case is {case.state}.", "Record its start first.", kind="state")


def phase_is_another(case: Case, change: PhaseChange, then: PhaseChange | None, today: date) -> Refusal | None:
    """Either way round: support goes back to intensive when a crisis returns (BR-D2)."""
    if then is None or change.phase != then.phase:
        return None
    return Refusal(
        "phase_unchanged",
        f"The case was in its {then.phase} phase that day already, since {then.changed_on} or before.",
        "Hand the case over if only its worker changed; if that earlier change is wrong, put it right or take it back.",
        kind="state",
    )


def worker_is_another(case: Case, change: PhaseChange, then: PhaseChange | None, today: date) -> Refusal | None:
    if then is None or change.worker != then.worker:
        return None
    return Refusal("worker_unchanged", f"{then.worker} had this case that day already.", "Leave this case out.")


def change_is_not_before_the_start(
    case: Case, change: PhaseChange, then: PhaseChange | None, today: date
) -> Refusal | None:
    return is_not_before_the_start(case.started_on, change.changed_on, "changed_before_the_start")


def change_is_not_after_the_end(
    case: Case, change: PhaseChange, then: PhaseChange | None, today: date
) -> Refusal | None:
    return is_not_after_the_end(case.closed_on, change.changed_on, "changed_after_closure")


def change_is_not_in_the_future(
    case: Case, change: PhaseChange, then: PhaseChange | None, today: date
) -> Refusal | None:
    if change.changed_on <= today:
        return None
    return Refusal("changed_in_the_future", "The change is still to come.", "Record it on the day.")


DAY_RULES = (change_is_not_before_the_start, change_is_not_after_the_end, change_is_not_in_the_future)
PHASE_RULES = (case_is_under_way, phase_is_another, *DAY_RULES)
HAND_OVER_RULES = (case_is_under_way, worker_is_another, *DAY_RULES)


def refusals_of_phase_change(
    case: Case, change: PhaseChange, then: PhaseChange | None, today: date
) -> tuple[Refusal, ...]:
    """Every reason why the phase cannot change so; `then` is what held on that day."""
    return every_refusal(PHASE_RULES, case, change, then, today)


def refusals_of_hand_over(
    case: Case, change: PhaseChange, then: PhaseChange | None, today: date
) -> tuple[Refusal, ...]:
    """Every reason why another worker cannot take the case over so."""
    return every_refusal(HAND_OVER_RULES, case, change, then, today)


def refusals_of_phase_correction(case: Case, change: PhaseChange, today: date) -> tuple[Refusal, ...]:
    """Every reason why a change cannot have been on this day."""
    return every_refusal(DAY_RULES, case, change, None, today)


def first_phase_is_the_starts(first: bool) -> Refusal | None:
    """It has no day of its own, and a case that started was in a phase."""
    if not first:
        return None
    return Refusal(
        "phase_of_the_start", "The case began in this phase.", "Put the start of the case right: the phase follows it."
    )
