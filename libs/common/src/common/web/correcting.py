"""What every correction keeps: what stood, what stands now, why, and who said so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from pydantic_core import to_jsonable_python

from common.ids import new_id
from common.transaction import Transaction
from rulebook.correction import something_is_put_right
from rulebook.refusal import every_refusal

from .refused import refuse_if_any


class CorrectionColumns(TypedDict):
    """The columns that the table of corrections has in every service."""

    id: UUID
    programme_id: str
    of_id: UUID
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    made_by: str
    made_at: datetime


def correction_of(
    tx: Transaction, of_id: UUID, reason: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> CorrectionColumns:
    """What is kept of a correction; of what is the same before and after, nothing.

    Raises:
        Refused: everything is the same before and after.
    """
    changes = {name: value for name, value in after.items() if before[name] != value}
    refuse_if_any(every_refusal([something_is_put_right], changes))
    return CorrectionColumns(
        id=new_id(),
        programme_id=tx.programme_id,
        of_id=of_id,
        reason=reason,
        before=to_jsonable_python({name: before[name] for name in changes}),
        after=to_jsonable_python(changes),
        made_by=tx.actor.id,
        made_at=tx.now,
    )
