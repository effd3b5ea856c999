"""The copy for reading: a PDF of a document's pieces, the same bytes whenever it is made."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import fontpkg_noto_sans
import pikepdf
from fpdf import FPDF, XPos, YPos

from .pieces import Heading, Pages, Paragraph, Picture, Piece, TableRow

MOST_SIGNS = 200_000
MOST_SHEETS = 300
MARGIN = 18
FONT = "Noto Sans"
CUT = "The copy ends here. The rest is in the original."
UNSHOWN = "\N{WHITE SQUARE}", "?"
DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])
"""Signs that turn the direction of what follows: nothing is read as it does not stand."""


class Sheet(FPDF):
    """A4, with what it is a copy of at the foot of every page."""

    def __init__(self, about: str) -> None:
        super().__init__(format="A4")
        self.about = about
        self.set_creation_date(datetime(2000, 1, 1, tzinfo=UTC))
        self.set_title("Copy for reading")
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 6)
        [file] = [one for one in (fontpkg_noto_sans.ROOT / "files").glob("*.ttf") if "Italic" not in one.name]
        self.add_font(FONT, fname=file)
        self.set_font(FONT, size=10)
        [font] = self.fonts.values()
        self._signs: Any = cast(Any, font).cmap
        self._unshown = next(one for one in UNSHOWN if ord(one) in self._signs)

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.set_font(FONT, size=7)
        self.multi_cell(0, 3.5, f"{self.about} Page {self.page_no()}.", align="C")

    def shown(self, words: str) -> str:
        """With a square for each sign the font lacks."""
        plain = words.translate(DIRECTIONS).replace("\t", "    ")
        return "".join(one if ord(one) in self._signs or one == "\n" else self._unshown for one in plain if one != "\r")

    def write_words(self, words: str, size: float) -> None:
        self.set_font(FONT, size=size)
        self.multi_cell(0, size * 0.5, self.shown(words) or " ", new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


def copy_of(pieces: Sequence[Piece], sheet: Sheet) -> bytes:
    """A PDF of the pieces, on a sheet that is new."""
    within: list[tuple[int, bytes]] = []
    allowance = MOST_SIGNS
    for piece in pieces:
        if isinstance(piece, Pages):
            within.append((sheet.page, piece.pdf))
            if sheet.page:
                sheet.set_y(sheet.page_break_trigger)
        elif allowance > 0 and sheet.page <= MOST_SHEETS:
            if not sheet.page:
                sheet.add_page()
            allowance -= _write(sheet, piece, allowance)
        else:
            sheet.write_words(CUT, 10)
            break
    content = bytes(sheet.output())
    return _joined(content, within) if within else content


def _write(sheet: Sheet, piece: Heading | Paragraph | TableRow | Picture, allowance: int) -> int:
    """Put a piece on the sheet; how many signs it took."""
    if isinstance(piece, Picture):
        _draw(sheet, piece)
        return 0
    words = " | ".join(piece.cells) if isinstance(piece, TableRow) else piece.words
    sheet.write_words(words[:allowance], 13 if isinstance(piece, Heading) else 10)
    return len(words) + 1


def _draw(sheet: Sheet, piece: Picture) -> None:
    """As large as the page takes, and no larger than it is at 100 dots to the inch."""
    width, height = piece.image.size
    scale = min(sheet.epw / width, (sheet.h - 2 * MARGIN - 12) / height, 25.4 / 100)
    if sheet.get_y() + height * scale > sheet.page_break_trigger:
        sheet.add_page()
    buffer = io.BytesIO()
    piece.image.save(buffer, "JPEG", quality=85)
    sheet.image(buffer, x=MARGIN, w=width * scale, h=height * scale)
    sheet.ln(2)


def _joined(content: bytes, within: Sequence[tuple[int, bytes]]) -> bytes:
    """With other PDFs put in, each after so many of our pages."""
    with pikepdf.open(io.BytesIO(content)) as whole:
        for after, part in reversed(within):
            with pikepdf.open(io.BytesIO(part)) as pdf:
                for page in reversed(list(pdf.pages)):
                    whole.pages.insert(after, page)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()
