"""Hand cases over to other workers: one, or all that a worker leaves behind (S-43)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from case_management.domain.case import PhaseChange, refusals_of_hand_over
from case_management.operations.loading import case_to_change
from case_management.operations.requests import HandOverIn
from case_management.storage.tables.cases import CaseRow
from common.transaction import StaleVersion, Transaction
from common.web.refused import Refused

from .settle_phase import held_on, keep_change


async def hand_over(tx: Transaction, hand_overs: Sequence[HandOverIn], on: date | None) -> list[CaseRow]:
    """Every case with its new worker from that day, by default today, in the order asked; or none of them.

    Raises:
        NoSuchCase, NotAllowed: see `case_to_change`.
        StaleVersion: one of them changed since the asker read it.
        Refused: one of them cannot be handed over so; each refusal names its case.
    """
    rows: dict[UUID, CaseRow] = {}
    refusals: list[dict[str, Any]] = []
    for each in sorted(hand_overs, key=lambda each: each.case_id):
        at_hand = await case_to_change(tx, each.case_id)
        row = rows[each.case_id] = at_hand.row
        if each.version not in (None, row.version):
            raise StaleVersion(f"Case {row.id} is at version {row.version} now; read it again before changing it.")
        day = on or tx.today
        then = await held_on(tx, row.id, day)
        change = PhaseChange(then.phase if then else at_hand.case.phase, day, each.worker)
        against = refusals_of_hand_over(at_hand.case, change, then, tx.today)
        refusals += [refusal.told | {"case_id": str(row.id)} for refusal in against]
        if not refusals:
            await keep_change(tx, row, change)
    if refusals:
        raise Refused(f"Nothing was handed over: {len(refusals)} reasons stand against it.", refusals=refusals)
    return [rows[each.case_id] for each in hand_overs]
