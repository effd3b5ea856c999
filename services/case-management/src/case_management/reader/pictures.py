"""Pictures: photographs and scans, decoded whole."""

import io
import re
import struct
import warnings
from collections.abc import Iterator

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from case_management.domain.evidence import HEIC, JPEG, PNG, TIFF, WEBP

from .pieces import Against, Picture, ReadDocument, begins_as_markup, holds_another

pi_heif.register_heif_opener(thumbnails=False)  # pyright: ignore[reportUnknownMemberType]
Image.MAX_IMAGE_PIXELS = None  # ours is asked before a picture is unpacked
MOST_PIXELS = 64_000_000
MOST_PAGES = 100
ACROSS = 2400
"""Dots along the longer side of a copy: A4 at 200 to the inch."""
GIF, BMP = "image/gif", "image/bmp"
"""A GIF is taken within an e-mail alone, whose signature may show one; both within a package."""

FORMATS = {PNG: "PNG", JPEG: "JPEG", HEIC: "HEIF", WEBP: "WEBP", TIFF: "TIFF", GIF: "GIF"}
STILL = {PNG, WEBP}
FILLING = b"\0\r\n "
ANOTHER_VIEW = b"\xff\xd8\xff"
FILM = re.compile(rb"[\0\r\n ]*?(?=\0\0..ftyp)", re.DOTALL)
NOTES_END = b"SEFT"
"""Of a maker's notes: telephones put them, a second view or a moment of film behind the picture."""
TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
TIFF_LETTERS = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
TIFF_DATA = {273: 279, 324: 325, 513: 514}
"""Where the strips, tiles and old JPEG data of a TIFF are, and how long each is."""
TIFF_WITHIN = (330, 34665, 34853, 40965)
"""Directories that a directory of a TIFF leads to."""
SIGNS = {
    b"\x89PNG": PNG,
    ANOTHER_VIEW: JPEG,
    b"RIFF": WEBP,
    b"II": TIFF,
    b"MM": TIFF,
    b"GIF8": GIF,
    b"BM": BMP,
}
ABORTS = b"\x26\x06\x09\x00"
"""A drawing of Windows that has a program of its own run when printing ends (SetAbortProc)."""


def read_picture(media_type: str, content: bytes) -> ReadDocument:
    document = ReadDocument()
    if begins_as_markup(content):
        document.found |= {"active", "another-type"}
        return document
    try:
        with warnings.catch_warnings(action="ignore"), _opened(media_type, content) as image:
            document.pieces += [Picture(one) for one in _pages(image, media_type)]
    except UnidentifiedImageError:
        document.found.add("another-type")
        return document
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, RuntimeError) as error:
        raise Against("damaged") from error
    end = _end(media_type, content)
    if end > len(content):
        document.found.add("damaged")
    if _hides(media_type, content, end):
        document.found.add("two-things")
    return document


def is_only_a_picture(content: bytes) -> bool:
    """Whether a part of a document is a picture of some kind, to its end, and nothing else besides."""
    media_type = next((it for sign, it in SIGNS.items() if content.startswith(sign)), None)
    if media_type is None:
        return _is_a_drawing(content) and ABORTS not in content and not _hides("", content, len(content))
    try:
        end = _end(media_type, content)
    except Against:
        return False
    return end <= len(content) and not _hides(media_type, content, end)


def _is_a_drawing(content: bytes) -> bool:
    """One of Windows, EMF or WMF, as long as it says."""
    if content[40:44] == b" EMF":
        return int.from_bytes(content[48:52], "little") == len(content)
    drawing = content[22:] if content.startswith(b"\xd7\xcd\xc6\x9a") else content
    return drawing[:4] == b"\1\0\x09\0" and 2 * int.from_bytes(drawing[6:10], "little") == len(drawing)


def _hides(media_type: str, content: bytes, end: int) -> bool:
    return holds_another(content) or b"%PDF-" in content or _is_foreign(media_type, content[end:])


def _opened(media_type: str, content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=[FORMATS[media_type]])


def _pages(image: Image.Image, media_type: str) -> Iterator[Image.Image]:
    count = getattr(image, "n_frames", 1)
    if media_type in STILL and count > 1:
        raise Against("moves")
    if media_type != TIFF:
        count = 1
    if count > MOST_PAGES:
        raise Against("too-many-pixels")
    for number in range(count):
        if count > 1:
            image.seek(number)
        if image.width * image.height > MOST_PIXELS:
            raise Against("too-many-pixels")
        yield small(image)


def small(image: Image.Image) -> Image.Image:
    """Upright, on white, no larger than it can be read, and without what the camera wrote beside it."""
    small = image.copy()
    small.thumbnail((ACROSS, ACROSS))
    small = ImageOps.exif_transpose(small)
    if small.has_transparency_data:
        layer = small.convert("RGBA")
        small = Image.new("RGBA", layer.size, "white")
        small.alpha_composite(layer)
    return small if small.mode == "L" else small.convert("RGB")


def _end(media_type: str, content: bytes) -> int:
    """Where the picture ends, by its own word."""
    try:
        return ENDS[media_type](content)
    except (struct.error, IndexError) as error:
        raise Against("damaged") from error


def _is_foreign(media_type: str, rest: bytes) -> bool:
    """What follows is not of the picture: nothing does but filling, and what telephones put behind a JPEG."""
    while media_type == JPEG and (tail := rest.lstrip(FILLING)) and not tail.rstrip(FILLING).endswith(NOTES_END):
        if film := FILM.match(rest):
            rest = rest[film.end() :]
            after = max(_end_of_boxes(rest), 1)
        elif tail.startswith(ANOTHER_VIEW):
            rest, after = tail, _end_of_jpeg(tail)
        else:
            return True
        if after > len(rest):
            return True
        rest = rest[after:]
    return media_type != JPEG and bool(rest.strip(FILLING))


def _end_of_png(content: bytes) -> int:
    at = 8
    while at + 8 <= len(content):
        kind, at = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if kind == b"IEND":
            return at
    return len(content) + 1


def _end_of_jpeg(content: bytes) -> int:
    """Where its end is said, past segments of a given length and the scans between them."""
    at = 2
    while at + 2 <= len(content):
        if content[at] != 0xFF or content[at + 1] in (0x00, 0xFF, *range(0xD0, 0xD8)):
            at = content.find(b"\xff", at + 1)
            if at < 0:
                break
        elif content[at + 1] == 0xD9:
            return at + 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return len(content) + 1


def _end_of_boxes(content: bytes) -> int:
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16])
        if size == 0:
            return len(content)
        if size < 8:
            break
        at += size
    return at


def _end_of_tiff(content: bytes) -> int:
    """After the last of what its directories lead to: what they say, strips, tiles and directories within."""
    order = "<" if content.startswith(b"II") else ">"
    is_big = content[2:4] in (b"+\0", b"\0+")
    word, counts, inline = ("Q", "Q", 8) if is_big else ("I", "H", 4)

    def numbers(letters: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(order + letters, content, at)

    end, offsets, waiting = 8, {0}, [*numbers(word, inline)]
    while waiting:
        at = waiting.pop()
        if at in offsets:
            continue
        offsets.add(at)
        [entries] = numbers(counts, at)
        at += struct.calcsize(order + counts)
        values: dict[int, tuple[int, ...]] = {}
        for place in range(at, at + entries * (4 + 2 * inline), 4 + 2 * inline):
            tag, kind, count = numbers(f"HH{word}", place)
            size, value = TIFF_SIZES.get(kind, 1) * count, place + 4 + inline
            if size > inline:
                [value] = numbers(word, value)
                end = max(end, value + size)
            if kind in TIFF_LETTERS and tag in (*TIFF_DATA, *TIFF_DATA.values(), *TIFF_WITHIN):
                values[tag] = numbers(f"{count}{TIFF_LETTERS[kind]}", value)
        at += entries * (4 + 2 * inline)
        waiting += [*numbers(word, at), *(one for tag in TIFF_WITHIN for one in values.get(tag, ()))]
        data = (values.get(one, ()) for pair in TIFF_DATA.items() for one in pair)
        for starts, sizes in zip(data, data, strict=True):
            end = max(end, *(sum(one) for one in zip(starts, sizes, strict=False)), at + inline)
    return end


def _end_of_gif(content: bytes) -> int:
    at = 13 + _colours(content[10])
    while content[at] != ord(";"):
        at += 11 + _colours(content[at + 9]) if content[at] == ord(",") else 2
        while content[at]:
            at += content[at] + 1
        at += 1
    return at + 1


def _colours(flags: int) -> int:
    """How long the table of colours is that these flags announce."""
    return 6 << (flags & 7) if flags & 0x80 else 0


def _end_of_webp(content: bytes) -> int:
    return 8 + int.from_bytes(content[4:8], "little")


def _end_of_bmp(content: bytes) -> int:
    return int.from_bytes(content[2:6], "little")


ENDS = {
    PNG: _end_of_png,
    JPEG: _end_of_jpeg,
    HEIC: _end_of_boxes,
    TIFF: _end_of_tiff,
    GIF: _end_of_gif,
    WEBP: _end_of_webp,
    BMP: _end_of_bmp,
}
