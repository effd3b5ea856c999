"""A document is judged by the whole of it, whatever its first bytes say (X-4, F-3)."""

import base64
import io
import re
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pikepdf
import pytest
from PIL import Image

from case_management.domain.evidence import AGAINST, NAMES, PDF, PLAIN_TEXT, Finding
from case_management.reader.copy import Sheet, copy_of
from case_management.reader.look import look
from tests.parts import papers
from tests.parts.papers import (
    EML,
    HEIC,
    JPEG,
    MSG,
    ODS,
    ODT,
    PNG,
    TIFF,
    WEBP,
    WORD,
    a_pdf,
    a_picture,
    a_relationship,
    a_word_document,
    an_action,
    an_archive,
    an_email,
    an_open_document,
    an_outlook_email,
)

pytestmark = pytest.mark.row("S-74")

SCRIPT = {"/S": pikepdf.Name("/JavaScript")}
TWO: dict[str, Any] = {"save_all": True, "append_images": [Image.new("RGB", (48, 32))]}
ENTITY = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"
FIELD = "<w:p><w:r><w:instrText>{}</w:instrText></w:r></w:p>"
WEB = "https://example.org/1"
TEXT = "<office:text><text:p>{}</text:p></office:text>"
SHEET = (
    '<office:spreadsheet><table:table table:name="Pay"><table:table-row><table:table-cell><text:p>May</text:p>'
    '</table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>£812</text:p></table:table-cell>'
    "</table:table-row></table:table></office:spreadsheet>"
)
GOOD = {
    "application/pdf": papers.PDF,
    "image/png": PNG,
    "image/jpeg": JPEG,
    "image/heic": HEIC,
    "image/webp": WEBP,
    "image/tiff": TIFF,
    WORD: a_word_document(),
    ODT: an_open_document(ODT),
    ODS: an_open_document(ODS, SHEET),
    EML: an_email(),
    MSG: an_outlook_email(),
    "text/plain": b"She has lived here since May.",
}


def found(media_type: str, content: bytes) -> set[Finding]:
    return look(media_type, content).found


@pytest.mark.parametrize("media_type", NAMES)
def test_a_document_of_every_type_is_taken(media_type: str) -> None:
    assert found(media_type, GOOD[media_type]) == set()


@pytest.mark.parametrize("media_type", NAMES)
@pytest.mark.parametrize("other", NAMES)
def test_one_type_is_never_taken_for_another(media_type: str, other: str) -> None:
    texts = {EML, "text/plain"}
    if media_type != other and not {media_type, other} <= texts:
        assert found(media_type, GOOD[other]) & {"another-type", "damaged"}


@pytest.mark.parametrize("media_type", [one for one in NAMES if one not in {PLAIN_TEXT, EML}])
def test_a_document_that_breaks_off_is_refused(media_type: str) -> None:
    whole = GOOD[media_type]

    assert all(found(media_type, whole[: len(whole) * part // 8]) for part in (1, 4, 7))


@pytest.mark.parametrize("media_type", [one for one in NAMES if one not in {PLAIN_TEXT, EML, MSG}])
@pytest.mark.parametrize(
    "more",
    [an_archive({"run.class": "x"}), b"<html><body>", b"<script>alert(1)</script>", b"<?php system(1);"],
    ids=["archive", "page", "script", "program"],
)
def test_nothing_follows_a_document(media_type: str, more: bytes) -> None:
    assert found(media_type, GOOD[media_type] + more)


def test_what_telephones_put_behind_a_photograph_is_no_other_file() -> None:
    assert found("image/jpeg", JPEG + JPEG) == set()
    assert found("image/jpeg", JPEG + b"\x00" * 512) == set()
    assert found("image/jpeg", JPEG + b"MZ\x90\x00 and a program") == {"two-things"}


@pytest.mark.parametrize(
    ("content", "against"),
    [
        (a_pdf(an_action("JavaScript", JS="app.alert(1)")), "active"),
        (a_pdf(an_action("Launch", F="calc.exe")), "active"),
        (a_pdf(an_action("SubmitForm", F="https://example.org")), "active"),
        (a_pdf(lambda pdf: pdf.pages[0].__setitem__("/AA", pikepdf.Dictionary(O=SCRIPT))), "active"),
        (a_pdf(lambda pdf: pdf.Root.__setitem__("/AcroForm", pikepdf.Dictionary(XFA="x"))), "active"),
        (a_pdf(papers.a_file_within), "holds-files"),
        (a_pdf(lambda pdf: None, encryption=pikepdf.Encryption(owner="x", user="y")), "encrypted"),
        (a_pdf(lambda pdf: None, encryption=pikepdf.Encryption(owner="x", user="")), "encrypted"),
        (papers.PDF[:-400], "damaged"),
        (papers.PDF.replace(b"/Root 1 0 R", b"/Root 9 0 R"), "damaged"),
        (re.sub(rb"startxref\n\d+", b"startxref\n9", papers.PDF), "damaged"),
        (papers.PDF[:-6] + b"MZ and a program", "damaged"),
        (papers.PDF + b"MZ and a program", "two-things"),
        (b"\n" + papers.PDF, "another-type"),
    ],
    ids=[
        "javascript", "launch", "sends-a-form", "page-action", "xfa", "attached", "password", "owner-password",
        "cut-off", "no-root", "no-table", "no-end", "trailing", "not-from-its-first-byte",
    ],
)  # fmt: skip
def test_a_pdf_does_nothing_and_holds_nothing_else(content: bytes, against: Finding) -> None:
    assert against in found(PDF, content)


def test_a_pdf_may_lead_to_its_own_pages_and_to_the_web() -> None:
    def lead(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/OpenAction"] = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name("/Fit")])
        action = pikepdf.Dictionary(S=pikepdf.Name("/URI"), URI="https://example.org")
        link = pikepdf.Dictionary(
            Type=pikepdf.Name("/Annot"), Subtype=pikepdf.Name("/Link"), Rect=[0, 0, 9, 9], A=action
        )
        pdf.pages[0]["/Annots"] = pikepdf.Array([link])

    assert found(PDF, a_pdf(lead)) == set()


@pytest.mark.parametrize(
    ("media_type", "content", "against"),
    [
        ("image/png", a_picture("PNG", (10_000, 10_000), "1"), "too-many-pixels"),
        (
            "image/png",
            a_picture("PNG", **TWO),
            "moves",
        ),
        (
            "image/webp",
            a_picture("WEBP", **TWO),
            "moves",
        ),
        ("image/gif", a_picture("GIF"), None),
        ("image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "active"),
    ],
)
def test_a_picture_is_one_still_picture_of_a_size_that_can_be_shown(
    media_type: str, content: bytes, against: Finding | None
) -> None:
    assert found(media_type, content) >= {against} - {None}


@pytest.mark.parametrize(
    ("content", "against"),
    [
        (a_word_document(more={"word/VBAPROJECT.BIN": b"x"}), "active"),
        (a_word_document(more={"custom/vbaProject.bin": b"x"}), "active"),
        (a_word_document(kind="ms-word.macroEnabled"), "active"),
        (a_word_document(more={"word/activeX/activeX1.xml": "<x/>"}), "active"),
        (a_word_document(body=FIELD.format("DDEAUTO run.exe")), "active"),
        (a_word_document(more={"word/x.xml": ENTITY}), "active"),
        (a_word_document(more=a_relationship("attachedTemplate", WEB)), "reaches-out"),
        (a_word_document(more=a_relationship("image", WEB)), "reaches-out"),
        (a_word_document(body=FIELD.format("INCLUDETEXT x")), "reaches-out"),
        (a_word_document(more={"word/embeddings/sheet.xlsx": an_archive({"x": "x"})}), "holds-files"),
        (a_word_document(more={"word/media/1.png": b"MZ\x90\x00"}), "holds-files"),
        (a_word_document(more={"word/run.exe": b"x"}), "holds-files"),
        (a_word_document(more={"../../etc/cron.xml": "<x/>"}), "damaged"),
        (a_word_document(more={"word/Document.xml": "<x/>"}), "damaged"),
        (a_word_document(body="<w:p>"), "damaged"),
        (a_word_document(more={"word/media/1.xml": b" " * (65 * 1024 * 1024)}), "unpacks-too-large"),
        (an_archive({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"}), "another-type"),
        (b"MZ" + a_word_document(), "another-type"),
        (a_word_document() + b"MZ", "two-things"),
    ],
    ids=[
        "macros-in-capitals", "macros-elsewhere", "macros-by-type", "activex", "dde", "entity", "remote-template",
        "remote-picture", "includes", "embedded", "program-as-picture", "program", "leads-out", "twice", "malformed",
        "bomb", "workbook", "before", "after",
    ],
)  # fmt: skip
def test_a_word_document_is_looked_through_part_by_part(content: bytes, against: Finding) -> None:
    assert against in found(WORD, content)


def test_a_word_document_may_hold_a_link() -> None:
    assert found(WORD, a_word_document(more=a_relationship("hyperlink", "https://example.org"))) == set()


@pytest.mark.parametrize(
    ("content", "against"),
    [
        (an_open_document(more={"Basic/Standard/Module1.xml": "<x/>"}), "active"),
        (an_open_document(more={"Scripts/python/run.py": "x"}), "active"),
        (an_open_document(body=TEXT.format("<script:event-listener/>")), "active"),
        (
            an_open_document(body=TEXT.format(f'<draw:image xlink:href="{WEB}"/>')),
            "reaches-out",
        ),
        (an_open_document(body=TEXT.format('<draw:object xlink:href="../secret.odt"/>')), "reaches-out"),
        (an_open_document(more={"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "encrypted"),
        (an_open_document(ODS), "another-type"),
    ],
)
def test_an_open_document_is_looked_through_part_by_part(content: bytes, against: Finding) -> None:
    assert against in found(ODT, content)


@pytest.mark.parametrize(("media_type", "an_email"), [(EML, an_email), (MSG, an_outlook_email)], ids=["eml", "msg"])
def test_what_is_attached_to_an_email_is_judged_as_if_it_were_sent_by_itself(
    media_type: str, an_email: Callable[..., bytes]
) -> None:
    judged = partial(found, media_type)

    assert (
        judged(an_email(("application/pdf", "letter.pdf", papers.PDF), ("image/gif", "logo.gif", a_picture("GIF"))))
        == set()
    )
    assert judged(an_email(("application/zip", "all.zip", an_archive({"x": "x"})))) == {"attachment"}
    assert judged(an_email(("application/pdf", "a.pdf", a_pdf(an_action("Launch"))))) == {"attachment", "active"}
    assert judged(an_email(("application/octet-stream", "run.exe", b"MZ\x90"))) == {"attachment"}
    assert judged(an_email(("application/pdf", "letter.pdf", b"MZ\x90"))) == {"attachment", "another-type"}


def test_an_email_in_an_alphabet_nobody_knows_is_read_as_it_looks() -> None:
    content = an_email().replace(b'charset="utf-8"', b'charset="x-unknown"')
    read = look(EML, content)

    assert (b"x-unknown" in content, read.found) == (True, set())
    assert "She has lived here since May." in papers.a_pdf_words(copy_of(read.pieces, Sheet("Copy.")))


def test_emails_in_emails_end_somewhere() -> None:
    content = an_email()
    for _ in range(6):
        content = an_email(("application/octet-stream", "before.eml", content))

    assert "attachment" in found(EML, content)


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("text/plain", papers.NAMES.encode()),
        (WORD, a_word_document(papers.NAMES)),
        (ODT, an_open_document(body=TEXT.format(papers.NAMES))),
        (EML, an_email(words=papers.NAMES)),
        (EML, an_email(page=f"<html><script>x()</script><p>{papers.NAMES}</p></html>")),
        (MSG, an_outlook_email(words=papers.NAMES)),
    ],
    ids=["text", "docx", "odt", "eml", "eml-page", "msg"],
)
def test_a_copy_shows_names_of_every_alphabet_here(media_type: str, content: bytes) -> None:
    copy = copy_of(look(media_type, content).pieces, Sheet("Copy for reading."))

    assert papers.NAMES in papers.a_pdf_words(copy)
    assert found(PDF, copy) == set()


@pytest.mark.parametrize("media_type", [one for one in NAMES if one != PDF])
def test_a_copy_is_a_pdf_we_would_take_and_the_same_whenever_it_is_made(media_type: str) -> None:
    first, again = (copy_of(look(media_type, GOOD[media_type]).pieces, Sheet("Copy for reading.")) for _ in range(2))

    assert found(PDF, first) == set()
    assert first == again


def test_pages_attached_stand_in_the_copy_after_what_was_written_before_them() -> None:
    content = an_email(("application/pdf", "a.pdf", papers.PDF), ("image/heic", "b.heic", HEIC))
    with pikepdf.open(io.BytesIO(copy_of(look(EML, content).pieces, Sheet("Copy.")))) as copy:
        assert len(copy.pages) == 3


def test_every_finding_says_what_to_do() -> None:
    assert all(one.reason.endswith(".") and one.remedy.endswith(".") for one in AGAINST.values())


def test_nothing_turns_the_direction_of_what_is_read_in_a_copy() -> None:
    copy = copy_of(look(PLAIN_TEXT, "Paid to \N{RIGHT-TO-LEFT OVERRIDE}elpmaxE nnA".encode()).pieces, Sheet("Copy."))

    assert "Paid to elpmaxE nnA" in papers.a_pdf_words(copy)


TEMPLATE = a_relationship("attachedTemplate", WEB)


def fields(*parts: str) -> bytes:
    return a_word_document(body="".join(FIELD.format(part) for part in parts))


@pytest.mark.parametrize(
    ("content", "against"),
    [
        (fields("D", "D", "EAUTO c:/cmd"), "active"),
        (fields("QUOTE 68 68 69 65 85 84 79"), "active"),
        (fields('LINK Word.Document.8 "//example.org/x.doc"'), "reaches-out"),
        (fields('IMPORT "https://example.org/x.png"'), "reaches-out"),
        (a_word_document(more={"word/x.png": f"<w:p xmlns:w='urn:w'>{FIELD.format('DDE x')}</w:p>"}), "active"),
        (a_word_document(more={"word/_rels/x.RELS": next(iter(TEMPLATE.values()))}), "reaches-out"),
        (a_word_document(more=a_relationship("attachedTemplate", WEB, "")), "reaches-out"),
        (a_word_document(more=a_relationship("hyperlink", "ms-msdt:/id")), "active"),
    ],
    ids=["in-parts", "in-numbers", "link", "import", "as-a-picture", "capitals", "mode-unsaid", "program"],
)
def test_what_word_would_do_is_seen_however_it_is_written(content: bytes, against: Finding) -> None:
    assert against in found(WORD, content)


def test_fields_and_links_of_every_day_are_taken() -> None:
    assert found(WORD, fields("MERGEFIELD Link ")) == set()
    assert found(WORD, a_word_document(more=a_relationship("hyperlink", "mailto:a@example.org"))) == set()
    assert found(WORD, a_word_document(more=a_relationship("customXml", "../../customXml/item1.xml", ""))) == set()


@pytest.mark.parametrize("address", ["vnd.sun.star.script:x", "macro:///x", " JavaScript:x"])
def test_no_link_runs_a_program(address: str) -> None:
    def lead(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/X"] = pikepdf.Dictionary(S=pikepdf.Name("/URI"), URI=address)

    text = f'<office:text><text:p><text:a xlink:href="{address}">Here</text:a></text:p></office:text>'

    assert found(ODT, an_open_document(ODT, text)) == {"active"}
    assert found(PDF, a_pdf(lead)) == {"active"}


def test_a_pdf_asks_for_nothing_by_itself() -> None:
    page = pikepdf.Dictionary(S=pikepdf.Name("/URI"), URI=WEB)
    after = pikepdf.Dictionary(S=pikepdf.Name("/GoTo"), Next=page)

    assert found(PDF, a_pdf(lambda pdf: pdf.Root.__setitem__("/OpenAction", page))) == {"active"}
    assert found(PDF, a_pdf(lambda pdf: pdf.Root.__setitem__("/OpenAction", after))) == {"active"}
    assert found(PDF, a_pdf(lambda pdf: pdf.pages[0].__setitem__("/AA", pikepdf.Dictionary(O=page)))) == {"active"}


def test_a_font_of_a_pdf_holds_numbers_alone() -> None:
    font = pikepdf.Dictionary(Type=pikepdf.Name("/Font"), FontMatrix=[1, 0, 0, 1, 0, pikepdf.String("0);alert(1)")])

    assert found(PDF, a_pdf(lambda pdf: pdf.Root.__setitem__("/X", font))) == {"active"}


@pytest.mark.parametrize(
    "attached",
    [
        ("text/calendar", "run.exe", b"MZ"),
        ("text/calendar", "day.ics", b"MZ"),
        ("application/pgp-signature", "x.html", b"<script>"),
        ("application/pdf", "letter.exe", papers.PDF),
    ],
)
def test_what_is_attached_has_a_name_of_its_type(attached: tuple[str, str, bytes]) -> None:
    assert "attachment" in found(EML, an_email(attached))


def test_a_page_of_the_web_is_no_text_in_any_writing() -> None:
    assert found("text/plain", "\ufeff<html><script>".encode("utf-16-le")) == {"active", "another-type"}
    assert found("text/plain", "\ufeffMZ\0".encode("utf-16-le")) == {"another-type"}


ANOTHER_FILE = {"pdf": papers.PDF, "archive": an_archive({"run.class": "x"}), "page": b"<html><body>"}


def a_jpeg_with(comment: bytes) -> bytes:
    return JPEG[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + JPEG[2:]


def a_png_with(comment: bytes) -> bytes:
    said = b"tEXtComment\0" + comment
    return PNG[:33] + (len(said) - 4).to_bytes(4) + said + zlib.crc32(said).to_bytes(4) + PNG[33:]


@pytest.mark.parametrize("other", ANOTHER_FILE.values(), ids=ANOTHER_FILE)
def test_no_picture_carries_another_file_within(other: bytes) -> None:
    filled = other + b"." * 40_000

    assert (
        found("image/jpeg", a_jpeg_with(b"Taken in May.")) == found("image/png", a_png_with(b"Taken in May.")) == set()
    )
    assert found("image/jpeg", a_jpeg_with(filled)) == {"two-things"}
    assert found("image/png", a_png_with(filled + bytes(80_000))) == {"two-things"}


@pytest.mark.parametrize("more", [*ANOTHER_FILE.values(), b"MZ\x90\x00 and a program"], ids=[*ANOTHER_FILE, "program"])
@pytest.mark.parametrize(
    ("media_type", "behind"),
    [
        ("image/tiff", TIFF),
        ("image/tiff", a_picture("TIFF", big_tiff=True)),
        ("image/tiff", a_picture("TIFF", compression="tiff_lzw")),
        ("image/jpeg", JPEG + JPEG),
        ("image/jpeg", JPEG + b"\0\0\0\x18ftypmp42" + bytes(12)),
    ],
    ids=["tiff", "big-tiff", "packed-tiff", "second-view", "film"],
)
def test_nothing_follows_a_picture_but_what_telephones_put_there(media_type: str, behind: bytes, more: bytes) -> None:
    assert found(media_type, behind) == set()
    assert found(media_type, behind + more) == {"two-things"}


def test_a_makers_notes_may_follow_a_photograph() -> None:
    assert found("image/jpeg", JPEG + b"\0\0\1\x0a\x0e\0\0\0Image_UTC_Data1569834000SEFH\1SEFT") == set()


def an_emf(more: bytes = b"") -> bytes:
    return struct.pack("<I36x4sII", 1, b" EMF", 1 << 16, 52 + len(more)) + more


def a_wmf(more: bytes = b"") -> bytes:
    return struct.pack("<4sHI8x", b"\1\0\x09\0", 0x300, (18 + len(more)) // 2) + more


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("media/1.emf", an_emf()),
        ("media/1.wmf", a_wmf()),
        ("media/1.jpeg", PNG),
        ("media/1.gif", a_picture("GIF")),
        ("media/1.bmp", a_picture("BMP")),
        ("media/1.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'),
    ],
    ids=["emf", "wmf", "jpeg", "gif", "bmp", "svg"],
)
def test_a_picture_in_a_document_is_only_that(name: str, part: bytes) -> None:
    assert found(WORD, a_word_document(more={f"word/{name}": part})) == set()
    assert found(ODT, an_open_document(more={f"Pictures/{name}": part})) == set()
    assert found(WORD, a_word_document(more={f"word/{name}": part + papers.PDF})) & {"holds-files", "damaged"}
    assert found(WORD, a_word_document(more={f"word/{name}": part + b"MZ\x90\0"})) & {"holds-files", "damaged"}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("word/media/1.emf", b"a program"),
        ("word/media/1.wmf", a_wmf(b"\x26\x06\x09\0\1\0")),
        ("word/media/1.emz", b"\x1f\x8b\x08"),
        ("word/fonts/font1.odttf", b"\0\1\0\0"),
        ("word/fonts/font1.ttf", b"\0\1\0\0"),
        ("word/printerSettings1.bin", b"x"),
        ("word/mimetype", b"MZ\x90\0"),
        ("word/media/1.png", b"a program"),
    ],
)
def test_a_part_that_nobody_looks_into_is_not_taken(name: str, part: bytes) -> None:
    assert found(WORD, a_word_document(more={name: part})) == {"holds-files"}


@pytest.mark.parametrize("does", ["<script>x()</script>", '<path onclick="x()"/>'])
def test_a_picture_that_is_written_runs_nothing(does: str) -> None:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg">{does}</svg>'

    assert found(WORD, a_word_document(more={"word/media/1.svg": drawn})) == {"active"}
    assert found(ODT, an_open_document(more={"Pictures/1.svg": drawn})) == {"active"}


def an_email_in_parts(*parts: tuple[str, bytes], kind: str = "mixed") -> bytes:
    """Each of a type, without a name."""
    between = b"\r\n--b\r\n"
    head = f"From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary=b\r\n"
    coded = (
        f"Content-Type: {one}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(content)
        for one, content in parts
    )
    return head.encode() + between + between.join(coded) + b"\r\n--b--\r\n"


@pytest.mark.parametrize("content", [b"MZ\x90\0", papers.PDF, b"{\\rtf1}"], ids=["program", "pdf", "rtf"])
@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_a_part_of_an_email_without_a_name_is_looked_into(media_type: str, content: bytes) -> None:
    assert "attachment" in found(EML, an_email_in_parts(("text/plain", b"Hello."), (media_type, content)))
    assert "attachment" in found(EML, an_email_in_parts((media_type, content)))


def test_everything_that_somebody_wrote_in_an_email_is_in_its_copy_once() -> None:
    mixed = an_email_in_parts(("text/plain", b"First."), ("image/png", PNG), ("text/plain", b"Second."))
    either = an_email_in_parts(("text/plain", b"First."), ("text/html", b"<p>First.</p>"), kind="alternative")

    said = [papers.a_pdf_words(copy_of(look(EML, one).pieces, Sheet("Copy."))) for one in (mixed, either)]

    assert [(one.count("First."), one.count("Second.")) for one in said] == [(1, 1), (1, 0)]


def a_pdf_picture(width: int, height: int) -> bytes:
    drawn = pikepdf.Dictionary(Subtype=pikepdf.Name("/Image"), Width=width, Height=height)
    return a_pdf(lambda pdf: pdf.Root.__setitem__("/X", pdf.make_stream(b"x", drawn)))


@pytest.mark.parametrize(
    ("content", "against"),
    [
        (a_pdf(lambda pdf: pdf.Root.__setitem__("/X", pdf.make_stream(bytes(70_000_000)))), {"unpacks-too-large"}),
        (a_pdf_picture(1_000_000, 1_000_000), {"unpacks-too-large"}),
        (a_pdf(lambda pdf: pdf.pages[0].__setitem__("/MediaBox", [0, 0, 10**9, 10])), {"unpacks-too-large"}),
        (a_pdf_picture(9_900, 14_000), set[Finding]()),
    ],
    ids=["stream", "picture", "page", "scan-at-1200-dots"],
)
def test_a_pdf_becomes_no_larger_than_can_be_shown(content: bytes, against: set[Finding]) -> None:
    assert found(PDF, content) == against
