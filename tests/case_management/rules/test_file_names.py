import pytest

from case_management.domain.evidence import DocumentPolicy, refusals_of_document
from tests.case_management.builders import TODAY, a_document


def codes(**but: object) -> set[str]:
    return {refusal.code for refusal in refusals_of_document(a_document(**but), DocumentPolicy(), TODAY)}


@pytest.mark.parametrize("name", ["letter.pdf", "Letter of 3 May.PDF", "a..b.pdf", "Brief Müller.pdf", ""])
def test_a_plain_name_is_accepted(name: str) -> None:
    assert codes(file_name=name) == set()


@pytest.mark.parametrize("name", ["../letter.pdf", "/etc/letter.pdf", "..\\letter.pdf", "let\x00ter.pdf", "a\nb.pdf"])
def test_a_name_that_holds_a_path_or_hides_something_is_refused(name: str) -> None:
    assert codes(file_name=name) == {"file_name_unsafe"}


@pytest.mark.parametrize("name", ["letter.pdf.exe", "letter", "letter.png"])
def test_a_name_of_another_type_is_refused(name: str) -> None:
    assert codes(file_name=name) == {"file_name_of_another_type"}
