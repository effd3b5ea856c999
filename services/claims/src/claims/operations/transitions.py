"""One step in a claim's life: the state moves, the act is kept, the event is announced, all or nothing."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from claims.domain.claim import WAITS, NoSuchMove, Verb, move_for, verbs_for
from claims.storage.tables.claims import ActRow, ClaimRow
from common.contracts.claims import ClaimEvent, ClaimRefused
from common.transaction import Transaction
from common.web.refused import told
from rulebook.codes import ClaimState
from rulebook.refusal import Refusal

from .problems import NotInThatState


class AboutClaim(TypedDict):
    """What every event about a claim says."""

    participant_id: UUID
    claim_id: UUID
    claim_number: str
    provider_id: str
    outcome_id: UUID
    outcome: str
    slot: str
    revision: int


def about(claim: ClaimRow) -> AboutClaim:
    return AboutClaim(
        participant_id=claim.participant_id,
        claim_id=claim.claim_id,
        claim_number=claim.number,
        provider_id=claim.provider_id,
        outcome_id=claim.outcome_id,
        outcome=claim.outcome,
        slot=claim.slot,
        revision=claim.revision,
    )


def state_of(claim: ClaimRow) -> ClaimState:
    """The state, as the domain names it."""
    state: Any = claim.state
    return state


def state_after(claim: ClaimRow, verb: Verb) -> ClaimState:
    """Where a verb leads from the claim's state. Raises `NotInThatState`."""
    state = state_of(claim)
    try:
        return move_for(verb, state).after
    except NoSuchMove as error:
        open_to = sorted(
            {v for role in ("prime-manager", "council-verifier") for v in verbs_for(state, frozenset({role}))}
        )
        raise NotInThatState(
            f"A claim that is {state} cannot take the step {verb!r}."
            + (f" It can take: {', '.join(open_to)}." if open_to else " Nothing moves it any more."),
            state=state,
        ) from error


def stand_in(claim: ClaimRow, state: ClaimState, on: date) -> None:
    """Set the claim's state; where it is another, and somebody is to act, it waits since that day."""
    if claim.state != state:
        claim.state, claim.waiting_since = state, on if state in WAITS else None


def move(tx: Transaction, claim: ClaimRow, verb: Verb, event: ClaimEvent, **detail: Any) -> None:
    """Move the claim, keep the act and announce the event, which tells of the same state. Raises `NotInThatState`."""
    stand_in(claim, state_after(claim, verb), tx.today)
    if event.state_after != claim.state:
        raise ValueError(f"{event.type} tells of another state than {claim.state}, where {verb!r} leads")
    claim.version += 1
    tx.announce(event)
    keep_act(tx, claim, verb, event.event_id, **detail)


def say_duplicate(tx: Transaction, claim: ClaimRow, refusals: Sequence[Refusal]) -> None:
    """Announce that the key is used up by another live claim: a rule decided, nobody else (BR-G1)."""
    event = ClaimRefused(
        **tx.envelope(),
        **about(claim),
        refusals=tuple(refusal.code for refusal in refusals),
        refused_on=tx.today,
        automatic=True,
    )
    tx.announce(event)
    keep_act(tx, claim, "refuse-duplicate", event.event_id, refusals=told(refusals))


def keep_act(
    tx: Transaction,
    claim: ClaimRow,
    verb: str,
    event_id: UUID | None,
    *,
    state: ClaimState | None = None,
    **detail: Any,
) -> None:
    """Keep what was done, by whom, in answer to what; `state` is the claim's after it, `detail` must be JSON."""
    tx.touched(f"claim/{claim.claim_id}", f"participant/{claim.participant_id}")
    tx.session.add(
        ActRow(
            programme_id=tx.programme_id,
            provider_id=claim.provider_id,
            claim_id=claim.claim_id,
            verb=verb,
            state=state or claim.state,
            revision=claim.revision,
            by=tx.actor.id,
            organisation=tx.actor.organisation,
            acted_at=tx.now,
            detail=detail,
            event_id=event_id,
            caused_by=tx.cause,
            stated_month=detail["month"] if verb == "state" else None,
        )
    )
