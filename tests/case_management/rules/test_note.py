from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from case_management.domain.note import Note, refusals_of_note
from tests.case_management.builders import a_note, an_id

CORRECTION = a_note(note_id=an_id(2), corrects=an_id(1))


@pytest.mark.parametrize(
    ("note", "corrected", "codes"),
    [
        (a_note(), None, []),
        (a_note(happened_at=datetime(2021, 5, 1, 12, tzinfo=UTC)), None, []),
        (a_note(words=" \n"), None, ["note_empty"]),
        (a_note(happened_at=datetime(2021, 5, 1, 13, tzinfo=UTC)), None, ["note_of_the_future"]),
        (CORRECTION, a_note(), []),
        (CORRECTION, None, ["correction_of_no_note"]),
        (CORRECTION, a_note(case_id=an_id(101)), ["correction_of_no_note"]),
        (CORRECTION, a_note(note_id=an_id(3)), ["correction_of_no_note"]),
    ],
)
def test_a_note_says_something_that_has_happened(note: Note, corrected: Note | None, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_note(note, corrected)] == codes


def test_a_note_is_never_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        a_note().words = "We looked at four flats."  # type: ignore[misc]  # it must not be possible
