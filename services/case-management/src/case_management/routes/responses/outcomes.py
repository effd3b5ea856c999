"""Outcomes with their revisions, and what each changed."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import AwareDatetime

from case_management.domain.outcome import ChangedField, OutcomeState, history
from case_management.storage.outcomes import OutcomeHistory
from case_management.storage.tables.outcomes import RevisionRow
from common.transaction import Answer
from common.web.fields import AnswerBody, one_of
from rulebook.outcome import EvidenceItem

from .base import PartLine, RowOut


class EvidenceOut(RowOut):
    item_id: UUID
    kind: str
    sha256: str | None
    dated_on: date | None


class CorrectedFieldOut(AnswerBody):
    """What a revision changed: a field, or one fact by name."""

    what: str
    before: Any
    after: Any


class RevisionOut(AnswerBody):
    revision: int
    achieved_on: date
    slot: str
    quantity: int
    evidence: list[EvidenceOut]
    facts: dict[str, bool | int | date | str]
    contributors: list[str]
    recorded_by: str
    recorded_at: AwareDatetime
    changed: list[CorrectedFieldOut]
    """What changed from the revision before; empty for the first."""
    cause: str | None
    """What was put right beneath it, so that it was judged anew without anybody sending it: `assessment`, `plan`,
    `start`; null otherwise."""


class OutcomeLine(PartLine):
    """An outcome in a list, as its last revision says."""

    provider_id: str
    """The lead provider of the case, by its code."""
    outcome: str
    slot: str
    state: Annotated[str, one_of(OutcomeState)]
    revision: int
    achieved_on: date
    recorded_by: str
    withdrawn_on: date | None


class OutcomeOut(AnswerBody):
    """An outcome with every revision, the first first. What it is worth, claims knows."""

    id: UUID
    case_id: UUID
    outcome: str
    slot: str
    state: Annotated[str, one_of(OutcomeState)]
    revision: int
    recorded_by: str
    withdrawn_on: date | None
    withdrawal_reason: str | None
    revisions: list[RevisionOut]


def show_changes(changes: Sequence[ChangedField]) -> list[CorrectedFieldOut]:
    return [CorrectedFieldOut(what=one.what, before=_shown(one.before), after=_shown(one.after)) for one in changes]


def _shown(value: Any) -> Any:
    """Evidence by its ids; anything else as it is."""
    if not isinstance(value, tuple):
        return value
    items = cast("tuple[EvidenceItem | str, ...]", value)
    return [item.item_id if isinstance(item, EvidenceItem) else item for item in items]


def show_outcome(one: OutcomeHistory) -> OutcomeOut:
    row, steps = one.row, [(), *history(one.outcome)]
    return OutcomeOut(
        id=row.id,
        case_id=row.case_id,
        outcome=row.outcome,
        slot=row.slot,
        state=row.state,
        revision=row.revision,
        recorded_by=row.recorded_by,
        withdrawn_on=row.withdrawn_on,
        withdrawal_reason=row.withdrawal_reason,
        revisions=[
            _show_revision(revision, achievement, changes)
            for revision, achievement, changes in zip(one.revisions, one.outcome.revisions, steps, strict=True)
        ],
    )


def _show_revision(revision: RevisionRow, achievement: Any, changes: Sequence[ChangedField]) -> RevisionOut:
    return RevisionOut(
        revision=revision.revision,
        achieved_on=revision.achieved_on,
        slot=achievement.slot,
        quantity=revision.quantity,
        evidence=[
            EvidenceOut.model_validate(one) for one in sorted(achievement.evidence, key=lambda item: item.item_id)
        ],
        facts=dict(achievement.facts),
        contributors=revision.contributors,
        recorded_by=revision.recorded_by,
        recorded_at=revision.recorded_at,
        changed=show_changes(changes),
        cause=revision.cause,
    )


class OutcomeReceipt(Answer):
    """An outcome's id, revision and state: recorded, evidenced or withdrawn."""

    id: UUID
    revision: int
    state: Annotated[str, one_of(OutcomeState)]


class OutcomeRevisionReceipt(OutcomeReceipt):
    """With the names of what the revision changed; facts as `facts.<name>`."""

    changed: list[str]
