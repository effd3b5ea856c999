"""Where an open town is: what its supervisor writes into its data folder for others on the machine to find it by."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

DATA = Path(".outcomes")
"""The folder of a town that was told none."""
PORT = 8100
"""The issuer's, unless another is chosen; services follow."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything is."""

    supervisor_pid: int
    issuer: str
    services: dict[str, str]
    kafka: str
    postgres: str
    """A superuser's URL, on the socket."""
    logs: str


def announcement_in(data: Path) -> Path:
    """The file that is there while a town is open in this data folder."""
    return data / "town.json"


def announce_addresses(announcement: Path, addresses: Addresses) -> None:
    """Write it whole or not at all."""
    new_file = announcement.with_suffix(".new")
    new_file.write_text(json.dumps(asdict(addresses)))
    new_file.rename(announcement)


def addresses_in(announcement: Path) -> Addresses:
    """What a town says of itself.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: the file is no town's.
    """
    try:
        return Addresses(**json.loads(announcement.read_text()))
    except TypeError as error:
        raise ValueError(f"{announcement} is no town's.") from error
