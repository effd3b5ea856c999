"""What a document is made of, for the copy for reading; and what the readers of each type share."""

import io
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile

from PIL.Image import Image

from case_management.domain.evidence import Finding

MARKUP = re.compile(rb"<(?:!doctype|html|head|body|svg|script|iframe|\?xml)\b", re.IGNORECASE)
"""What a browser may run or draw."""
HIDDEN_MARKUP = re.compile(rb"<(?:!doctype\s|html[\s>]|script[\s>]|iframe[\s>]|\?php\s)", re.IGNORECASE)
"""What no scan or letter holds by chance; `<?xml` is in every PDF's metadata."""
HIDDEN_ARCHIVE = re.compile(rb"PK\x03\x04[\x00-\x3f]\x00|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
OPENS_BY_CLICK = ("http:", "https:", "mailto:", "tel:", "ftp:", "file:")
"""What a link may lead to: a program of the reader's machine has a scheme of its own."""
NO_ARCHIVE = (BadZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError, struct.error)
"""What opening something as an archive may come to."""
BEFORE_MARKUP = b"\xef\xbb\xbf\x00\t\n\f\r "


@dataclass(frozen=True, slots=True)
class Heading:
    words: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: str


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Picture:
    image: Image


@dataclass(frozen=True, slots=True)
class Pages:
    """A PDF, taken as it is."""

    pdf: bytes


Piece = Heading | Paragraph | TableRow | Picture | Pages


@dataclass(slots=True)
class ReadDocument:
    """What was read of a document: what stands against it, and its pieces in order."""

    found: set[Finding] = field(default_factory=set[Finding])
    pieces: list[Piece] = field(default_factory=list[Piece])


class Against(Exception):
    """Reading ends here, for this stands against the document."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding: Finding = finding


def runs_a_program(address: str) -> bool:
    """Whether a click on a link to it does more than open a page, a letter or a telephone call."""
    target = re.sub(r"[\x00-\x20]", "", address).lower()
    return re.match(r"[a-z][a-z0-9+.-]+:", target) is not None and not target.startswith(OPENS_BY_CLICK)


def begins_as_markup(content: bytes) -> bool:
    return MARKUP.match(content.lstrip(BEFORE_MARKUP)) is not None


def holds_another(content: bytes) -> bool:
    """An archive or a page of the web somewhere in what holds no other file by nature."""
    return bool(HIDDEN_MARKUP.search(content) or HIDDEN_ARCHIVE.search(content)) or _is_archive(content)


def _is_archive(content: bytes) -> bool:
    try:
        with ZipFile(io.BytesIO(content)):
            return True
    except NO_ARCHIVE:
        return False
