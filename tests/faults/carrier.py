"""A worker that carries out files and does nothing else, to be killed: `python -m tests.faults.carrier URL`."""

import asyncio
import sys

from case_management.routes.bulk import KINDS
from common.bulk.carrying import carry_forever
from common.database import create_engine, create_sessions


async def carry() -> None:
    await carry_forever("case_management", KINDS, create_sessions(create_engine(sys.argv[1])), idle_seconds=0.05)


if __name__ == "__main__":
    asyncio.run(carry())
