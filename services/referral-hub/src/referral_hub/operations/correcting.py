"""What every correction does: keep what stood, what stands now, why, and who said so."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python

from common.ids import new_id
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.correction import CorrectionKind, something_is_put_right
from referral_hub.storage.tables.corrections import Correction
from rulebook.refusal import every_refusal


def put_right(
    tx: Transaction,
    kind: CorrectionKind,
    of_id: UUID,
    participant_id: UUID,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Correction:
    """Keep a correction; of what is the same before and after, nothing.

    Raises:
        Refused: everything is the same before and after.
    """
    changed = {name: value for name, value in after.items() if before[name] != value}
    refuse_if_any(every_refusal([something_is_put_right], changed))
    correction = Correction(
        id=new_id(),
        programme_id=tx.programme_id,
        participant_id=participant_id,
        kind=kind,
        of_id=of_id,
        reason=reason,
        before=to_jsonable_python({name: before[name] for name in changed}),
        after=to_jsonable_python(changed),
        made_by=tx.actor.id,
        made_at=tx.now,
    )
    tx.session.add(correction)
    return correction
