"""PDF: every object of it looked at, none run."""

import io
from collections.abc import Iterator
from typing import Any, cast

import pikepdf

from .bounds import MOST_UNPACKED_BYTES
from .pieces import Against, Pages, ReadDocument, begins_as_markup, holds_another, runs_a_program

WHITE = b"\0\t\n\f\r "
ACTIONS = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView", "/Thread",
}  # fmt: skip
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA"}
ACTIVE_KINDS = {"/RichMedia", "/Screen", "/Movie", "/3D"}
DICTIONARY = pikepdf.Dictionary
MOST_ACTIONS = 100
MOST_DOTS = 256_000_000
"""Of a picture in it: A3 at 900 to the inch."""
LONGEST = 14_400
"""Of a side of a page, five metres: what readers show."""
FILE_KEYS = {"/EF", "/EmbeddedFiles"}


def read_pdf(content: bytes) -> ReadDocument:
    document = ReadDocument()
    if not content.startswith(b"%PDF-"):
        document.found.add("another-type")
        if begins_as_markup(content):
            document.found.add("active")
        return document
    whole = content.rstrip(WHITE)
    if holds_another(content) or not whole.endswith(b"%%EOF"):
        cut_off = not holds_another(content) and b"%%EOF" not in whole
        document.found.add("damaged" if cut_off else "two-things")
    try:
        with pikepdf.open(io.BytesIO(whole), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise Against("encrypted")
            if not len(pdf.pages):
                raise Against("damaged")
            _judge_all(pdf, document)
    except pikepdf.PasswordError as error:
        raise Against("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        if document.found:
            return document
        raise Against("damaged") from error
    document.pieces.append(Pages(whole))
    return document


def _judge_all(pdf: pikepdf.Pdf, document: ReadDocument) -> None:
    size = 0
    for one in _dictionaries(pdf):
        _judge(one, document)
        size += _unpacked(one)
        if size > MOST_UNPACKED_BYTES or _is_immense(one):
            raise Against("unpacks-too-large")


def _judge(one: Any, document: ReadDocument) -> None:
    keys = set(one.keys())
    names = {str(one.get(key)) for key in ("/S", "/Subtype", "/Type") if isinstance(one.get(key), pikepdf.Name)}
    if keys & ACTIVE_KEYS or names & (ACTIONS | ACTIVE_KINDS):
        document.found.add("active")
    if _does_by_itself(one) or runs_a_program(_address(one)) or _runs_in_a_font(one):
        document.found.add("active")
    if isinstance(one, pikepdf.Stream) and keys & {"/F", "/Ref"}:
        document.found.add("reaches-out")
    if keys & FILE_KEYS or "/EmbeddedFile" in names or "/FileAttachment" in names:
        document.found.add("holds-files")


def _unpacked(one: Any) -> int:
    """How many bytes become of a part of it that is no picture."""
    if not isinstance(one, pikepdf.Stream) or one.get("/Subtype") == "/Image":
        return 0
    try:
        return len(one.read_bytes())
    except pikepdf.PdfError:  # packed as only pictures are
        return 0


def _is_immense(one: Any) -> bool:
    """A picture or a page so large that it is made to be opened in vain."""
    width, height, box = (one.get(key) for key in ("/Width", "/Height", "/MediaBox"))
    sides = [abs(float(it)) for it in cast(Any, box)] if isinstance(box, pikepdf.Array) else []
    return float(width or 0) * float(height or 0) > MOST_DOTS or any(side > LONGEST for side in sides)


def _does_by_itself(one: Any) -> bool:
    """Whether a page of the web is asked for without a click: when the document, or a page of it, opens."""
    opens = [one.get("/OpenAction"), *(dict(one["/AA"]).values() if isinstance(one.get("/AA"), DICTIONARY) else ())]
    waiting: list[Any] = [it for it in opens if isinstance(it, DICTIONARY)]
    for action in waiting:
        if "/URI" in action or len(waiting) > MOST_ACTIONS:
            return True
        follows = action.get("/Next")
        more: list[Any] = list(cast(Any, follows)) if isinstance(follows, pikepdf.Array) else [follows]
        waiting += [it for it in more if isinstance(it, DICTIONARY)]
    return False


def _address(one: Any) -> str:
    address = one.get("/URI")
    return str(address) if isinstance(address, pikepdf.String) else ""


def _runs_in_a_font(one: Any) -> bool:
    """Readers made a program of what stands in a font's matrix instead of its numbers (CVE-2024-4367)."""
    matrix = one.get("/FontMatrix")
    return isinstance(matrix, pikepdf.Array) and any(isinstance(it, pikepdf.Object) for it in cast(Any, matrix))


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary, reached from its pages or not, and those within others."""
    for top in pdf.objects:
        waiting: list[Any] = [top]
        while waiting:
            one = waiting.pop()
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                yield one
                within: list[Any] = [value for _, value in cast(Any, one).items()]
            elif isinstance(one, pikepdf.Array):
                within = list(cast(Any, one))
            else:
                continue
            waiting += [it for it in within if isinstance(it, pikepdf.Object) and not it.is_indirect]
