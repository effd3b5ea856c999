from datetime import timedelta

import pytest

from case_management.domain.evidence import (
    ACTIVE_TYPES,
    DOCX,
    DOCX_BODY,
    DOCX_MACROS,
    JPEG,
    MARKUP,
    MEBIBYTE,
    PDF,
    PLAIN_TEXT,
    PNG,
    Document,
    DocumentPolicy,
    refusals_of_document,
)
from tests.case_management.builders import TODAY, a_document

ZIP_TYPES = frozenset({DOCX, "application/zip"})


def codes(document: Document) -> set[str]:
    return {refusal.code for refusal in refusals_of_document(document, DocumentPolicy(), TODAY)}


def some_text(words: bytes = b"She has lived with us since May.") -> Document:
    return a_document(declared=PLAIN_TEXT, sniffed=frozenset[str](), head=words)


def a_word_document(*parts: str, sniffed: frozenset[str] = ZIP_TYPES) -> Document:
    return a_document(declared=DOCX, sniffed=sniffed, parts=frozenset(parts))


@pytest.mark.parametrize(
    "document",
    [
        a_document(),
        a_document(declared="Application/PDF; name=letter"),
        a_document(declared=PNG, sniffed=frozenset({PNG})),
        a_document(declared=JPEG, sniffed=frozenset({JPEG})),
        a_word_document(DOCX_BODY),
        some_text(),
        a_document(declared="text/plain; charset=utf-8", sniffed=frozenset({PLAIN_TEXT})),
        some_text(b"\xef\xbb\xbfDear Sir, x < 3 and y > 2."),
        a_document(dated_on=TODAY),
        a_document(size_bytes=10 * MEBIBYTE),
    ],
)
def test_a_document_is_accepted(document: Document) -> None:
    assert codes(document) == set()


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        (a_document(malware="Win.Test.EICAR_HDB-1"), {"document_holds_malware"}),
        (a_document(malware="Heuristics.Phishing.Email.SpoofedDomain"), {"document_holds_malware"}),
        (a_document(malware="Heuristics.Limits.Exceeded.MaxFiles"), {"document_not_scannable"}),
        (a_document(malware="Heuristics.Encrypted.PDF"), {"document_not_scannable"}),
        (a_document(size_bytes=0), {"document_empty"}),
        (a_document(size_bytes=10 * MEBIBYTE + 1), {"document_too_large"}),
        (a_document(declared="application/zip", sniffed=ZIP_TYPES), {"document_type_not_accepted"}),
        (a_document(declared=PNG), {"document_not_what_it_says"}),
        (a_document(sniffed=frozenset[str]()), {"document_not_what_it_says"}),
        (a_word_document("xl/workbook.xml"), {"document_not_what_it_says"}),
        (a_word_document(DOCX_BODY, sniffed=frozenset({PDF})), {"document_not_what_it_says"}),
        (a_word_document(DOCX_BODY, DOCX_MACROS), {"document_is_active"}),
        (a_document(declared=PLAIN_TEXT), {"document_not_what_it_says"}),
        (some_text(b"MZ\x00\x00"), {"document_not_what_it_says"}),
        (a_document(dated_on=TODAY + timedelta(days=1)), {"document_of_the_future"}),
    ],
)
def test_a_document_is_refused(document: Document, refused: set[str]) -> None:
    assert codes(document) == refused


@pytest.mark.parametrize("active", sorted(ACTIVE_TYPES))
@pytest.mark.parametrize("declared", [PDF, PNG, PLAIN_TEXT])
def test_a_web_page_or_drawing_is_refused_under_any_name(declared: str, active: str) -> None:
    assert "document_is_active" in codes(a_document(declared=declared, sniffed=frozenset({active, declared})))


@pytest.mark.parametrize("tag", MARKUP)
def test_text_that_a_browser_would_run_is_refused(tag: bytes) -> None:
    assert codes(some_text(b"\n\n  " + tag.upper() + b" x>")) == {"document_is_active"}
