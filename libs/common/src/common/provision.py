"""Create the databases and roles of all services, or of those named: `python -m common.provision`.

ADMIN_DATABASE_URL says where. Passwords are read from files named `<role>` (`claims_main`, `claims_worker`,
`claims_owner`) in PASSWORDS_DIR, if set.
"""

import asyncio
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from .database import provision
from .river import WITH_DATABASE


def passwords(folder: Path) -> dict[str, str]:
    """The password of each role that has a file in the folder."""
    return {path.name: path.read_text().strip() for path in folder.iterdir() if path.is_file()}


async def provision_all(services: Iterable[str], admin_url: str, role_passwords: dict[str, str] | None) -> None:
    """Provision each service in turn; safe to repeat."""
    for service in services:
        await provision(admin_url, service, role_passwords)


if __name__ == "__main__":
    folder = os.environ.get("PASSWORDS_DIR")
    role_passwords = passwords(Path(folder)) if folder else None
    asyncio.run(provision_all(sys.argv[1:] or WITH_DATABASE, os.environ["ADMIN_DATABASE_URL"], role_passwords))
