"""Word and OpenDocument: packages, looked through part by part."""

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from zipfile import ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from PIL import Image, UnidentifiedImageError

from case_management.domain.evidence import DOCX

from .bounds import MOST_UNPACKED_BYTES
from .pictures import MOST_PIXELS, is_only_a_picture, small
from .pieces import (
    BEFORE_MARKUP,
    NO_ARCHIVE,
    Against,
    Heading,
    Paragraph,
    Picture,
    Piece,
    ReadDocument,
    TableRow,
    holds_another,
    runs_a_program,
)

MOST_PARTS = 2000
MOST_REPEATS = 50
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"%PDF-")
PASSIVE = re.compile(
    r"(?:^|/)(?:[^/]+\.(?:xml|rels|vml|rdf|svg|png|jpe?g|gif|bmp|tiff?|webp|emf|wmf)|mimetype|layout-cache)$"
)
DRAWN = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp|emf|wmf)$")
WRITTEN = (".xml", ".rels", ".vml", ".rdf", ".svg")
SHOWN_IN_COPY = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
SVG = "{http://www.w3.org/2000/svg}"
SCRIPT = "{urn:oasis:names:tc:opendocument:xmlns:script:1.0}"
HREF = "{http://www.w3.org/1999/xlink}href"
LINKS = {f"{TEXT}a", f"{DRAW}a"}
LIVE = {f"{SCRIPT}event-listener", f"{TABLE}dde-link", f"{OFFICE}dde-source", f"{TEXT}dde-connection-decl"}
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]+:|//|\\\\|\.\./)", re.IGNORECASE)
FETCHES = re.compile(r"(?:^|\0)\s*(?:INCLUDE(?:TEXT|PICTURE)?|IMPORT|LINK|DATABASE|RD)\s", re.IGNORECASE)
ASKS_PROGRAMS = re.compile(r"\bDDE(?:AUTO)?\b|(?:^|\0)\s*QUOTE(?:\s+\d+){2}", re.IGNORECASE)
"""QUOTE spells another field in numbers."""
FIELDS = re.compile(r"\}(?:delI|i)nstrText$")

Parts = Mapping[str, bytes]


def read_package(media_type: str, content: bytes) -> ReadDocument:
    document = ReadDocument()
    parts = _unpacked(content, document)
    trees: dict[str, Any] = {}
    for name, part in parts.items():
        if not _is_passive(name.lower(), part):
            document.found.add("active" if _is_macro(name) else "holds-files")
        if part.strip() and (name.lower().endswith(WRITTEN) or _is_markup(part)):
            try:
                trees[name] = fromstring(part, forbid_dtd=True)
            except DefusedXmlException:
                document.found.add("active")
            except (ParseError, ValueError, LookupError) as error:
                raise Against("damaged") from error
    if any(_runs(one) for tree in trees.values() for one in tree.iter()):
        document.found.add("active")
    if media_type == DOCX:
        _read_word(parts, trees, document)
    else:
        _read_open_document(media_type, parts, trees, document)
    return document


def _is_passive(name: str, part: bytes) -> bool:
    """A part is of a kind that nothing runs, and only that; fonts, and what is packed again, nobody looks into."""
    if not PASSIVE.search(name) or part.startswith(PROGRAMS):
        return False
    if DRAWN.search(name):
        return not part or is_only_a_picture(part)
    return name.endswith(WRITTEN) or not holds_another(part)


def _runs(one: Any) -> bool:
    """In a picture that is written: a script, or what is done when it is touched."""
    return one.tag == f"{SVG}script" or (one.tag.startswith(SVG) and any(it.startswith("on") for it in one.attrib))


def _is_markup(part: bytes) -> bool:
    """A part is what its content is, whatever it is called: Word goes by a list of types, not by names."""
    return part.replace(b"\0", b"").lstrip(BEFORE_MARKUP + b"\xff\xfe")[:1] == b"<"


def _unpacked(content: bytes, document: ReadDocument) -> Parts:
    """Every part, by name, once it is known how large they become."""
    if not content.startswith(b"PK\x03\x04"):
        raise Against("another-type")
    try:
        with ZipFile(io.BytesIO(content)) as package:
            entries = [one for one in package.infolist() if not one.is_dir()]
            if len(entries) > MOST_PARTS or sum(one.file_size for one in entries) > MOST_UNPACKED_BYTES:
                raise Against("unpacks-too-large")
            if any(one.flag_bits & 1 for one in entries):
                raise Against("encrypted")
            names = [one.filename for one in entries]
            if len({name.lower() for name in names}) < len(names) or any(_leads_out(name) for name in names):
                raise Against("damaged")
            if package.comment or content[-22:-18] != b"PK\x05\x06":
                document.found.add("two-things")
            return {one.filename: package.read(one) for one in entries}
    except NO_ARCHIVE as error:
        raise Against("another-type" if b"PK\x05\x06" not in content else "damaged") from error
    except (zlib.error, RuntimeError, LookupError) as error:
        raise Against("damaged") from error


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def _is_macro(name: str) -> bool:
    return re.search(r"vbaproject|vbadata|activex|^basic/|^scripts/|\.(?:js|vbs|py|bas)$", name.lower()) is not None


def _read_word(parts: Parts, trees: Mapping[str, Any], document: ReadDocument) -> None:
    types = parts.get("[Content_Types].xml", b"").lower()
    if "word/document.xml" not in trees or not types:
        raise Against("another-type")
    if b"macroenabled" in types or b"vbaproject" in types or b"activex" in types or any(map(_is_macro, parts)):
        document.found.add("active")
    for name, tree in trees.items():
        if name.lower().endswith(".rels") and any(_fetches(one) for one in tree):
            document.found.add("reaches-out")
        if name.lower().endswith(".rels") and any(runs_a_program(one.get("Target", "")) for one in tree):
            document.found.add("active")
        fields = _fields(tree)
        if ASKS_PROGRAMS.search(fields):
            document.found.add("active")
        if FETCHES.search(fields):
            document.found.add("reaches-out")
    for name in _in_reading_order(trees):
        rels = {one.get("Id"): one.get("Target", "") for one in trees.get(_rels_of(name), ())}
        images = {it: parts[f"word/{target}"] for it, target in rels.items() if f"word/{target}" in parts}
        document.pieces += _word_pieces(trees[name], images)


def _fields(tree: Any) -> str:
    """What fields say, each after a zero, its parts put together as Word does."""
    texts: list[str] = []
    for one in tree.iter():
        if FIELDS.search(one.tag):
            texts.append("".join(one.itertext()))
        elif one.tag.endswith("}fldChar"):
            texts.append("\0")
        texts += [f"\0{value}\0" for name, value in one.attrib.items() if name.endswith("}instr")]
    return "".join(texts)


def _in_reading_order(trees: Mapping[str, Any]) -> list[str]:
    headers, footers = (sorted(one for one in trees if one.startswith(f"word/{part}")) for part in ("header", "foot"))
    return [*headers, "word/document.xml", *footers]


def _rels_of(name: str) -> str:
    return f"word/_rels/{name.removeprefix('word/')}.rels"


def _fetches(relationship: Any) -> bool:
    external = relationship.get("TargetMode", "").strip().lower() == "external"
    leads_out = external or ELSEWHERE.search(re.sub(r"^\s*(?:\.\./)*", "", relationship.get("Target", "")))
    return bool(leads_out) and not relationship.get("Type", "").lower().endswith("/hyperlink")


def _word_pieces(tree: Any, images: Parts) -> Iterator[Piece]:
    for one in tree:
        if one.tag == f"{W}p":
            words = _word_text(one)
            yield Heading(words) if _is_heading(one) else Paragraph(words)
            yield from _pictures(images.get(it.get(f"{R}embed")) for it in one.iter(BLIP))
        elif one.tag == f"{W}tr":
            yield TableRow([" ".join(filter(None, map(_word_text, it.iter(f"{W}p")))) for it in one.iter(f"{W}tc")])
            yield from _pictures(images.get(it.get(f"{R}embed")) for it in one.iter(BLIP))
        else:
            yield from _word_pieces(one, images)


def _word_text(paragraph: Any) -> str:
    signs = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
    return "".join((one.text or "") if one.tag == f"{W}t" else signs.get(one.tag, "") for one in paragraph.iter())


def _is_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style is not None and style.get(f"{W}val", "").lower().startswith(("heading", "title"))


def _read_open_document(media_type: str, parts: Parts, trees: Mapping[str, Any], document: ReadDocument) -> None:
    if parts.get("mimetype", b"").strip().decode("ascii", "replace") != media_type:
        raise Against("another-type")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Against("encrypted")
    if "content.xml" not in trees:
        raise Against("damaged")
    if any(map(_is_macro, parts)):
        document.found.add("active")
    for tree in trees.values():
        for one in tree.iter():
            if one.tag in LIVE:
                document.found.add("active")
            elif one.tag not in LINKS and ELSEWHERE.search(one.get(HREF, "").strip()):
                document.found.add("reaches-out")
            elif one.tag in LINKS and runs_a_program(one.get(HREF, "")):
                document.found.add("active")
    body = trees["content.xml"].find(f"{OFFICE}body")
    document.pieces += [] if body is None else _open_pieces(body, parts)


def _open_pieces(tree: Any, parts: Parts) -> Iterator[Piece]:
    for one in tree:
        if one.tag in (f"{TEXT}h", f"{TEXT}p"):
            words = _open_text(one)
            yield Heading(words) if one.tag == f"{TEXT}h" else Paragraph(words)
            yield from _pictures(parts.get(it.get(HREF, "")) for it in one.iter(f"{DRAW}image"))
        elif one.tag == f"{TABLE}table-row":
            yield from _open_row(one)
            yield from _pictures(parts.get(it.get(HREF, "")) for it in one.iter(f"{DRAW}image"))
        elif one.tag == f"{TABLE}table":
            yield Heading(one.get(f"{TABLE}name", ""))
            yield from _open_pieces(one, parts)
        elif one.tag not in (f"{TEXT}tracked-changes", f"{OFFICE}annotation"):
            yield from _open_pieces(one, parts)


def _open_row(row: Any) -> Iterator[TableRow]:
    cells: list[str] = []
    for cell in row:
        words = "\n".join(_open_text(one) for one in cell.iter(f"{TEXT}p"))
        cells += [words] * _repeats(cell, "columns")
    while cells and not cells[-1]:
        cells.pop()
    if cells:
        yield from [TableRow(cells)] * _repeats(row, "rows")


def _repeats(one: Any, what: str) -> int:
    number = one.get(f"{TABLE}number-{what}-repeated", "1")
    return min(int(number), MOST_REPEATS) if number.isdigit() else 1


def _open_text(element: Any) -> str:
    words = element.text or ""
    for one in element:
        if one.tag == f"{TEXT}s":
            words += " "
        elif one.tag == f"{TEXT}tab":
            words += "\t"
        elif one.tag == f"{TEXT}line-break":
            words += "\n"
        elif one.tag != f"{OFFICE}annotation":
            words += _open_text(one)
        words += one.tail or ""
    return words


def _pictures(parts: Iterator[bytes | None]) -> Iterator[Picture]:
    """Those that can be shown; what a package draws otherwise is in the original alone."""
    for part in filter(None, parts):
        try:
            with Image.open(io.BytesIO(part), formats=SHOWN_IN_COPY) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise Against("too-many-pixels")
                yield Picture(small(image))
        except UnidentifiedImageError:
            continue
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise Against("damaged") from error
