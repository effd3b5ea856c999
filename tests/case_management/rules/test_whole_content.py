"""A document is judged by the whole of it, whatever its first bytes say (X-4, F-3)."""

import io
import re
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
        (papers.PDF[:-6] + b"MZ and a program", "damaged"),
        (papers.PDF + b"MZ and a program", "two-things"),
        (b"\n" + papers.PDF, "another-type"),
    ],
    ids=[
        "javascript", "launch", "sends-a-form", "page-action", "xfa", "attached", "password", "owner-password",
        "cut-off", "no-root", "no-end", "trailing", "not-from-its-first-byte",
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


def test_emails_in_emails_end_somewhere() -> None:
    content = an_email()
    for _ in range(6):
        content = an_email(("application/octet-stream", "before.eml", content))

    assert "attachment" in found(EML, content)


def words_of(copy: bytes) -> str:
    """What can be read in it, by the table of signs it carries."""
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        shown = ""
        for page in pdf.pages:
            [font] = page.Resources.Font.values()
            table = dict(re.findall(rb"<(\w{4})> <(\w+)>", font.ToUnicode.read_bytes()))
            for drawn in re.findall(rb"\((.*?)(?<!\\)\) Tj|\[(.*?)\] TJ", page.Contents.read_bytes(), re.DOTALL):
                shown += "".join(_plain(one, table) for one in drawn if one) + "\n"
        return shown


def _plain(drawn: bytes, table: dict[bytes, bytes]) -> str:
    raw = re.sub(rb"\\([()\\])", rb"\1", drawn).replace(b"\\r", b"\r").replace(b"\\n", b"\n")
    pairs = [raw[at : at + 2].hex().upper().encode() for at in range(0, len(raw), 2)]
    return "".join(bytes.fromhex(table[one].decode()).decode("utf-16-be") if one in table else "" for one in pairs)


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

    assert papers.NAMES in words_of(copy)
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
