"""Where documents' bytes are: a folder, or any store obstore knows, under keys that tell nothing."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Stored:
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

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The document's bytes, in chunks.

        Raises:
            StoreUnavailable: it is not there, or the store does not answer.
        """
        try:
            found = await obstore.get_async(self._store, key)
        except FAILURES as error:
            raise _unavailable("read", error) from error

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in found.stream(CHUNK_BYTES):
                yield bytes(chunk)

        return chunks()

    async def stored(self) -> AsyncIterator[Sequence[Stored]]:
        """Everything that is there, some at a time.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        try:
            listing = obstore.list(self._store, chunk_size=A_LISTING)  # pyright: ignore[reportUnknownMemberType] - its overloads for arrow
            async for listed in listing:
                yield [Stored(one["path"], one["last_modified"]) for one in listed]
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
