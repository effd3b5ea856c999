"""Where documents' bytes are: a folder, or any store obstore knows, under keys that tell nothing."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO
from uuid import uuid4

import obstore
import structlog

from common.store import FAILURES, Place

CHUNK_BYTES = 256 * 1024
A_LISTING = 1000

log = structlog.get_logger()


class StoreUnavailable(Exception):
    """The store does not take the document, does not hold it, or does not answer."""


class Missing(StoreUnavailable):
    """The store answers, and does not hold the document."""


class Altered(Exception):
    """What the store holds is not what was kept."""


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """What identifies a document's bytes, and where they are."""

    key: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What a listing of the store says of a document."""

    key: str
    kept_at: datetime

    @property
    def programme_id(self) -> str:
        return self.key.partition("/")[0]


class DocumentStore:
    """Keeps documents whole: a document is there once `keep` has returned, and before its row is committed.

    A crash between the two leaves an orphan, which the worker clears; never a row without its bytes.
    """

    def __init__(self, place: Place) -> None:
        self._store = place.opened()
        self._folder = place.folder

    @staticmethod
    def new_key(programme_id: str) -> str:
        """A key that was never used and tells nothing but the programme."""
        return f"{programme_id}/{uuid4().hex}"

    async def keep(self, key: str, file: BinaryIO) -> None:
        """Put a document into the store in one request: in parts, a crash would leave parts no listing shows.

        Raises:
            StoreUnavailable: it was not kept.
        """
        try:
            await obstore.put_async(self._store, key, file, use_multipart=False)
            if self._folder is not None:
                await asyncio.to_thread(_fsync, self._folder / key)
        except FAILURES as error:
            raise _unavailable("keep", error) from error

    async def read(self, document: KeptDocument) -> AsyncIterator[bytes]:
        """The document's bytes, in chunks, once all of them are known to be what was kept: none leaves before.

        Raises:
            Missing: it is not there.
            StoreUnavailable: the store does not answer.
            Altered: it is not what was kept.
        """
        file = SpooledTemporaryFile(max_size=CHUNK_BYTES)  # noqa: SIM115 - closed once it is read
        try:
            await self._fetch(document, file)
        except BaseException:
            file.close()
            raise
        file.seek(0)

        async def chunks() -> AsyncIterator[bytes]:
            with file:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    yield chunk

        return chunks()

    async def check(self, document: KeptDocument) -> None:
        """Go on when the document is what was kept.

        Raises:
            Missing, StoreUnavailable, Altered: as for reading.
        """
        await self._fetch(document, None)

    async def _fetch(self, document: KeptDocument, file: SpooledTemporaryFile[bytes] | None) -> None:
        digest, size = hashlib.sha256(), 0
        try:
            result = await obstore.get_async(self._store, document.key)
            async for chunk in result.stream(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                if size > document.bytes:
                    break
                if file is not None:
                    await asyncio.to_thread(file.write, bytes(chunk))
        except FileNotFoundError as error:
            log.warning("documents.missing")
            raise Missing(type(error).__name__) from error
        except FAILURES as error:
            raise _unavailable("read", error) from error
        if (size, digest.hexdigest()) != (document.bytes, document.sha256):
            raise Altered

    async def stored(self) -> AsyncIterator[Sequence[StoredDocument]]:
        """Everything that is there, some at a time.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        try:
            listing = obstore.list(self._store, chunk_size=A_LISTING)  # pyright: ignore[reportUnknownMemberType] - its overloads for arrow
            async for page in listing:
                yield [StoredDocument(one["path"], one["last_modified"]) for one in page]
        except FAILURES as error:
            raise _unavailable("list", error) from error

    async def remove(self, keys: Sequence[str]) -> None:
        """Remove documents; one that is gone already is none to worry about.

        Raises:
            StoreUnavailable: the store does not answer; some may be gone.
        """
        try:
            for key in keys:
                try:
                    await obstore.delete_async(self._store, key)
                except FileNotFoundError:
                    continue
        except FAILURES as error:
            raise _unavailable("remove", error) from error


def _unavailable(what: str, error: Exception) -> StoreUnavailable:
    """The kind of error tells an operator what to mend: who asks, which bucket, or whether it answers."""
    log.warning("documents.unavailable", asked_to=what, error=type(error).__name__)
    return StoreUnavailable(type(error).__name__)


def _fsync(path: Path) -> None:
    """On a folder, only this makes a file outlive a power cut; a store elsewhere has promised it by answering."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
