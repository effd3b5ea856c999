"""The people and systems the development issuer knows, read from `people.toml`."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
SLUG = TypeAdapter[str](Slug)


class Organisation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str
    name: str


class SeatLine(BaseModel):
    """One line of the file: a seat at one organisation, or at each of a kind."""

    model_config = ConfigDict(extra="forbid")

    id: Slug
    title: str
    roles: list[str]
    organisation: str | None = None
    each: str | None = None
    without: list[str] = Field(default=[], alias="except")
    programme: Slug | None = None
    """Where it is not the file's."""
    plays: bool = False
    """It plays others in a sandbox, and may set the time of what it asks there, whether the town simulates or not."""


class SeatFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    programme: Slug
    public_clients: list[str]
    organisations: dict[str, Organisation]
    person: list[SeatLine]
    system: list[SeatLine]


@dataclass(frozen=True, slots=True)
class Party:
    """A person or system that can sign in."""

    id: str
    title: str
    organisation: str
    organisation_kind: str
    organisation_name: str
    programme: str
    roles: tuple[str, ...]
    plays: bool = False

    @property
    def address(self) -> str:
        """The name it is found by, whatever its programme."""
        return f"{self.id}@{self.programme}"

    @property
    def subject(self) -> str:
        """A pseudonym: the same in every run, and no name."""
        return str(uuid5(NAMESPACE_URL, f"party/{self.address}"))

    @property
    def secret(self) -> str:
        """What a system proves itself with; development only."""
        return f"{self.id}-secret"


@cache
def seats() -> SeatFile:
    return SeatFile.model_validate(tomllib.loads(Path(__file__).with_name("people.toml").read_text()))


@cache
def people() -> dict[str, Party]:
    """Everyone who can sign in on the page, by id."""
    return {party.id: party for seat in seats().person for party in _seated(seat)}


@cache
def systems() -> dict[str, Party]:
    """Every system with client credentials, by client id."""
    return {party.id: party for seat in seats().system for party in _seated(seat)}


def found(parties: dict[str, Party], name: str) -> Party | None:
    """The party called `hub-1`, or `hub-1@other` for the same seat in the programme `other`."""
    seat, _, programme = name.partition("@")
    party = parties.get(seat)
    if party is None or not programme:
        return party
    try:
        return replace(party, programme=SLUG.validate_python(programme))
    except ValidationError:
        return None


def _seated(seat: SeatLine) -> Iterator[Party]:
    for name, organisation in seats().organisations.items():
        if name == seat.organisation or (organisation.kind == seat.each and name not in seat.without):
            yield Party(
                id=f"{seat.id}.{name}" if seat.each else seat.id,
                title=seat.title,
                organisation=name,
                organisation_kind=organisation.kind,
                organisation_name=organisation.name,
                programme=seat.programme or seats().programme,
                roles=tuple(seat.roles),
                plays=seat.plays,
            )
