import hashlib
from uuid import uuid4

import pytest

from common.ids import new_id
from tests.case_management.api.world import (
    CASEWORKER,
    HUB,
    PRIME,
    STRANGER,
    VERIFIER,
    World,
    came_about,
    refusals_in,
)
from tests.parts import papers
from tests.parts.papers import PDF, PNG, WORD, a_letter, a_picture, an_archive

MEBIBYTE = 1024 * 1024
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PROGRAM = an_archive({"run.class": "x"})


@pytest.mark.row("S-74")
@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "letter.pdf", "application/pdf"),
        (PDF, "LETTER.PDF", "application/pdf"),
        (PNG, "scan.png", "image/png"),
        (papers.JPEG, "photo.jpeg", "image/jpeg"),
        (papers.HEIC, "IMG_0412.HEIC", "image/heic"),
        (papers.HEIC, "IMG_0413.HEIC", "application/octet-stream"),
        (papers.WEBP, "photo.webp", "image/webp"),
        (papers.TIFF, "scan.tif", "image/tiff"),
        (papers.a_word_document(), "letter.docx", WORD),
        (papers.an_open_document(), "letter.odt", papers.ODT),
        (papers.an_open_document(papers.ODS), "pay.ods", papers.ODS),
        (papers.an_email(), "letter.eml", papers.EML),
        (papers.an_outlook_email(), "letter.msg", ""),
        (b"From: a.landlord@example.org\nShe has lived here since May.", "email.txt", "text/plain"),
        ("Ms Åström: tenancy began in May.".encode(), "письмо.txt", "text/plain; charset=utf-8"),
    ],
)
async def test_a_document_is_kept_byte_for_byte(
    common_world: World, content: bytes, name: str, media_type: str
) -> None:
    case_id = await common_world.a_started_case()

    kept = came_about(await common_world.upload(case_id, content, name, media_type))

    opened = await common_world.door.get(f"/v1/documents/{kept['id']}/content", CASEWORKER)
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    assert (kept["bytes"], opened.content) == (len(content), content)


@pytest.mark.row("S-74")
async def test_ten_mebibytes_are_kept_and_one_byte_more_is_not(world: World) -> None:
    case_id = await world.a_started_case()

    just = await world.upload(case_id, PDF.ljust(10 * MEBIBYTE, b" "))
    over = await world.upload(case_id, PDF.ljust(10 * MEBIBYTE + 1, b" "))

    assert (just.status_code, just.json()["bytes"]) == (201, 10 * MEBIBYTE)
    assert (over.status_code, refusals_in(over)) == (413, ["document_too_large"])
    assert len(list(world.documents.rglob("*/*"))) == 1


async def test_a_request_past_every_limit_is_cut_off(world: World) -> None:
    case_id = await world.a_started_case()

    answer = await world.upload(case_id, PDF.ljust(12 * MEBIBYTE, b" "))

    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")


@pytest.mark.row("S-74")
@pytest.mark.parametrize(
    ("content", "name", "media_type", "status", "codes"),
    [
        (SVG, "plan.svg", "image/svg+xml", 415, ["document_is_active", "document_type_not_accepted"]),
        (SVG, "plan.png", "image/png", 415, ["document_is_active", "document_not_what_it_says"]),
        (HTML, "page.html", "text/html", 415, ["document_is_active", "document_type_not_accepted"]),
        (HTML, "letter.txt", "text/plain", 415, ["document_is_active", "document_not_what_it_says"]),
        (b"Dear Sir,\n<script>alert(1)</script>", "letter.txt", "text/plain", 415, ["document_is_active"]),
        (PDF, "letter.png", "image/png", 415, ["document_not_what_it_says"]),
        (PDF, "letter.exe", "application/pdf", 415, ["file_name_of_another_type"]),
        (PDF, "letter.bin", "application/octet-stream", 415, ["document_type_not_accepted"]),
        (PNG + PROGRAM, "scan.png", "image/png", 415, ["document_is_two_things"]),
        (PDF + PROGRAM, "scan.pdf", "application/pdf", 415, ["document_is_two_things"]),
        (b"%PDF-1.4\n<html><script>1</script>", "a.pdf", "application/pdf", 415, ["document_is_two_things"]),
        (b"MZ\x90\x00\x03\x00", "letter.pdf", "application/pdf", 415, ["document_not_what_it_says"]),
        (an_archive({"xl/workbook.xml": "<x/>"}), "letter.docx", WORD, 415, ["document_not_what_it_says"]),
        (papers.a_word_document(more={"word/vbaProject.bin": "x"}), "a.docx", WORD, 415, ["document_is_active"]),
        (papers.a_pdf(papers.an_action("JavaScript", JS="x")), "a.pdf", "application/pdf", 415, ["document_is_active"]),
        (papers.a_pdf(papers.a_file_within), "a.pdf", "application/pdf", 415, ["document_holds_files"]),
        (PDF[:300], "a.pdf", "application/pdf", 422, ["document_damaged"]),
        (PNG[:-20], "a.png", "image/png", 422, ["document_damaged"]),
        (a_picture("PNG", (10_000, 10_000), "1"), "a.png", "image/png", 422, ["picture_too_large"]),
        (b"PK\x03\x04 no archive at all", "letter.docx", WORD, 415, ["document_not_what_it_says"]),
        (b"", "letter.pdf", "application/pdf", 422, ["document_empty"]),
        (PDF, "../../etc/passwd.pdf", "application/pdf", 422, ["file_name_unsafe"]),
        (PDF, "..\\secret.pdf", "application/pdf", 422, ["file_name_unsafe"]),
    ],
)
async def test_a_hostile_document_is_refused_with_every_reason(
    common_world: World, content: bytes, name: str, media_type: str, status: int, codes: list[str]
) -> None:
    case_id = await common_world.a_started_case()
    before = len(list(common_world.documents.rglob("*")))

    answer = await common_world.upload(case_id, content, name, media_type)

    assert (answer.status_code, refusals_in(answer)) == (status, codes)
    assert len(list(common_world.documents.rglob("*"))) == before
    assert (await common_world.told(case_id))["documents"] == []


@pytest.mark.parametrize("kind", ["holiday-photo", "case-note"])
async def test_a_kind_the_programme_does_not_know_as_a_document_is_refused(common_world: World, kind: str) -> None:
    case_id = await common_world.a_started_case()

    answer = await common_world.upload(case_id, kind=kind)

    assert (answer.status_code, refusals_in(answer)) == (422, ["unknown_evidence_kind"])


@pytest.mark.row("S-80")
async def test_what_a_source_answers_is_never_uploaded(common_world: World) -> None:
    case_id = await common_world.a_started_case()

    answer = await common_world.upload(case_id, kind="hmrc-check")

    assert (answer.status_code, refusals_in(answer)) == (422, ["answered_by_a_source"])


async def test_a_programme_loaded_before_kinds_had_an_origin_says_which_are_documents(world: World) -> None:
    before = [
        {"kind": "payslip", "title": "Payslip", "document": True},
        {"kind": "word", "title": "W", "document": False},
    ]
    await world.load_programme(evidence_kinds=before)
    case_id = await world.a_started_case()

    assert refusals_in(await world.upload(case_id, kind="word")) == ["unknown_evidence_kind"]
    assert (await world.upload(case_id, kind="payslip")).status_code == 201


async def test_a_document_dated_tomorrow_is_refused(common_world: World) -> None:
    case_id = await common_world.a_started_case()

    answer = await common_world.upload(case_id, dated_on="2019-10-08")

    assert (answer.status_code, refusals_in(answer)) == (422, ["document_of_the_future"])


async def test_a_document_is_kept_under_a_key_that_tells_nothing(world: World) -> None:
    case_id = await world.a_started_case()

    document_id = await world.a_document(case_id, name="payslip of Ann Example.pdf")

    [file] = [one for one in world.documents.rglob("*") if one.is_file()]
    [row] = await world.door.rows("select store_key from document")
    assert row["store_key"] == file.relative_to(world.documents).as_posix()
    assert "Example" not in str(file)
    assert str(document_id) not in str(file)


async def test_a_document_is_saved_and_never_shown_in_the_page(common_world: World) -> None:
    document_id = await common_world.a_document(await common_world.a_started_case())

    opened = await common_world.door.get(f"/v1/documents/{document_id}/content", PRIME)

    assert opened.headers["content-disposition"] == f'attachment; filename="landlord-letter-{document_id}.pdf"'
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert opened.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert opened.headers["content-type"] == "application/pdf"


async def test_opening_a_document_is_in_the_audit(world: World) -> None:
    document_id = await world.a_document(await world.a_started_case())

    await world.door.get(f"/v1/documents/{document_id}/content", PRIME)

    [read] = await world.door.rows("select actor, subjects from audit where action = 'read_content'")
    assert read["actor"] == "prime-manager.kbop-prime"
    assert f"document/{document_id}" in read["subjects"]


async def test_a_verifier_opens_only_what_evidences_an_outcome(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    cited, other = await common_world.a_document(case_id), await common_world.a_document(case_id)
    outcome_id = await common_world.an_outcome(case_id, cited)

    answers = [(await common_world.door.get(f"/v1/documents/{one}", VERIFIER)).status_code for one in (cited, other)]
    told = await common_world.told(case_id, VERIFIER)
    await common_world.door.post(f"/v1/outcomes/{outcome_id}/withdrawal", CASEWORKER, {"reason": "recorded-by-mistake"})
    afterwards = await common_world.door.get(f"/v1/documents/{cited}", VERIFIER)

    assert answers == [200, 404]
    assert [one["id"] for one in told["documents"]] == [str(cited)]
    assert afterwards.status_code == 404


async def test_a_strangers_document_is_not_there(common_world: World) -> None:
    document_id = await common_world.a_document(await common_world.a_started_case())

    for path in (f"/v1/documents/{document_id}", f"/v1/documents/{document_id}/content", f"/v1/documents/{uuid4()}"):
        assert (await common_world.door.get(path, STRANGER)).status_code == 404
    assert (await common_world.door.get(f"/v1/documents/{document_id}", HUB)).status_code == 403


async def test_an_upload_sent_again_is_kept_once_though_the_form_has_another_boundary(world: World) -> None:
    case_id = await world.a_started_case()

    first = await world.upload(case_id, key="upload-once")
    again = await world.upload(case_id, key="upload-once")
    other = await world.upload(case_id, a_letter("Another."), key="upload-once")

    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert len(await world.door.rows("select id from document")) == 1


async def test_a_document_id_of_ones_own_is_taken_once_and_one_of_another_is_never_met(common_world: World) -> None:
    mine = str(new_id())
    theirs = await common_world.a_document(await common_world.a_started_case(), id=mine)
    case_id = await common_world.a_started_case()

    again, other = [await common_world.upload(case_id, id=one) for one in (mine, str(theirs))]

    assert again.status_code == 409
    assert str(theirs) not in again.text
    assert (other.status_code, other.json()["id"] != str(theirs)) == (201, True)


async def test_a_document_the_store_does_not_take_has_no_row_and_may_be_sent_again(world: World) -> None:
    case_id = await world.a_started_case()
    world.documents.rmdir()
    world.documents.write_text("in the way")

    refused = await world.upload(case_id, key="send-again")
    rows = await world.door.rows("select id from document")
    world.documents.unlink()
    world.documents.mkdir()
    sent_again = await world.upload(case_id, key="send-again")

    assert (refused.status_code, rows, sent_again.status_code) == (503, [], 201)


async def test_a_row_that_cannot_be_kept_leaves_at_most_a_file(world: World) -> None:
    case_id = await world.a_started_case()
    mine = str(new_id())
    await world.a_document(case_id, id=mine)

    answer = await world.upload(case_id, a_letter("Another."), id=mine)

    kept = {f"{world.documents}/{row['store_key']}" for row in await world.door.rows("select store_key from document")}
    files = {str(one) for one in world.documents.rglob("*") if one.is_file()}
    assert (answer.status_code, len(kept), len(files)) == (409, 1, 2)
    assert kept < files


async def test_a_document_whose_bytes_are_gone_says_so(world: World) -> None:
    document_id = await world.a_document(await world.a_started_case())
    for file in [one for one in world.documents.rglob("*") if one.is_file()]:
        file.unlink()

    answer = await world.door.get(f"/v1/documents/{document_id}/content", PRIME)

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/document-unavailable")


@pytest.mark.parametrize("name", ["letter.pdf\r\nX-Sent: twice", "letter\u202efdp.pdf", "let\u200bter.pdf"])
async def test_a_file_is_named_in_characters_that_are_seen(common_world: World, name: str) -> None:
    answer = await common_world.upload(await common_world.a_started_case(), PDF, name, "application/pdf")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.file")
