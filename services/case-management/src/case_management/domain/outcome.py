"""What was achieved, and its corrections. Whether it is payable is never decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Literal
from uuid import UUID

from rulebook.fact import FactValue
from rulebook.outcome import EvidenceItem
from rulebook.refusal import Refusal, every_refusal

from .case import Case

OutcomeState = Literal["recorded", "evidenced", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Achievement:
    """One revision of an outcome: all that a correction may change. The outcome itself it may not."""

    achieved_on: date
    slot: str = "only"
    quantity: int = 1
    contributors: tuple[str, ...] = ()
    """Joint providers, by their codes in order (BR-D10)."""
    evidence: frozenset[EvidenceItem] = frozenset()
    facts: Mapping[str, FactValue] = field(default_factory=dict[str, FactValue])


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """An outcome with its whole chain of revisions, the first first; revisions are never changed (BR-E12)."""

    outcome: str
    """The rate card's code, e.g. `ACC_3M`."""
    revisions: tuple[Achievement, ...]
    withdrawn_on: date | None = None

    @property
    def revision(self) -> int:
        return len(self.revisions)

    @property
    def latest(self) -> Achievement:
        return self.revisions[-1]

    @property
    def state(self) -> OutcomeState:
        if self.withdrawn_on:
            return "withdrawn"
        return "evidenced" if is_evidenced(self.latest) else "recorded"


@dataclass(frozen=True, slots=True)
class ChangedField:
    """What a correction changed: a field, or one fact by name."""

    what: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RecordingPolicy:
    """Whether support and measurement are decoupled: outcomes achieved after closure count (BR-D7, A-59); data."""

    after_closure: bool = False


SAID = frozenset({"achieved_on", "slot", "quantity", "contributors"})
"""What somebody said of an outcome when it was recorded: to say otherwise takes a reason. Evidence and facts grow."""


def is_evidenced(achievement: Achievement) -> bool:
    """Something supports it. Whether that is enough, the rate card says."""
    return bool(achievement.evidence)


def case_has_started(case: Case, achievement: Achievement, policy: RecordingPolicy, today: date) -> Refusal | None:
    if case.started_on is not None:
        return None
    return Refusal("case_not_started", "The case has not started.", "Record the start of the case first.", kind="state")


def outcome_is_not_of_the_future(
    case: Case, achievement: Achievement, policy: RecordingPolicy, today: date
) -> Refusal | None:
    if achievement.achieved_on <= today:
        return None
    return Refusal("achieved_in_the_future", "The outcome is still to come.", "Record it once it is achieved.")


def outcome_is_not_before_referral(
    case: Case, achievement: Achievement, policy: RecordingPolicy, today: date
) -> Refusal | None:
    if achievement.achieved_on >= case.referred_on:
        return None
    return Refusal(
        "achieved_before_referral",
        f"The participant was referred on {case.referred_on}.",
        "Give the day it was achieved, on or after the referral.",
    )


def outcome_is_not_after_closure(
    case: Case, achievement: Achievement, policy: RecordingPolicy, today: date
) -> Refusal | None:
    """What was achieved before closure may still be recorded after it (BR-D6)."""
    if case.closed_on is None or policy.after_closure or achievement.achieved_on <= case.closed_on:
        return None
    return Refusal(
        "achieved_after_closure",
        f"The case closed on {case.closed_on}.",
        "Refer the participant again if they need support. What is achieved after closure cannot be recorded here.",
    )


def outcome_has_a_quantity(
    case: Case, achievement: Achievement, policy: RecordingPolicy, today: date
) -> Refusal | None:
    if achievement.quantity >= 1:
        return None
    return Refusal("no_quantity", "The quantity is less than one.", "Record how many were achieved.")


def evidence_is_not_of_the_future(
    case: Case, achievement: Achievement, policy: RecordingPolicy, today: date
) -> Refusal | None:
    if all(item.dated_on is None or item.dated_on <= today for item in achievement.evidence):
        return None
    return Refusal("evidence_of_the_future", "An item of evidence is dated after today.", "Check the date on it.")


RULES = (
    case_has_started,
    outcome_is_not_of_the_future,
    outcome_is_not_before_referral,
    outcome_is_not_after_closure,
    outcome_has_a_quantity,
    evidence_is_not_of_the_future,
)


def refusals_of_achievement(
    case: Case, achievement: Achievement, policy: RecordingPolicy, today: date
) -> tuple[Refusal, ...]:
    """Every reason why this cannot be recorded, first or as a correction."""
    return every_refusal(RULES, case, achievement, policy, today)


def outcome_is_not_withdrawn(outcome: OutcomeRecord, correction: Achievement, reason: str | None) -> Refusal | None:
    if outcome.withdrawn_on is None:
        return None
    return Refusal(
        "outcome_withdrawn",
        f"The outcome was withdrawn on {outcome.withdrawn_on}.",
        "Record the outcome again.",
        kind="state",
    )


def correction_changes_something(outcome: OutcomeRecord, correction: Achievement, reason: str | None) -> Refusal | None:
    if changes_between(outcome.latest, correction):
        return None
    return Refusal("nothing_corrected", "The correction changes nothing.", "Change what is wrong.")


def correction_keeps_evidence(outcome: OutcomeRecord, correction: Achievement, reason: str | None) -> Refusal | None:
    """A claim may stand on it by now."""
    if is_evidenced(correction) or not is_evidenced(outcome.latest):
        return None
    return Refusal(
        "evidence_taken_away",
        "The correction leaves the outcome without evidence.",
        "Name other evidence, or withdraw the outcome.",
    )


def correction_says_why(outcome: OutcomeRecord, correction: Achievement, reason: str | None) -> Refusal | None:
    names = sorted(SAID.intersection(change.what for change in changes_between(outcome.latest, correction)))
    if reason or not names:
        return None
    return Refusal(
        "correction_without_reason",
        f"This changes what was recorded: {', '.join(names)}.",
        "Send the reason: what was wrong, and how you know.",
    )


def on_record_already(same: UUID) -> Refusal:
    """The same outcome, in the same slot and on the same day, is one, however often and in whichever case."""
    return Refusal(
        "outcome_on_record",
        f"This outcome is on record for that day already, as {same}.",
        f"Go on with {same}: correct or withdraw it. If yours is a different one, give its slot or its day.",
        kind="state",
    )


CORRECTION_RULES = (
    outcome_is_not_withdrawn,
    correction_changes_something,
    correction_keeps_evidence,
    correction_says_why,
)


def refusals_of_correction(outcome: OutcomeRecord, correction: Achievement, reason: str | None) -> tuple[Refusal, ...]:
    """Every reason why the correction cannot follow the latest revision; ask `refusals_of_achievement` as well."""
    return every_refusal(CORRECTION_RULES, outcome, correction, reason)


def changes_between(before: Achievement, after: Achievement) -> tuple[ChangedField, ...]:
    """What differs, in a stable order: fields, then facts by name, absent facts as None."""
    plain = (one.name for one in fields(Achievement) if one.name not in {"evidence", "facts"})
    changes = [ChangedField(name, getattr(before, name), getattr(after, name)) for name in plain]
    changes.append(ChangedField("evidence", _in_order(before.evidence), _in_order(after.evidence)))
    names = sorted(before.facts.keys() | after.facts.keys())
    changes.extend(ChangedField(f"facts.{name}", before.facts.get(name), after.facts.get(name)) for name in names)
    return tuple(change for change in changes if not _same(change.before, change.after))


def history(outcome: OutcomeRecord) -> Sequence[tuple[ChangedField, ...]]:
    """What each revision after the first changed."""
    pairs = zip(outcome.revisions, outcome.revisions[1:], strict=False)
    return [changes_between(before, after) for before, after in pairs]


def _in_order(evidence: frozenset[EvidenceItem]) -> tuple[EvidenceItem, ...]:
    return tuple(sorted(evidence, key=lambda item: item.item_id))


def _same(before: object, after: object) -> bool:
    """Python holds True and 1 to be equal; a fact that turned from one to the other has changed."""
    return type(before) is type(after) and before == after
