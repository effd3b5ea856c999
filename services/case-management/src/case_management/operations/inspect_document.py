"""Find out what a file really is; what is accepted, the domain says."""

import hashlib
import struct
from datetime import date
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

import puremagic

from case_management.domain.evidence import Document

HEAD_BYTES = 8192
SHORTEST_SIGNATURE = 3
"""Two bytes match by chance: every text that begins with BM is not a picture."""


def inspect_document(
    file: BinaryIO, declared: str, file_name: str, dated_on: date | None, malware: str | None
) -> tuple[Document, str]:
    """The document as found, and the sha256 of its bytes; the file is left at its beginning."""
    size, sha256 = _measure(file)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    found = Document(
        declared=declared,
        sniffed=_sniff(file),
        size_bytes=size,
        head=head,
        parts=_parts(file),
        dated_on=dated_on,
        file_name=file_name,
        malware=malware,
    )
    file.seek(0)
    return found, sha256


def _measure(file: BinaryIO) -> tuple[int, str]:
    size, hashed = 0, hashlib.sha256()
    file.seek(0)
    while chunk := file.read(64 * 1024):
        size += len(chunk)
        hashed.update(chunk)
    file.seek(0)
    return size, hashed.hexdigest()


def _sniff(file: BinaryIO) -> frozenset[str]:
    """Every media type whose signature it bears."""
    sniffer: Any = puremagic
    try:
        matches: list[Any] = sniffer.magic_stream(file)
    except (puremagic.PureError, ValueError):
        return frozenset()
    return frozenset(one.mime_type for one in matches if one.mime_type and len(one.byte_match) >= SHORTEST_SIGNATURE)


def _parts(file: BinaryIO) -> frozenset[str]:
    """Names of its entries when it is an archive, wherever in the file that begins."""
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            return frozenset(archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError, OverflowError, struct.error):
        return frozenset()
