"""Where checkpoints are kept: a folder, or any store obstore knows; written once, never over what is there."""

import asyncio
from collections.abc import AsyncIterator

import obstore

from common.store import FAILURES, Place

from .checkpoint import Checkpoint, KeptCheckpoint


class KeepingFailed(Exception):
    """The place where checkpoints are kept does not take or give one."""


class CheckpointStore:
    """One object a checkpoint, under `<service>/<programme>/<size>.json`."""

    def __init__(self, place: Place) -> None:
        self._store = place.opened()

    async def keep(self, checkpoint: KeptCheckpoint) -> None:
        """Write a checkpoint that is not there yet; what is there stays.

        Raises:
            KeepingFailed: it was not kept.
        """
        body = checkpoint.model_dump_json().encode()
        try:
            async with asyncio.timeout(20):
                await obstore.put_async(self._store, _name(checkpoint), body, mode="create")
        except obstore.exceptions.AlreadyExistsError:
            return
        except FAILURES as error:
            raise KeepingFailed(type(error).__name__) from error

    async def kept(self, service: str, programme_id: str) -> AsyncIterator[KeptCheckpoint]:
        """Every checkpoint of a programme's audit in a service, smallest first.

        Raises:
            KeepingFailed: the place does not answer.
            pydantic.ValidationError: what lies there is no checkpoint.
        """
        try:
            entries = await obstore.list(self._store, prefix=f"{service}/{programme_id}").collect_async()  # pyright: ignore[reportUnknownMemberType] - its overloads for arrow
            for name in sorted(item["path"] for item in entries):
                content = await obstore.get_async(self._store, name)
                yield KeptCheckpoint.model_validate_json(bytes(await content.bytes_async()))
        except FAILURES as error:
            raise KeepingFailed(type(error).__name__) from error


def _name(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.service}/{checkpoint.programme_id}/{checkpoint.size:012}.json"
