"""Pictures: photographs and scans, decoded whole."""

import io
import warnings
from collections.abc import Iterator

import pi_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from case_management.domain.evidence import HEIC, JPEG, PNG, TIFF, WEBP

from .pieces import Against, Picture, Read, begins_as_markup, holds_another

pi_heif.register_heif_opener(thumbnails=False)  # pyright: ignore[reportUnknownMemberType]
Image.MAX_IMAGE_PIXELS = None  # ours is asked before a picture is unpacked
MOST_PIXELS = 64_000_000
MOST_PAGES = 100
ACROSS = 2400
"""Dots along the longer side of a copy: A4 at 200 to the inch."""
GIF = "image/gif"
"""Taken within an e-mail alone, whose signature may show one."""

FORMATS = {PNG: "PNG", JPEG: "JPEG", HEIC: "HEIF", WEBP: "WEBP", TIFF: "TIFF", GIF: "GIF"}
STILL = {PNG, WEBP}
AFTER_A_PHOTO = (b"\xff\xd8\xff", b"SEFT", b"ftyp")
"""A second view, a maker's notes or a moment of film, as telephones put behind the picture."""


def read_picture(media_type: str, content: bytes) -> Read:
    read = Read()
    if begins_as_markup(content):
        read.found |= {"active", "another-type"}
        return read
    try:
        with warnings.catch_warnings(action="ignore"), _opened(media_type, content) as image:
            read.pieces += [Picture(one) for one in _pages(image, media_type)]
    except UnidentifiedImageError:
        read.found.add("another-type")
        return read
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        raise Against("damaged") from error
    end = _end(media_type, content)
    if end > len(content):
        read.found.add("damaged")
    if holds_another(content) or _is_foreign(media_type, content[end:]):
        read.found.add("two-things")
    return read


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
        layered = small.convert("RGBA")
        small = Image.new("RGBA", layered.size, "white")
        small.alpha_composite(layered)
    return small if small.mode == "L" else small.convert("RGB")


def _end(media_type: str, content: bytes) -> int:
    """Where the picture ends, by its own word; a TIFF says nothing of it."""
    if media_type == PNG:
        return _end_of_png(content)
    if media_type == WEBP:
        return 8 + int.from_bytes(content[4:8], "little")
    if media_type == JPEG:
        return _end_of_jpeg(content)
    return _end_of_boxes(content) if media_type == HEIC else len(content)


def _is_foreign(media_type: str, rest: bytes) -> bool:
    """What follows is not of the picture: nothing does but filling, and what telephones add to a JPEG."""
    rest = rest.strip(b"\0\r\n ")
    return bool(rest) and not (media_type == JPEG and any(sign in rest for sign in AFTER_A_PHOTO))


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
