from datetime import timedelta

import pytest

from case_management.domain.evidence import (
    AGAINST,
    DOCX,
    HEIC,
    JPEG,
    MEBIBYTE,
    MSG,
    PLAIN_TEXT,
    PNG,
    Document,
    DocumentPolicy,
    Finding,
    refusals_of_document,
)
from tests.case_management.builders import TODAY, a_document


def codes(document: Document) -> set[str]:
    return {refusal.code for refusal in refusals_of_document(document, DocumentPolicy(), TODAY)}


@pytest.mark.parametrize(
    "document",
    [
        a_document(),
        a_document(declared="Application/PDF; name=letter"),
        a_document(declared=PNG),
        a_document(declared="image/jpg", file_name="photo.jpeg"),
        a_document(declared="image/heif", file_name="IMG_1.HEIC"),
        a_document(declared="text/plain; charset=utf-8"),
        a_document(declared="", file_name="letter.msg"),
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
        (a_document(declared="application/zip"), {"document_type_not_accepted"}),
        (a_document(declared="application/octet-stream"), {"document_type_not_accepted"}),
        (a_document(dated_on=TODAY + timedelta(days=1)), {"document_of_the_future"}),
        (a_document(found=frozenset({"active", "damaged"})), {"document_is_active", "document_damaged"}),
    ],
)
def test_a_document_is_refused(document: Document, refused: set[str]) -> None:
    assert codes(document) == refused


@pytest.mark.parametrize("finding", AGAINST)
def test_whatever_is_found_in_the_whole_of_it_stands_against_it(finding: Finding) -> None:
    assert codes(a_document(found=frozenset({finding}))) == {AGAINST[finding].code}


@pytest.mark.parametrize(
    ("declared", "name", "type_meant"),
    [
        ("", "IMG_1.HEIC", HEIC),
        ("application/octet-stream", "letter.docx", DOCX),
        ("application/octet-stream", "letter.MSG", MSG),
        ("image/jpg", "photo.jpeg", JPEG),
        (PLAIN_TEXT, "letter.pdf", PLAIN_TEXT),
    ],
)
def test_where_a_browser_does_not_know_a_file_its_name_tells(declared: str, name: str, type_meant: str) -> None:
    assert a_document(declared=declared, file_name=name).media_type == type_meant


@pytest.mark.parametrize(
    ("name", "way"),
    [("letter.doc", "save it as PDF"), ("pay.XLSX", "to PDF"), ("all.zip", "each document"), ("film.mp4", "case note")],
)
def test_what_is_not_taken_can_be_sent_all_the_same(name: str, way: str) -> None:
    [refusal] = refusals_of_document(a_document(declared="", file_name=name), DocumentPolicy(), TODAY)

    assert way in refusal.remedy
