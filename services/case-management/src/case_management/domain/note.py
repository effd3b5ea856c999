"""Case notes. A note is never changed or removed; a correction is another note that names it (S-32, BR-E12)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rulebook.refusal import Refusal, every_refusal


@dataclass(frozen=True, slots=True)
class Note:
    """What an author wrote of something that happened. Instants carry a time zone."""

    note_id: UUID
    case_id: UUID
    author_id: str
    happened_at: datetime
    written_at: datetime
    words: str
    corrects: UUID | None = None


def note_says_something(note: Note, original: Note | None) -> Refusal | None:
    if note.words.strip():
        return None
    return Refusal("note_empty", "The note says nothing.", "Write what happened.")


def note_is_of_something_that_has_happened(note: Note, original: Note | None) -> Refusal | None:
    if note.happened_at <= note.written_at:
        return None
    return Refusal("note_of_the_future", "The note is about something still to come.", "Write it once it has happened.")


def correction_names_a_note_of_the_same_case(note: Note, original: Note | None) -> Refusal | None:
    if note.corrects is None:
        return None
    if original is not None and (original.note_id, original.case_id) == (note.corrects, note.case_id):
        return None
    return Refusal(
        "correction_of_no_note",
        "The note to be corrected is not in this case.",
        "Name a note of the same case.",
    )


RULES = (note_says_something, note_is_of_something_that_has_happened, correction_names_a_note_of_the_same_case)


def refusals_of_note(note: Note, original: Note | None = None) -> tuple[Refusal, ...]:
    """Every reason why the note cannot be kept; `original` is the note it names, if that was found."""
    return every_refusal(RULES, note, original)
