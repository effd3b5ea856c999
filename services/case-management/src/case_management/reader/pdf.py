"""PDF: every object of it looked at, none run."""

import io
from collections.abc import Iterator
from typing import Any, cast

import pikepdf

from .pieces import Against, Pages, Read, begins_as_markup, holds_another

WHITE = b"\0\t\n\f\r "
ACTIONS = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute",
}  # fmt: skip
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA"}
ACTIVE_KINDS = {"/RichMedia", "/Screen", "/Movie", "/3D"}
FILE_KEYS = {"/EF", "/EmbeddedFiles"}


def read_pdf(content: bytes) -> Read:
    read = Read()
    if not content.startswith(b"%PDF-"):
        read.found.add("another-type")
        if begins_as_markup(content):
            read.found.add("active")
        return read
    whole = content.rstrip(WHITE)
    if holds_another(content) or not whole.endswith(b"%%EOF"):
        cut_off = not holds_another(content) and b"%%EOF" not in whole
        read.found.add("damaged" if cut_off else "two-things")
    try:
        with pikepdf.open(io.BytesIO(whole), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise Against("encrypted")
            if not len(pdf.pages):
                raise Against("damaged")
            for one in _dictionaries(pdf):
                _judge(one, read)
    except pikepdf.PasswordError as error:
        raise Against("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        if read.found:
            return read
        raise Against("damaged") from error
    read.pieces.append(Pages(whole))
    return read


def _judge(one: Any, read: Read) -> None:
    keys = set(one.keys())
    named = {str(one.get(key)) for key in ("/S", "/Subtype", "/Type") if isinstance(one.get(key), pikepdf.Name)}
    if keys & ACTIVE_KEYS or named & (ACTIONS | ACTIVE_KINDS):
        read.found.add("active")
    if keys & FILE_KEYS or "/EmbeddedFile" in named or "/FileAttachment" in named:
        read.found.add("holds-files")


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
