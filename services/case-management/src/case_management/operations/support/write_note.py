"""Write a case note; it is never changed, only corrected by another (S-32, BR-E12)."""

from datetime import date, datetime
from uuid import UUID

from case_management.domain.note import Note, refusals_of_note
from case_management.operations.loading import case_to_add_to
from case_management.operations.requests import NoteIn
from case_management.storage.cases import keep_last_contact
from case_management.storage.support import find_note
from case_management.storage.tables.support import NoteRow
from common.clock import LONDON
from common.transaction import Transaction
from common.web.refused import refuse_if_any


async def write_note(tx: Transaction, case_id: UUID, note_id: UUID, body: NoteIn) -> NoteRow:
    """Keep the note; the lead and joint providers may write.

    A supporting provider of a restricted case writes only what both may read.

    Raises:
        Refused: empty, of the future, or a correction of no note of this case.
    """
    at_hand = await case_to_add_to(tx, case_id)
    noted_on = body.noted_on or tx.today
    original = await find_note(tx.session, body.corrects)
    note = Note(note_id, case_id, tx.actor.id, _happened_at(tx, noted_on), tx.now, body.text, body.corrects)
    refuse_if_any(refusals_of_note(note, _as_note(original) if original else None))
    row = NoteRow(
        id=note_id,
        programme_id=tx.programme_id,
        case_id=case_id,
        words=body.text,
        channel=body.channel,
        attempt=body.attempt,
        tailored_how=body.tailored_how or "",
        noted_on=noted_on,
        written_at=tx.now,
        author=tx.actor.id,
        organisation_id=tx.actor.organisation,
        shareable=body.shareable or at_hand.viewer.shareable_only,
        corrects=body.corrects,
    )
    tx.session.add(row)
    if body.channel is not None and not body.attempt:
        await keep_last_contact(tx.session, case_id, noted_on)
    tx.touched(f"note/{note_id}")
    return row


def _happened_at(tx: Transaction, noted_on: date) -> datetime:
    midnight = datetime(noted_on.year, noted_on.month, noted_on.day, tzinfo=LONDON)
    return tx.now if noted_on == tx.today else midnight


def _as_note(row: NoteRow) -> Note:
    return Note(row.id, row.case_id, row.author, row.written_at, row.written_at, row.words, row.corrects)
