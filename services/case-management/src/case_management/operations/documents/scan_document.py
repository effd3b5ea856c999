"""Ask clamd what malware is in a file; whether it is accepted, the domain says."""

import asyncio
import re
from typing import BinaryIO

import structlog
from prometheus_client import Counter

CHUNK_BYTES = 256 * 1024
CONNECTED_WITHIN_SECONDS = 3
ANSWER = re.compile(rb"stream: (?:OK|(?P<malware>[ -~]+) FOUND)\0")

UNSCANNED = Counter("outcomes_documents_unscanned", "Documents not taken, because the scanner did not settle it")

log = structlog.get_logger()


class ScannerUnavailable(Exception):
    """The scanner does not answer, or not whether the document is clean."""


async def scan_document(scanner: str, file: BinaryIO, within: float) -> str | None:
    """The name of the malware in a file, or nothing if it is clean. The file is left at its beginning.

    `scanner` is clamd's `host:port`, `within` the seconds it has.

    Raises:
        ScannerUnavailable: it did not say so in that time. What it said or did instead is in the log.
    """
    try:
        async with asyncio.timeout(within):
            answer = await _answer(scanner, file)
    except (OSError, EOFError, asyncio.LimitOverrunError) as error:
        raise _unavailable(type(error).__name__) from error
    if (verdict := ANSWER.fullmatch(answer)) is None:
        raise _unavailable(answer.decode(errors="replace"))
    return verdict["malware"].decode() if verdict["malware"] else None


async def _answer(scanner: str, file: BinaryIO) -> bytes:
    """clamd's to an INSTREAM: chunks, each after its length, and an empty one as the last."""
    host, _, port = scanner.partition(":")
    async with asyncio.timeout(CONNECTED_WITHIN_SECONDS):
        reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(b"zINSTREAM\0")
        file.seek(0)
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            writer.write(len(chunk).to_bytes(4) + chunk)
            await writer.drain()
        writer.write(bytes(4))
        return await reader.readuntil(b"\0")
    finally:
        file.seek(0)
        writer.transport.abort()  # who is silent must not keep us: closing would first send the rest


def _unavailable(error: str) -> ScannerUnavailable:
    """In the log, for the sender cannot mend it; counted, for readiness does not tell: reading goes on without it."""
    UNSCANNED.inc()
    log.warning("documents.unscanned", error=error)
    return ScannerUnavailable(error)
