"""Small real files of every type a document may have, and what stands against them. Nothing else in tests makes any."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from typing import Any

import pikepdf
from PIL import Image, ImageDraw

from simulation.papers import paper, photograph

Parts = Mapping[str, str | bytes]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
NAMES = "Zażółć Gęśla, Олександра Шевченко, Nguyễn Thị Hạnh"
"""Polish, Ukrainian and Vietnamese: what a copy must show."""


def a_letter(about: str = "She has lived here since May.") -> bytes:
    """A PDF of one page; another for every sentence."""
    return paper("landlord-letter", about, date(2019, 9, 30))


PDF = a_letter()
HEIC = photograph()


def a_pdf(change: Callable[[pikepdf.Pdf], object], **saving: Any) -> bytes:
    """The letter with something changed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        change(pdf)
        pdf.save(out, **saving)
    return out.getvalue()


def a_pdf_with(content: bytes) -> bytes:
    """One that holds something, packed, that only a reader of PDFs finds."""
    return a_pdf(lambda pdf: pdf.Root.__setitem__("/Held", pdf.make_stream(content)))


def a_pdf_of(size: int, filled: bytes = b"x") -> bytes:
    """One of so many bytes, nearly all of them within."""

    def fill(pdf: pikepdf.Pdf) -> None:
        pdf.Root["/Held"] = pdf.make_stream(filled * ((size - 4096) // len(filled)))

    return a_pdf(fill, compress_streams=False).ljust(size, b" ")


def an_action(kind: str, **more: Any) -> Callable[[pikepdf.Pdf], object]:
    """What a PDF does when it is opened."""
    action = pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)
    return lambda pdf: pdf.Root.__setitem__("/OpenAction", action)


def a_file_within(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["run.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ\x90")


def a_picture(format: str = "PNG", size: tuple[int, int] = (48, 32), mode: str = "RGB", **saving: Any) -> bytes:
    """A drawn one, whole, in this format of Pillow's."""
    image = Image.new(mode, size, "white")
    ImageDraw.Draw(image).rectangle((8, 8, 40, 24), outline="black")
    out = io.BytesIO()
    image.save(out, format, **saving)
    return out.getvalue()


PNG, JPEG, WEBP = a_picture("PNG"), a_picture("JPEG"), a_picture("WEBP")
TIFF = a_picture("TIFF", save_all=True, append_images=[Image.new("RGB", (48, 32))])
"""A scan of two pages."""


def an_archive(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def a_word_document(*words: str, body: str = "", more: Parts | None = None, kind: str = "") -> bytes:
    """With these paragraphs, or a body of its own, and more parts."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    lines = words or ("She has lived here since May.",)
    said = body or "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in lines)
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = f"application/vnd.{kind or 'openxmlformats-officedocument.wordprocessingml'}.document.main+xml"
    document = f'<Override PartName="/word/document.xml" ContentType="{main}"/>'
    return an_archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}">{document}</Types>',
            "word/document.xml": f"<w:document {space}><w:body>{said}</w:body></w:document>",
        }
        | dict(more or {})
    )


def a_relationship(kind: str, target: str, mode: str = "External") -> dict[str, str | bytes]:
    """Of a Word document to something."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    one = f'<Relationship Id="r1" Type="{office}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return {"word/_rels/document.xml.rels": f"<Relationships>{one}</Relationships>"}


def an_open_document(kind: str = ODT, body: str = "", more: Parts | None = None) -> bytes:
    names = ("office", "text", "table", "drawing", "script")
    spaces = " ".join(
        f'xmlns:{"draw" if one == "drawing" else one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in names
    )
    said = body or "<office:text><text:p>She has lived here since May.</text:p></office:text>"
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    content = f"<office:document-content {spaces} {link}><office:body>{said}</office:body></office:document-content>"
    manifest = "<manifest xmlns='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
    return an_archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest} | dict(more or {}))


def an_email(
    *attached: tuple[str, str, bytes], words: str = "She has lived here since May.", page: str = "", **headers: str
) -> bytes:
    """With files attached: type, name, content."""
    message = EmailMessage()
    usual = {"From": "a.landlord@example.org", "To": "worker@example.org", "Subject": "Her home"}
    for name, value in (usual | {"Date": "Mon, 30 Sep 2019 10:00:00 +0100"} | headers).items():
        message[name] = value
    message.set_content(page or words, subtype="html" if page else "plain")
    for media_type, name, content in attached:
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()


def an_outlook_email(*attached: tuple[str, str, bytes], words: str = "She has lived here since May.") -> bytes:
    """As Outlook saves one: properties, each in a stream, in a compound file."""
    told = {0x001A: "IPM.Note", 0x0037: "Her home", 0x0C1A: "A. Landlord", 0x0C1F: "a.landlord@example.org"}
    told[0x1000] = words
    fixed = _entry(0x0039, 0x0040, 132_143_004_000_000_000)
    streams = _properties(struct.pack("<8x4I8x", 0, len(attached), 0, len(attached)), fixed, told, b"")
    for number, (media_type, name, content) in enumerate(attached):
        of_it = {0x3707: name, 0x370E: media_type}
        within = _properties(bytes(8), _entry(0x3705, 0x0003, 1), of_it, content)
        streams |= {f"__attach_version1.0_#{number:08X}/{path}": part for path, part in within.items()}
    return a_compound_file(streams)


def _entry(number: int, kind: int, value: int) -> bytes:
    return struct.pack("<HHIQ", kind, number, 6, value)


def _properties(head: bytes, fixed: bytes, told: Mapping[int, str], data: bytes) -> dict[str, bytes]:
    streams = {f"__substg1.0_{number:04X}001F": words.encode("utf-16-le") for number, words in told.items()}
    listed = fixed + b"".join(_entry(number, 0x001F, 2 * len(words) + 2) for number, words in told.items())
    if data:
        streams["__substg1.0_37010102"] = data
        listed += _entry(0x3701, 0x0102, len(data))
    return streams | {"__properties_version1.0": head + listed}


SECTOR, SMALL, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def a_compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A Microsoft compound file with streams under paths of at most one folder ([MS-CFB])."""
    folders = sorted({path.rpartition("/")[0] for path in streams} - {""})
    entries: list[tuple[str, int, int, int, bytes]] = []  # name, kind, next beside, first within, content
    tops = [*folders, *(path for path in streams if "/" not in path)]
    within = {one: [path for path in streams if path.startswith(f"{one}/")] for one in folders}
    order = ["", *tops, *(path for one in folders for path in within[one])]
    at = {path: number for number, path in enumerate(order)}
    for path in order:
        beside = tops if path in tops else within.get(path.rpartition("/")[0], [])
        after = beside[beside.index(path) + 1 :] if path else []
        inside = tops if not path else within.get(path, [])
        kind = 5 if not path else 1 if path in folders else 2
        name = path.rpartition("/")[2] or "Root Entry"
        leads = (at[after[0]] if after else FREE, at[inside[0]] if inside else FREE)
        entries.append((name, kind, *leads, streams.get(path, b"")))
    return _laid_out(entries)


def _laid_out(entries: Sequence[tuple[str, int, int, int, bytes]]) -> bytes:
    table: list[int] = []
    sectors, small, small_table = b"", b"", list[int]()

    def put(content: bytes) -> int:
        nonlocal sectors
        count = -(-len(content) // SECTOR)
        first = len(table)
        table.extend([*range(first + 1, first + count), END] if count else [])
        sectors += content.ljust(count * SECTOR, b"\0")
        return first if count else END

    starts: list[int] = []
    for *_, content in entries:
        if not content or len(content) >= CUTOFF:
            starts.append(put(content))
            continue
        count, first = -(-len(content) // SMALL), len(small_table)
        small_table.extend([*range(first + 1, first + count), END])
        small += content.ljust(count * SMALL, b"\0")
        starts.append(first)
    starts[0] = put(small)
    listed = b""
    for (name, kind, beside, inside, content), start in zip(entries, starts, strict=True):
        said = name.encode("utf-16-le")
        size = len(small) if kind == 5 else len(content)
        listed += said.ljust(64, b"\0")
        listed += struct.pack("<HBBIII36xIQ", len(said) + 2, kind, 1, FREE, beside, inside, start, size)
    directory = put(listed)
    small_sectors = -(-len(small_table) // 128)
    small_start = put(struct.pack(f"<{len(small_table)}I", *small_table).ljust(small_sectors * SECTOR, b"\xff"))
    fat_sectors = -(-(len(table) + 8) // 127)
    first_fat = len(table)
    table.extend([FAT] * fat_sectors)
    sectors += struct.pack(f"<{len(table)}I", *table).ljust(fat_sectors * SECTOR, b"\xff")
    says = 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, directory, 0, CUTOFF, small_start, small_sectors, END, 0
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<16x5H6x9I", *says)
    fats = struct.pack(f"<{fat_sectors}I", *range(first_fat, first_fat + fat_sectors))
    return head + fats.ljust(SECTOR - 76, b"\xff") + sectors
