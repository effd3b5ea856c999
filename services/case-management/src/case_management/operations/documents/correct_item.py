"""Put right what a document is said to be, or who a document or note is shared with; bytes and words never change."""

from typing import Any
from uuid import UUID

from case_management.domain.evidence import is_not_dated_after
from case_management.operations.correcting import part_held, put_right
from case_management.operations.outcomes.announce_again import announce_again
from case_management.storage.programmes import policy_of
from case_management.storage.tables.documents import DocumentRow
from case_management.storage.tables.support import NoteRow
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from rulebook.outcome import EvidenceItem
from rulebook.refusal import every_refusal

from .add_document import refusals_of_kind

FACTS = ("kind", "dated_on", "shareable")


async def correct_document(tx: Transaction, document_id: UUID, changes: dict[str, Any], reason: str) -> DocumentRow:
    """The document with its facts as they are, of those in `changes`; outcomes that it evidences are announced again.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_held`.
        Refused: the programme knows no such kind, it is dated after today, or nothing is different.
    """
    row, at_hand = await part_held(tx, DocumentRow, document_id)
    policy = await policy_of(tx.session, tx.programme_id)
    before = {name: getattr(row, name) for name in FACTS}
    for name, value in changes.items():
        setattr(row, name, value)
    refusals = every_refusal([is_not_dated_after], row.dated_on, tx.today)
    refuse_if_any((*refusals, *refusals_of_kind(policy, row.kind)))
    put_right(tx, "document", row.id, at_hand.row, reason, before, {name: getattr(row, name) for name in FACTS})
    tx.touched(f"document/{row.id}")
    item = EvidenceItem(row.id, row.kind, row.sha256, row.dated_on)
    await announce_again(tx, at_hand.row, "document", instead={row.id: item})
    return row


async def share_note(tx: Transaction, note_id: UUID, reason: str, *, shareable: bool) -> NoteRow:
    """The note, which a joint provider of a restricted case may read, or may not (any more).

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_held`.
        Refused: it is so already.
    """
    row, at_hand = await part_held(tx, NoteRow, note_id)
    put_right(tx, "note", row.id, at_hand.row, reason, {"shareable": row.shareable}, {"shareable": shareable})
    row.shareable = shareable
    tx.touched(f"note/{row.id}")
    return row
