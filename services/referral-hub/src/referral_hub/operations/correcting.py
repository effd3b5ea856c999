"""What every correction does: keep what stood, what stands now, why, and who said so."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from common.transaction import Transaction
from common.web.correcting import correction_of
from referral_hub.domain.correction import CorrectionKind
from referral_hub.storage.tables.corrections import CorrectionRow


def put_right(
    tx: Transaction,
    kind: CorrectionKind,
    of_id: UUID,
    participant_id: UUID,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> CorrectionRow:
    """Keep a correction; of what is the same before and after, nothing.

    Raises:
        Refused: everything is the same before and after.
    """
    correction = CorrectionRow(
        participant_id=participant_id, kind=kind, **correction_of(tx, of_id, reason, before, after)
    )
    tx.session.add(correction)
    return correction
