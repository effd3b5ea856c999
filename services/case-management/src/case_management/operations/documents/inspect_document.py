"""Find out what a file is, by the whole of it; what is accepted, the domain says."""

import asyncio
import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from case_management.domain.evidence import NAMES, DocumentPolicy, Finding, media_type_of

from .read_document import Reader


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file turned out to be."""

    size_bytes: int
    sha256: str
    found: frozenset[Finding] = frozenset()
    copy: bytes = b""
    """For reading; none of a PDF, nor of what is not taken."""
    malware: str | None = None
    """What the scanner found in it."""


async def inspect_document(
    reader: Reader, whose: str, file: BinaryIO, content_type: str, file_name: str, malware: str | None
) -> Inspection:
    """Measure and read a file, which is left at its beginning. Nobody reads what is too large, or holds malware.

    Raises:
        ReaderUnavailable: nobody reads documents now.
    """
    size, sha256 = await asyncio.to_thread(_measure, file)
    if malware or not 0 < size <= DocumentPolicy().limit_bytes:
        return Inspection(size, sha256, malware=malware)
    media_type = media_type_of(content_type, file_name)
    reading = await reader.read(whose, media_type, file, size, what_a_copy_says(media_type, sha256))
    return Inspection(size, sha256, reading.found, reading.copy)


def what_a_copy_says(media_type: str, sha256: str) -> str:
    """At the foot of every page of it."""
    kind = NAMES.get(media_type, media_type)
    return f"Copy for reading. The document itself is the evidence: {kind}, sha256 {sha256[:16]}."


def _measure(file: BinaryIO) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    file.seek(0)
    while chunk := file.read(64 * 1024):
        size += len(chunk)
        digest.update(chunk)
    file.seek(0)
    return size, digest.hexdigest()
