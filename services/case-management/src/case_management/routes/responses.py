"""A case and its parts as they are shown."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, cast
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from case_management.domain.outcome import ChangedField, history
from case_management.domain.plan import GoalMark
from case_management.domain.same_file import SameFileDecision
from case_management.operations.cases.tell_case import GoldenThread
from case_management.storage.outcomes import OutcomeHistory
from case_management.storage.tables.cases import CorrectionRow, PhaseRow
from case_management.storage.tables.outcomes import RevisionRow
from case_management.storage.tables.participants import AccessRow
from common.transaction import Answer
from rulebook.outcome import AssessmentStage, EvidenceItem, PlanKind


class RowOut(BaseModel):
    """Read from what is kept."""

    model_config = ConfigDict(from_attributes=True)


class CaseOut(RowOut):
    """A case in a list: ids, states and dates; the hub alone knows the name."""

    id: UUID
    participant_id: UUID
    referral_id: UUID
    allocation_id: UUID
    provider_id: str
    """The lead provider."""
    state: str
    phase: str
    worker: str | None
    restricted: bool
    specialism: str
    intensity: str
    complex: bool
    priority: bool
    returning: bool
    funding_stream: str
    referred_on: date
    allocated_on: date
    started_on: date | None
    closed_on: date | None
    closure_reason: str | None
    version: int


class PhaseOut(RowOut):
    id: UUID
    phase: str
    changed_on: date
    worker: str | None
    withdrawn_on: date | None
    """Recorded by mistake, as for all that can be taken back."""


class GoalOut(BaseModel):
    goal: str
    own_words: str | None = None
    mark: GoalMark = "open"
    outcome_id: UUID | None = None
    """What came of it."""


class PlanOut(RowOut):
    id: UUID
    kind: str
    version: int
    agreed_on: date
    goals: list[GoalOut]
    recorded_by: str
    withdrawn_on: date | None


class AssessmentOut(RowOut):
    id: UUID
    instrument: str
    stage: str
    score: int
    assessed_on: date
    recorded_by: str
    withdrawn_on: date | None


class NoteOut(RowOut):
    id: UUID
    case_id: UUID
    words: str
    channel: str | None
    attempt: bool
    tailored_how: str
    noted_on: date
    written_at: AwareDatetime
    author: str
    organisation_id: str
    shareable: bool
    corrects: UUID | None


class DocumentOut(RowOut):
    """A document's facts; its bytes are at `/v1/documents/{id}/content`."""

    id: UUID
    case_id: UUID
    kind: str
    dated_on: date | None
    shareable: bool
    media_type: str
    bytes: int
    sha256: str
    added_by: str
    organisation_id: str
    added_at: AwareDatetime
    misplaced: bool = False
    """The prime found it to be of another participant; told where one document is read."""


class JointWorkOut(BaseModel):
    id: UUID
    joint_provider_id: str
    shareable_only: bool
    from_on: date
    ended_on: date | None
    withdrawn_on: date | None


class ClosureRequestOut(RowOut):
    id: UUID
    reason: str
    by_participant: bool
    requested_by: str
    requested_on: date
    state: str
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    version: int


class EvidenceOut(RowOut):
    item_id: UUID
    kind: str
    sha256: str | None
    dated_on: date | None


class CorrectedFieldOut(BaseModel):
    """What a revision changed: a field, or one fact by name."""

    what: str
    before: Any
    after: Any


class RevisionOut(BaseModel):
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
    """From the revision before; nothing for the first."""
    cause: str | None
    """What it rests on was put right, and nobody said it anew: `assessment`, `plan`, `start` …"""


class OutcomeOut(BaseModel):
    """An outcome with every revision, the first first. What it is worth, claims knows."""

    id: UUID
    case_id: UUID
    outcome: str
    slot: str
    state: str
    revision: int
    recorded_by: str
    withdrawn_on: date | None
    withdrawal_reason: str | None
    revisions: list[RevisionOut]


class CorrectionOut(RowOut):
    """What was put right: only what is different, before and after."""

    id: UUID
    kind: str
    of_id: UUID
    """The case, or the part of it that was put right."""
    reason: str | None
    """None where you do not read the case whole."""
    before: dict[str, Any]
    after: dict[str, Any]
    made_by: str
    """The id of who did it, as in the audit."""
    made_at: AwareDatetime


class CaseDetailOut(CaseOut):
    """The golden thread: everything of a case in order (S-31)."""

    known_as: UUID
    """The participant's id by now; another than `participant_id` after two records were found to be one person."""
    phases: list[PhaseOut]
    plans: list[PlanOut]
    assessments: list[AssessmentOut]
    notes: list[NoteOut]
    documents: list[DocumentOut]
    outcomes: list[OutcomeOut]
    joint_work: list[JointWorkOut]
    closure_requests: list[ClosureRequestOut]
    corrections: list[CorrectionOut]
    """Of the case and of its parts, the first one first; each part is shown as it stands now."""


def show_changes(changes: Sequence[ChangedField]) -> list[CorrectedFieldOut]:
    return [CorrectedFieldOut(what=one.what, before=_shown(one.before), after=_shown(one.after)) for one in changes]


def _shown(value: Any) -> Any:
    """Evidence by its ids; anything else as it is."""
    if not isinstance(value, tuple):
        return value
    items = cast("tuple[EvidenceItem | str, ...]", value)
    return [item.item_id if isinstance(item, EvidenceItem) else item for item in items]


def show_outcome(one: OutcomeHistory) -> OutcomeOut:
    row, changed = one.row, [(), *history(one.outcome)]
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
            _show_revision(kept, said, changes)
            for kept, said, changes in zip(one.revisions, one.outcome.revisions, changed, strict=True)
        ],
    )


def _show_revision(kept: RevisionRow, said: Any, changes: Sequence[ChangedField]) -> RevisionOut:
    return RevisionOut(
        revision=kept.revision,
        achieved_on=kept.achieved_on,
        slot=said.slot,
        quantity=kept.quantity,
        evidence=[EvidenceOut.model_validate(one) for one in sorted(said.evidence, key=lambda item: item.item_id)],
        facts=dict(said.facts),
        contributors=kept.contributors,
        recorded_by=kept.recorded_by,
        recorded_at=kept.recorded_at,
        changed=show_changes(changes),
        cause=kept.cause,
    )


def show_joint_work(row: AccessRow) -> JointWorkOut:
    return JointWorkOut(
        id=row.id,
        joint_provider_id=row.organisation_id,
        shareable_only=row.shareable_only,
        from_on=row.from_on,
        ended_on=row.until_on,
        withdrawn_on=row.withdrawn_on,
    )


def show_phases(rows: Sequence[PhaseRow]) -> list[PhaseOut]:
    """Each with whoever had the case from then on."""
    shown, worker = [PhaseOut.model_validate(row) for row in rows], None
    for one in shown:
        if one.withdrawn_on is None:
            worker = one.worker = one.worker or worker
    return shown


def show_correction(row: CorrectionRow, *, whole: bool) -> CorrectionOut:
    """The reason is for those who read the whole case: it may say what they alone know."""
    shown = CorrectionOut.model_validate(row)
    return shown if whole else shown.model_copy(update={"reason": None})


def show_case(thread: GoldenThread) -> CaseDetailOut:
    return CaseDetailOut(
        **CaseOut.model_validate(thread.case).model_dump(),
        known_as=thread.known_as,
        phases=show_phases(thread.phases),
        plans=[PlanOut.model_validate(one) for one in thread.plans],
        assessments=[AssessmentOut.model_validate(one) for one in thread.assessments],
        notes=[NoteOut.model_validate(one) for one in thread.notes],
        documents=[DocumentOut.model_validate(one) for one in thread.documents],
        outcomes=[show_outcome(one) for one in thread.outcomes],
        joint_work=[show_joint_work(one) for one in thread.joint_work],
        closure_requests=[ClosureRequestOut.model_validate(one) for one in thread.closure_requests],
        corrections=[show_correction(one, whole=thread.whole) for one in thread.corrections],
    )


class CreationReceipt(Answer):
    """The id of what is new."""

    id: UUID


class CaseReceipt(Answer):
    """A case after a change."""

    id: UUID
    state: str
    version: int


class ClosureRequestReceipt(Answer):
    """A request for the prime to decide."""

    id: UUID
    state: str
    version: int


class ClosureDecisionReceipt(Answer):
    """A request as decided, and where its case stands."""

    id: UUID
    state: str
    version: int
    case_id: UUID
    case_state: str


class ClosureReceipt(CaseReceipt):
    """How a case ended; nothing where it goes on."""

    closure_reason: str | None
    closed_on: date | None


class AssessmentCorrectionReceipt(Answer):
    """An assessment as it stands now."""

    id: UUID
    stage: AssessmentStage
    score: int
    assessed_on: date
    withdrawn_on: date | None


class PlanCorrectionReceipt(Answer):
    """A plan as it stands now."""

    id: UUID
    kind: PlanKind
    version: int
    agreed_on: date
    withdrawn_on: date | None


class DocumentCorrectionReceipt(Answer):
    """What a document is said to be now."""

    id: UUID
    kind: str
    dated_on: date | None
    shareable: bool


class NoteReceipt(Answer):
    id: UUID
    shareable: bool


FoundBytes = Literal["whole", "altered", "missing"]


class DocumentCheckOut(BaseModel):
    """Whether the store holds a document, and its copy for reading if it has one, as they were kept."""

    id: UUID
    found: FoundBytes
    copy_found: FoundBytes | None = None


class DocumentReceipt(Answer):
    """A document's id, and what identifies its bytes."""

    id: UUID
    sha256: str
    bytes: int
    kind: str
    same_file_as: list[UUID] = Field(default_factory=list[UUID])
    """Documents of other participants with the same bytes, of those you may see: check that it is in the right case."""


class CopyReceipt(Answer):
    """A document's copy for reading: which edition of it, and what identifies its bytes."""

    id: UUID
    edition: int
    sha256: str
    bytes: int


FundRequestState = Literal["open", "approved", "refused", "withdrawn"]


class FundRequestReceipt(Answer):
    """A request, and who decides on it; `split` says that earlier ones were counted with it (BR-O6)."""

    id: UUID
    state: FundRequestState
    level: Literal["manager", "board"]
    split: bool
    version: int


class FundRequestLine(BaseModel):
    """A request and what became of it, without its amount; who asked and who decided are pseudonymous ids."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    participant_id: UUID
    provider_id: str
    category: str
    outcome: str
    level: Literal["manager", "board"]
    split: bool
    requested_by: str
    requested_on: date
    state: FundRequestState
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    version: int


class FundRequestOut(FundRequestLine):
    """A request in the list of those who decide."""

    amount_pence: int


class HandOverReceipt(Answer):
    """Every case with its new version, in the order asked."""

    cases: list[CaseReceipt]


class InnovationReceipt(Answer):
    """An innovation as it stands."""

    id: UUID
    state: FundRequestState
    version: int


class InnovationOut(BaseModel):
    """An innovation in a list. Pence; who asked and who decided are pseudonymous ids."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    provider_id: str
    outcome: str
    amount_pence: int
    purpose: str
    requested_by: str
    requested_on: date
    state: FundRequestState
    decided_by: str | None
    decided_on: date | None
    decision_reason: str | None
    withdrawn_on: date | None
    withdrawal_reason: str | None
    version: int


class JointWorkReceipt(Answer):
    """Joint work as it stands."""

    id: UUID
    joint_provider_id: str
    shareable_only: bool
    from_on: date
    ended_on: date | None
    withdrawn_on: date | None


class OutcomeReceipt(Answer):
    """An outcome's id, revision and state: recorded, evidenced or withdrawn."""

    id: UUID
    revision: int
    state: str


class OutcomeRevisionReceipt(OutcomeReceipt):
    """With the names of what the revision changed; facts as `facts.<name>`."""

    changed: list[str]


class ProgrammeReceipt(Answer):
    """The version of the part that is in force now."""

    programme_id: str
    version: int
    changed: bool


class SameFileSide(BaseModel):
    """One of the two documents, and whose it is said to be."""

    document_id: UUID
    case_id: UUID
    participant_id: UUID
    provider_id: str
    """Who leads the case."""
    kind: str
    dated_on: date | None
    organisation_id: str
    """Who added it."""
    added_at: AwareDatetime
    cited: bool
    """It evidences an outcome."""


class SameFileOut(BaseModel):
    """A document and the first of the same bytes, which is another participant's; and what was said of them last."""

    first: SameFileSide
    second: SameFileSide
    decision: SameFileDecision | None
    wrong_id: UUID | None
    reason: str | None
    decided_by: str | None
    decided_at: AwareDatetime | None


class SameFileReceipt(Answer):
    """What was said of the pair."""

    first_id: UUID
    second_id: UUID
    decision: SameFileDecision
    wrong_id: UUID | None


class PlanReceipt(CreationReceipt):
    """A plan's id and its version among the case's plans."""

    version: int


class AssessmentReceipt(Answer):
    """An assessment's id and the stage it counts for."""

    id: UUID
    stage: AssessmentStage
