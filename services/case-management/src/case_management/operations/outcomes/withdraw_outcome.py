"""Take back an outcome that was recorded by mistake."""

from uuid import UUID

from case_management.domain.catalogue import reason_is_the_programmes
from case_management.operations.loading import outcome_to_read
from case_management.storage.programmes import policy_of
from case_management.storage.tables.outcomes import OutcomeRow
from common.contracts.cases import OutcomeWithdrawn
from common.transaction import Transaction
from common.web.refused import refuse_if_any, refused
from rulebook.refusal import Refusal, every_refusal


async def withdraw_outcome(tx: Transaction, outcome_id: UUID, reason: str) -> OutcomeRow:
    """The outcome, withdrawn today; its revisions stay on record, and a claim on it is withdrawn with it.

    Raises:
        Refused: it is withdrawn already, or the reason is none of the programme's.
    """
    at_hand = await outcome_to_read(tx, outcome_id, to_change=True)
    row = at_hand.row
    if row.withdrawn_on is not None:
        raise refused(
            Refusal(
                "outcome_withdrawn", f"It was withdrawn on {row.withdrawn_on}.", "Nothing more is needed.", kind="state"
            )
        )
    reasons = (await policy_of(tx.session, tx.programme_id)).outcome_withdrawal_reasons
    refuse_if_any(every_refusal([reason_is_the_programmes], reason, reasons))
    tx.expect_version(row.revision)
    row.state, row.withdrawn_on, row.withdrawal_reason = "withdrawn", tx.today, reason
    tx.announce(
        OutcomeWithdrawn(
            **tx.envelope(),
            participant_id=at_hand.case.row.participant_id,
            case_id=row.case_id,
            provider_id=at_hand.case.row.provider_id,
            outcome_id=row.id,
            reason=reason,
            withdrawn_on=tx.today,
        )
    )
    return row
