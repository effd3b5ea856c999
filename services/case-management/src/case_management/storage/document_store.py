"""Where documents' bytes are: a folder, or any store obstore knows, under keys that tell nothing."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

CHUNK_BYTES = 256 * 1024


class StoreUnavailable(Exception):
    """The store does not take the document, does not hold it, or does not answer."""


class DocumentStore:
    """Keeps documents whole: a document is there once `keep` has returned, and before its row is committed.

    A crash between the two leaves a file nobody refers to, never a row without its file.
    """

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def keep(self, programme_id: str, file: BinaryIO) -> str:
        """Stream a document into the store; returns its random key.

        Raises:
            StoreUnavailable: it was not kept.
        """
        key = f"{programme_id}/{uuid4().hex}"
        try:
            await obstore.put_async(self._store, key, file, chunk_size=CHUNK_BYTES)
            if self._folder is not None:
                await asyncio.to_thread(_fsync, self._folder / key)
        except (OSError, obstore.exceptions.BaseError) as error:
            raise StoreUnavailable(key) from error
        return key

    async def read(self, key: str) -> AsyncIterator[bytes]:
        """The document's bytes, in chunks.

        Raises:
            StoreUnavailable: it is not there, or the store does not answer.
        """
        try:
            found = await obstore.get_async(self._store, key)
        except (OSError, obstore.exceptions.BaseError) as error:
            raise StoreUnavailable(key) from error

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in found.stream(CHUNK_BYTES):
                yield bytes(chunk)

        return chunks()


def document_store(url: str, data_dir: Path) -> DocumentStore:
    """The store at a URL; without one, the folder `documents` under the data folder."""
    if url:
        return DocumentStore(from_url(url))
    folder = data_dir / "documents"
    return DocumentStore(LocalStore(folder, mkdir=True), folder)


def _fsync(path: Path) -> None:
    """On a folder, only this makes a file outlive a power cut; a store elsewhere has promised it by answering."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
