"""What claims announces."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from rulebook.codes import ClaimState

from .event import Code, Event, Part, ParticipantEvent, Pence, Topic


class ClaimEvent(ParticipantEvent):
    """A fact about one claim; the claim keeps its number for life."""

    state_after: ClassVar[ClaimState | None]
    """The state in which it leaves the claim; none where the claim stays as it was."""

    claim_id: UUID
    claim_number: Code
    provider_id: Code
    outcome_id: UUID
    outcome: Code
    slot: Code
    revision: int


class PayerShare(Part):
    """What one payer owes of a payable amount."""

    payer: Code
    pence: Pence


class ItemRequest(Part):
    """One thing asked about a claim: a reason code, the item it is about, and who must act by when."""

    request_id: UUID
    code: Code
    item_id: UUID | None = None
    due_on: date | None = None
    who_acts: Literal["provider", "prime"] = "provider"


class ClaimRaised(ClaimEvent):
    """An evidenced outcome became a claim, assessed under the rate card in force on the date achieved (A-12)."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "raised"

    achieved_on: date
    rate_card_version: Code
    ready: bool
    """No rule stands against it."""
    refusals: tuple[Code, ...] = ()
    """Codes of every rule that does."""


class ClaimRevised(ClaimEvent):
    """A corrected outcome was attached to its claim, which goes on under the same number (BR-F4)."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "raised"

    achieved_on: date
    rate_card_version: Code
    ready: bool
    refusals: tuple[Code, ...] = ()


class EvidenceReturned(ClaimEvent):
    """The prime sent the claim back to the provider, item by item."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "returned"

    requests: tuple[ItemRequest, ...]
    returned_on: date


class ClaimApproved(ClaimEvent):
    """The prime accepted the evidence (BR-F1); it counts in the KPI actuals from here (BR-K4)."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "approved"

    achieved_on: date
    approved_on: date


class ClaimSubmitted(ClaimEvent):
    """The prime claimed the outcome from the council (A-63)."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "submitted"

    submitted_on: date


class ClaimQueried(ClaimEvent):
    """The council asks about items; the claim keeps its number and what passed stays passed."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "queried"

    requests: tuple[ItemRequest, ...]
    queried_on: date


class ClaimVerified(ClaimEvent):
    """The council verified the outcome; price, payable and shares are fixed (BR-F1, BR-H1 to BR-H5).

    Verified is not the same as payable: in the COVID window and past the cap `payable_pence` is 0 or partial.
    """

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "verified"
    public: ClassVar[bool] = True

    achieved_on: date
    verified_on: date
    rate_card_version: Code
    price_pence: Pence
    payable_pence: Pence
    above_cap_pence: Pence
    payment_mode: Code
    """`outcome`, or the calendar's window that paid otherwise, e.g. `payment-for-service` (BR-H7)."""
    shares: tuple[PayerShare, ...]
    reinstated: Code | None = None
    """The reason's code, where its payment had been taken back by mistake: it is payable anew, as of now."""


class VerificationUndone(ClaimEvent):
    """A verification was a mistake and is undone before its month was closed: the claim is with the council again.

    All that its `ClaimVerified` told is to be taken away again; no statement tells of it (BR-H13).
    """

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "submitted"
    public: ClassVar[bool] = True

    verified_as: UUID
    """The event that had told of the verification."""
    verified_on: date
    reason: Code
    price_pence: Pence
    payable_pence: Pence
    above_cap_pence: Pence
    shares: tuple[PayerShare, ...]
    """What had been fixed and is payable no more."""
    undone_on: date


class ClaimRefused(ClaimEvent):
    """The claim was refused, with every reason; it may be reopened (BR-F3)."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "refused"
    public: ClassVar[bool] = True

    refusals: tuple[Code, ...]
    refused_on: date
    automatic: bool = False
    """A rule decided on raising (an outcome already claimed), not a verifier."""


class RefusalUndone(ClaimEvent):
    """The council refused a claim by mistake, and has it before it again as it was."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "submitted"
    public: ClassVar[bool] = True

    reason: Code
    undone_on: date


class ClaimReopened(ClaimEvent):
    """A claim that was returned, approved, submitted, refused or withdrawn was taken up again, under its number."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "raised"

    reason: Code | None = None
    """None where no person decided: what it was a duplicate of is gone."""

    reopened_on: date


class ClaimWithdrawn(ClaimEvent):
    """The prime took the claim back, or the provider withdrew the outcome."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = "withdrawn"

    reason: Code
    withdrawn_on: date


class ClaimAdjusted(ClaimEvent):
    """An adjustment takes a verified claim back: what it paid stands against a coming statement (BR-H13)."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = None
    public: ClassVar[bool] = True

    instead_of: Code | None = None
    """The number of the claim that stays, where both were for the same outcome of one person."""
    reason: Code
    value_pence: Pence
    payable_pence: Pence
    above_cap_pence: Pence
    """All three are what is taken back."""
    adjusted_on: date


class ClaimBasisChanged(ClaimEvent):
    """What a claim that has ended was judged on was corrected or taken back; the claim stands, and a person must look.

    Nothing about the claim, its price or its statement changes by this (BR-H13).
    """

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = None

    state: Literal["verified", "withdrawn"]
    heard_revision: int
    """The revision that came too late, or the claim's own where the outcome was taken back."""
    withdrawn: bool = False
    changed: tuple[Code, ...] = ()
    """What it corrected: `evidence`, `facts.earned_pence`, `achieved_on` …

    Or which rules over the participant's other claims no longer let it pass, as `rules.prerequisite_is_claimed`; or on
    which kind of evidence the council's ruling was put right, as `rulings.witness-statement`.
    """
    noticed_on: date


class ClaimChallenged(ClaimEvent):
    """Somebody says that a verified claim should not have been verified; it stands until another person decides."""

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = None

    reason: Code
    challenged_on: date


class ClaimBasisDecided(ClaimEvent):
    """The council decided on a claim whose basis had changed, or that was challenged (BR-F7, BR-H13).

    It stands, or its payment is taken back.
    Taken back, all that its `ClaimVerified` told is reversed by an adjustment in a coming statement, and the outcome
    may be claimed anew.
    """

    topic: ClassVar[Topic] = "claims"
    state_after: ClassVar[ClaimState | None] = None
    public: ClassVar[bool] = True

    decision: Literal["let-stand", "take-back"]
    reason: Code
    decided_on: date


class StatementIssued(Event):
    """A month was closed and its statement fixed for ever; corrections come as adjustments (BR-H13)."""

    topic: ClassVar[Topic] = "claims"
    public: ClassVar[bool] = True

    statement_id: UUID
    month: date
    """First day of the month."""
    lines: int
    value_pence: Pence
    payable_pence: Pence
    above_cap_pence: Pence
    shares: tuple[PayerShare, ...]
    issued_on: date
    grant_pence: Pence = 0
    """Paid for the month apart from its outcomes, and in none of the sums before (BR-H7)."""

    @property
    def subject(self) -> str:
        return f"statement/{self.statement_id}"


class CapThresholdReached(Event):
    """The contract's payable total passed a share of its cap (S-87)."""

    topic: ClassVar[Topic] = "claims"
    public: ClassVar[bool] = True

    threshold_percent: int
    payable_to_date_pence: Pence
    cap_pence: Pence

    @property
    def subject(self) -> str:
        return f"cap/{self.programme_id}"


class EquivalentRuled(Event):
    """The council ruled whether one kind of evidence stands for another; accepted, it is a precedent (U-04)."""

    topic: ClassVar[Topic] = "claims"
    public: ClassVar[bool] = True

    equivalent_id: UUID
    outcome: Code
    kind: Code
    stands_for: Code
    ruling: Literal["accepted", "refused"]
    ruled_on: date
    corrects: UUID | None = None
    """The event that told of the ruling before, where that was a mistake: this one stands in its place."""

    @property
    def subject(self) -> str:
        return f"equivalent/{self.equivalent_id}"


class EquivalentRulingWithdrawn(Event):
    """The council took its ruling back: the kind of evidence stands for no other until it rules anew (U-04)."""

    topic: ClassVar[Topic] = "claims"
    public: ClassVar[bool] = True

    equivalent_id: UUID
    outcome: Code
    kind: Code
    stands_for: Code
    ruled_as: UUID
    """The event that had told of the ruling."""
    withdrawn_on: date

    @property
    def subject(self) -> str:
        return f"equivalent/{self.equivalent_id}"


class RateCardPublished(Event):
    """Prime and council have accepted a version of a rate card: it is in force from its day (BR-H10, S-72)."""

    topic: ClassVar[Topic] = "claims"
    public: ClassVar[bool] = True

    card: Code
    version: Code
    in_force_from: date
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def subject(self) -> str:
        return f"rate-card/{self.programme_id}/{self.card}"
