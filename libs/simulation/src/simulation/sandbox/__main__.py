"""`python -m simulation.sandbox`: plays a sandbox until it is told to end."""

import asyncio

from common.liveness import beat_forever

from .player import play_forever
from .settings import PlayerSettings


async def main(settings: PlayerSettings) -> None:
    """Play, and show that it is alive."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(play_forever(settings))
        if settings.alive_file is not None:
            tasks.create_task(beat_forever(settings.alive_file))


if __name__ == "__main__":
    asyncio.run(main(PlayerSettings()))  # pyright: ignore[reportCallIssue] - read from the environment
