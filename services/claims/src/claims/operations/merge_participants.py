"""Two records were one person: their keys become one; what was verified twice is taken back once (BR-G1, BR-C6)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from claims.domain.claim import NOT_LIVE
from claims.domain.refusal import Refusal
from claims.domain.statement import taken_back
from claims.storage import claims, rate_cards
from claims.storage.tables import Adjustment, Claim, ParticipantAlias
from common.contracts.claims import ClaimAdjusted
from common.contracts.referrals import ParticipantsMerged
from common.ids import new_id
from common.transaction import Transaction

from .acts import about, keep_act, state_after
from .amounts import shares_shown, valued
from .problems import ProgrammeNotLoaded
from .raise_claim import say_duplicate

TWICE = "verified_twice"


async def merge_participants(tx: Transaction, event: ParticipantsMerged) -> None:
    """Resolve an alias for once-only: claims keep their ids and streams; duplicates are refused or taken back."""
    await claims.lock_subjects(tx.session, tx.programme_id, event.participant_id, event.alias_id)
    survivor = await claims.survivor_of(tx.session, tx.programme_id, event.participant_id)
    alias = await claims.survivor_of(tx.session, tx.programme_id, event.alias_id)
    if survivor == alias:
        return
    await claims.lock_subjects(tx.session, tx.programme_id, survivor, alias)
    await _remember(tx, survivor, alias)
    kept = list(await claims.claims_of_subject(tx.session, tx.programme_id, survivor))
    for claim in await claims.claims_of_subject(tx.session, tx.programme_id, alias):
        if await _takes_its_place(tx, claim, kept):
            claim.subject_id = survivor
            kept.append(claim)
        await tx.session.flush()


async def _remember(tx: Transaction, survivor: UUID, alias: UUID) -> None:
    """Everyone who pointed to the alias, and the alias itself, points to the survivor from now on."""
    await tx.session.execute(
        update(ParticipantAlias)
        .where(ParticipantAlias.programme_id == tx.programme_id, ParticipantAlias.survivor_id == alias)
        .values(survivor_id=survivor)
    )
    await tx.session.execute(
        insert(ParticipantAlias).values(
            programme_id=tx.programme_id, alias_id=alias, survivor_id=survivor, merged_on=tx.today
        )
    )
    tx.touched(f"participant/{survivor}", f"participant/{alias}")


async def _takes_its_place(tx: Transaction, claim: Claim, kept: Sequence[Claim]) -> bool:
    """Whether the alias's claim may use the survivor's key; of two live claims, one gives way."""
    rival = next((other for other in kept if _same_key(claim, other)), None)
    if claim.state in NOT_LIVE or rival is None:
        return True
    if claim.state == rival.state == "verified":
        earlier, later = sorted((claim, rival), key=lambda each: (str(each.verified_on), each.number))
        await _take_back(tx, later, earlier)
        return False
    loser, winner = (rival, claim) if claim.state == "verified" else (claim, rival)
    _refuse(tx, loser, winner)
    await tx.session.flush()
    return True


def _same_key(claim: Claim, other: Claim) -> bool:
    same = (claim.subject_kind, claim.outcome, claim.slot) == (other.subject_kind, other.outcome, other.slot)
    return same and other.state not in NOT_LIVE


def _refuse(tx: Transaction, loser: Claim, winner: Claim) -> None:
    loser.state = state_after(loser, "refuse-duplicate")
    loser.version += 1
    refusal = Refusal(
        "already_claimed",
        f"{loser.outcome} ({loser.slot}) is claimed by {winner.number}: two records of a participant were one person.",
        "Nothing more can be claimed; if the other claim was a mistake it must be withdrawn first.",
    )
    say_duplicate(tx, loser, [refusal])


async def _take_back(tx: Transaction, later: Claim, earlier: Claim) -> None:
    """Both stay verified; an adjustment reverses the later one in a coming statement (BR-H13)."""
    valuation = await claims.valuation_of(tx.session, later.claim_id)
    contract = await rate_cards.contract_to_change(tx.session, tx.programme_id)
    if valuation is None or contract is None:
        raise ProgrammeNotLoaded
    amounts = taken_back(valued(valuation))
    tx.session.add(
        Adjustment(
            adjustment_id=new_id(),
            programme_id=tx.programme_id,
            claim_id=later.claim_id,
            instead_of_id=earlier.claim_id,
            reason=TWICE,
            value_pence=amounts.value_pence,
            payable_pence=amounts.payable_pence,
            above_cap_pence=amounts.above_cap_pence,
            shares=shares_shown(amounts.shares),
            made_on=tx.today,
            event_id=tx.cause or new_id(),
        )
    )
    tx.announce(
        ClaimAdjusted(
            **tx.envelope(),
            **about(later),
            instead_of=earlier.number,
            reason=TWICE,
            value_pence=valuation.price_pence,
            payable_pence=valuation.payable_pence,
            above_cap_pence=valuation.above_cap_pence,
            adjusted_on=tx.today,
        )
    )
    contract.payable_to_date_pence += amounts.payable_pence
    contract.value_to_date_pence += amounts.value_pence
    keep_act(tx, later, "take-back", tx.cause, instead_of=earlier.number, reason=TWICE)
