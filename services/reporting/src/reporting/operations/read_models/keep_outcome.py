"""Keep what case management says of an outcome: recorded, evidenced, corrected, withdrawn."""

from typing import Any

from common.contracts.cases import OutcomeEvidenced, OutcomeRecorded, OutcomeWithdrawn
from common.transaction import Transaction
from reporting.storage.projecting import keep
from reporting.storage.tables.read_models import OutcomeRow


async def keep_recorded(tx: Transaction, event: OutcomeRecorded) -> None:
    _keep_revision(tx, event, revision=0)


async def keep_evidenced(tx: Transaction, event: OutcomeEvidenced) -> None:
    _keep_revision(tx, event, revision=event.revision, contributors=list(event.contributors))


async def keep_outcome_withdrawn(tx: Transaction, event: OutcomeWithdrawn) -> None:
    keep(tx, OutcomeRow, **_which(event), withdrawn_on=event.withdrawn_on)


def _keep_revision(tx: Transaction, event: OutcomeRecorded | OutcomeEvidenced, **columns: Any) -> None:
    keep(
        tx,
        OutcomeRow,
        **_which(event),
        outcome=event.outcome,
        slot=event.slot,
        achieved_on=event.achieved_on,
        newest="revision",
        **columns,
    )


def _which(event: OutcomeRecorded | OutcomeEvidenced | OutcomeWithdrawn) -> dict[str, Any]:
    return {
        "outcome_id": event.outcome_id,
        "participant_id": event.participant_id,
        "provider_id": event.provider_id,
    }
