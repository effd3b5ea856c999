"""The council rules on a proposed equivalent, once; accepted, it is a precedent for every provider (U-04)."""

from uuid import UUID

from claims.domain.equivalent import Ruling
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.judge_on_ruling import judge_on_ruling
from claims.operations.problems import AlreadyRuled, NoSuchEquivalent
from claims.storage import equivalents
from claims.storage.tables.equivalents import EquivalentRulingRow, EvidenceEquivalentRow
from common.contracts.claims import EquivalentRuled
from common.transaction import Transaction


async def rule_on_equivalent(
    tx: Transaction, equivalent_id: UUID, ruling: Ruling, reason: str, receipts: Receipts
) -> EvidenceEquivalentRow:
    """Accept or refuse it, with the reason. Claims with evidence of that kind are judged again by it.

    Raises:
        NoSuchEquivalent, StaleVersion
        AlreadyRuled: the council has ruled before.
    """
    row = await equivalent_to_rule(tx, equivalent_id)
    if row.ruling is not None:
        raise AlreadyRuled(f"It was {row.ruling} on {row.ruled_on}; if that was a mistake, put the ruling right.")
    await say_ruled(tx, row, ruling, reason, receipts)
    return row


async def equivalent_to_rule(tx: Transaction, equivalent_id: UUID) -> EvidenceEquivalentRow:
    """The proposal, while nobody else rules, unchanged since the asker saw it.

    Raises:
        NoSuchEquivalent, StaleVersion
    """
    row = await equivalents.equivalent_to_rule(tx.session, tx.programme_id, equivalent_id)
    if row is None:
        raise NoSuchEquivalent
    tx.expect_version(row.version)
    return row


async def say_ruled(
    tx: Transaction, row: EvidenceEquivalentRow, ruling: Ruling, reason: str, receipts: Receipts
) -> None:
    """Let a ruling stand, keep it beside those before it, announce it and judge by it."""
    event = EquivalentRuled(
        **tx.envelope(),
        equivalent_id=row.equivalent_id,
        outcome=row.outcome,
        kind=row.kind,
        stands_for=row.stands_for,
        ruling=ruling,
        ruled_on=tx.today,
        corrects=row.event_id,
    )
    was_accepted = row.ruling == "accepted"
    row.ruling, row.reason, row.ruled_by, row.ruled_on = ruling, reason, tx.actor.id, tx.today
    row.event_id, row.version = event.event_id, row.version + 1
    tx.session.add(ruling_kept(tx, row, event.event_id, ruling, reason))
    tx.announce(event)
    tx.touched(f"equivalent/{row.equivalent_id}")
    if was_accepted != (ruling == "accepted"):
        await judge_on_ruling(tx, row, receipts)


def ruling_kept(
    tx: Transaction, row: EvidenceEquivalentRow, event_id: UUID, ruling: str, reason: str
) -> EquivalentRulingRow:
    return EquivalentRulingRow(
        event_id=event_id,
        programme_id=tx.programme_id,
        equivalent_id=row.equivalent_id,
        ruling=ruling,
        reason=reason,
        ruled_by=tx.actor.id,
        ruled_on=tx.today,
    )
