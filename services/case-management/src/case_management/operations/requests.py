"""What requests may say of cases."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from case_management.domain.case import Phase
from case_management.domain.plan import GoalMark
from case_management.domain.same_file import SameFileDecision
from common.contracts import Code
from common.contracts.cases import Fact, FactName, Receipt
from common.web.fields import BusinessDay, Line, Prose, RequestBody, Sentence, ShortCode
from common.web.http.external_ids import ExternalIds
from programme.model import OutcomeCode
from rulebook.outcome import PlanKind

Worker = Annotated[Code, Field(description="A pseudonymous id, never a name.")]


class MintedBody(RequestBody):
    """What is new may bring its own id."""

    id: UUID | None = Field(
        default=None,
        description="An id of your own, if you make ids: the one answered is made of it and your organisation.",
    )


class StartIn(RequestBody):
    """First contact was made."""

    worker: Worker | None = None
    started_on: BusinessDay | None = None


class PhaseIn(RequestBody):
    """Intensive, light-touch, and back on crisis."""

    phase: Phase
    changed_on: BusinessDay | None = None
    worker: Worker | None = None


class ClosureRequestIn(MintedBody):
    """Why the case should close; the record must show what was tried, unless the participant asks."""

    reason: ShortCode
    by_participant: bool = False


class DecisionIn(RequestBody):
    """The prime's decision; a refusal says what is still to be done."""

    decision: Literal["confirmed", "refused"]
    reason: Prose | None = None


class ReasonIn(RequestBody):
    reason: Sentence
    """What was wrong, and how it is known. Without names: it is kept as long as the case."""


class CorrectionIn(ReasonIn):
    """What is left out stays as it is."""

    @model_validator(mode="after")
    def nothing_is_emptied(self) -> Self:
        names = [name for name in sorted(self.model_fields_set) if getattr(self, name) is None]
        if names:
            raise ValueError(f"cannot be nothing: {', '.join(names)}; leave out what stays as it is")
        return self


class ClosureRequestCorrectionIn(CorrectionIn):
    """Why the case should close, as it was meant; `reason` says what was wrong."""

    closure_reason: ShortCode | None = None
    by_participant: bool | None = None


class ClosureCorrectionIn(CorrectionIn):
    """Why and when the case closed; `reason` says what was wrong."""

    closure_reason: ShortCode | None = None
    closed_on: BusinessDay | None = None


Score = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class AssessmentCorrectionIn(CorrectionIn):
    score: Score | None = None
    assessed_on: BusinessDay | None = None


class PlanCorrectionIn(CorrectionIn):
    kind: PlanKind | None = None
    agreed_on: BusinessDay | None = None


class GoalCorrectionIn(ReasonIn):
    """What is left out stays as it is; the participant's own words, and the outcome, may be taken away by `null`."""

    goal: Prose | None = None
    own_words: Prose | None = None
    mark: GoalMark | None = None
    """Whether it was reached, or dropped with the participant; `open` where neither was so."""
    outcome_id: UUID | None = None
    """What came of it, of those recorded in the case."""

    @model_validator(mode="after")
    def a_goal_stays_one(self) -> Self:
        if "goal" in self.model_fields_set and self.goal is None:
            raise ValueError("goal cannot be nothing; leave out what stays as it is")
        if "mark" in self.model_fields_set and self.mark is None:
            raise ValueError("mark cannot be nothing: send open, reached or dropped")
        return self


class PhaseCorrectionIn(CorrectionIn):
    changed_on: BusinessDay | None = None
    worker: Worker | None = None


class DocumentCorrectionIn(CorrectionIn):
    kind: ShortCode | None = None
    dated_on: BusinessDay | None = None
    shareable: bool | None = None
    """A joint provider of a restricted case may read it."""


class SharingIn(ReasonIn):
    shareable: bool


class StartCorrectionIn(ReasonIn):
    started_on: BusinessDay


Amount = Annotated[int, Field(ge=1, le=10**9, strict=True)]


class FundRequestIn(MintedBody):
    """What is needed, for how much, and which outcome it serves (BR-O4)."""

    category: ShortCode
    outcome: OutcomeCode
    amount_pence: Amount


class FundRequestCorrectionIn(CorrectionIn):
    """What is needed, as it was meant; `reason` says what was wrong."""

    category: ShortCode | None = None
    outcome: OutcomeCode | None = None
    amount_pence: Amount | None = None


class FundDecisionIn(RequestBody):
    """A refusal says why."""

    decision: Literal["approved", "refused"]
    reason: Prose | None = None


class HandOverIn(RequestBody):
    case_id: UUID
    worker: Worker
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    """Of the case as you read it, so that what changed since is not overwritten."""


class HandOversIn(RequestBody):
    """Cases to hand over: all that a worker leaves behind are listed at `GET /v1/cases?worker=…`."""

    cases: Annotated[list[HandOverIn], Field(min_length=1, max_length=200)]
    handed_over_on: BusinessDay | None = None
    """Today unless given."""

    @model_validator(mode="after")
    def each_case_once(self) -> Self:
        if len({one.case_id for one in self.cases}) < len(self.cases):
            raise ValueError("name each case once")
        return self


class InnovationIn(MintedBody):
    """What is to change and for how much, and which outcome it serves (BR-O4). Nothing about a participant."""

    outcome: OutcomeCode
    amount_pence: Annotated[int, Field(ge=1, le=10**9, strict=True)]
    purpose: Prose


class JointWorkIn(MintedBody):
    """Who joins, and from when; of a restricted case they see what you mark shareable, whatever is said here."""

    joint_provider_id: ShortCode
    from_on: BusinessDay | None = None
    shareable_only: bool = False


class EndIn(RequestBody):
    """The last day of the joint work."""

    ended_on: BusinessDay | None = None


class JointWorkCorrectionIn(CorrectionIn):
    """With whom, from when, until when, and what they see; `going_on` says that it has not ended."""

    joint_provider_id: ShortCode | None = None
    from_on: BusinessDay | None = None
    ended_on: BusinessDay | None = None
    going_on: Literal[True] | None = None
    shareable_only: bool | None = None

    @model_validator(mode="after")
    def it_ended_or_goes_on(self) -> Self:
        if self.going_on and self.ended_on:
            raise ValueError("give its last day, or say that it goes on")
        return self

    @property
    def right(self) -> dict[str, Any]:
        """What is put right, by the names under which it is kept."""
        columns = {
            JOINT_WORK_COLUMNS[name]: getattr(self, name)
            for name in JOINT_WORK_COLUMNS
            if name in self.model_fields_set
        }
        return columns | ({"until_on": None} if self.going_on else {})


JOINT_WORK_COLUMNS = {
    "joint_provider_id": "organisation_id",
    "from_on": "from_on",
    "ended_on": "until_on",
    "shareable_only": "shareable_only",
}


class RestrictIn(RequestBody):
    """Why the record is need-to-know."""

    reason: ShortCode = "domestic-abuse"


LARGEST_FACT = 2**53


def _read_date(value: Any) -> Any:
    """What looks like a date is one, and must be possible; numbers stay within what JSON readers agree on."""
    if isinstance(value, str) and len(value) == 10 and value[4:8:3] == "--" and value.replace("-", "").isdigit():
        return date.fromisoformat(value)
    if isinstance(value, int) and abs(value) > LARGEST_FACT:
        raise ValueError("too large a number")
    return value


Facts = Annotated[dict[FactName, Annotated[Fact, BeforeValidator(_read_date)]], Field(max_length=60)]


Items = Annotated[list[UUID], Field(max_length=50, description="Ids of documents and notes of this case.")]


Quantity = Annotated[int, Field(ge=1, le=10_000)]


Contributors = Annotated[list[ShortCode], Field(max_length=9)]


class OutcomeIn(MintedBody):
    """What was achieved; without evidence it is recorded, and counts as outstanding (BR-E11)."""

    outcome: OutcomeCode
    slot: ShortCode = "only"
    achieved_on: BusinessDay
    evidence: Items = Field(default_factory=list[UUID])
    facts: Facts = Field(default_factory=dict[FactName, Fact])
    quantity: Quantity = 1
    contributors: Contributors | None = None
    """Joint providers; all who worked jointly on the day when left out (BR-D10)."""
    receipt: Receipt | None = None
    """Of a pre-check on these facts: it travels with the evidence to claims."""
    external_ids: ExternalIds = Field(default_factory=dict[str, str])
    """What your systems call it, by the code of each: `GET /v1/outcomes?external_id=horton-crm:A-123` finds it so."""


class RevisionIn(RequestBody):
    """A correction: what is left out stays as it is. Evidence is all that there is now."""

    achieved_on: BusinessDay | None = None
    slot: ShortCode | None = None
    quantity: Quantity | None = None
    contributors: Contributors | None = None
    evidence: Items | None = None
    facts: Facts | None = None
    receipt: Receipt | None = None
    reason: Sentence | None = None
    """What was wrong, and how it is known: for a day, slot, quantity or contributors that were said otherwise."""


class WithdrawalIn(RequestBody):
    """Why it is taken back."""

    reason: ShortCode


class SameFileDecisionIn(RequestBody):
    """`coincidence` where both belong where they are, such as a letter about two people; `wrong` where one does not."""

    decision: SameFileDecision
    wrong_id: UUID | None = None
    reason: Prose


Channel = Literal["in-person", "phone", "text", "email", "video", "letter"]


class GoalIn(RequestBody):
    """A goal; `own_words` are the participant's."""

    goal: Prose
    own_words: Prose | None = None


class PlanIn(MintedBody):
    """A plan, agreed with the participant."""

    kind: PlanKind
    goals: Annotated[list[GoalIn], Field(max_length=50)]
    agreed_on: BusinessDay | None = None
    agreed_with_participant: bool = True


class AssessmentIn(MintedBody):
    """A score on one of the programme's instruments."""

    instrument: ShortCode
    score: Score
    assessed_on: BusinessDay | None = None


class NoteIn(MintedBody):
    """A note; `attempt` makes it one of the attempts to engage that closure asks for."""

    text: Prose
    channel: Channel | None = None
    attempt: bool = False
    tailored_how: Line | None = None
    """How an attempt was fitted to this person (BR-D4)."""
    noted_on: BusinessDay | None = None
    shareable: bool = False
    """A joint provider of a restricted case may read it."""
    corrects: UUID | None = None
    """The note of this case that this one puts right."""

    @model_validator(mode="after")
    def an_attempt_has_a_channel(self) -> Self:
        if self.attempt and self.channel is None:
            raise ValueError("say by which channel the attempt was made")
        return self
