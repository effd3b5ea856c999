"""Naming a thing by what another system calls it, and finding it so: alike in every service that has such things."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import select

from common.contracts import Code
from common.database.external_ids import ExternalIdColumns, known_as
from common.ids import new_id
from common.lists import Filter, Listing, Order, few, unindexed
from common.transaction import Answer, Transaction

from ..fields import AnswerBody, RequestBody, ShortCode
from ..problems import Conflict

EXTERNAL_NAME = r"^[a-z0-9][a-z0-9-]{0,59}:[A-Za-z0-9][A-Za-z0-9_.:/-]{0,79}$"
ExternalName = Annotated[str, StringConstraints(pattern=EXTERNAL_NAME)]
"""A system and its id: `horton-crm:A-123`."""


ExternalIds = Annotated[dict[ShortCode, Code], Field(max_length=20)]
"""By the code that you gave your system, the id that it gave the thing: `{"horton-crm": "A-123"}`."""


class ExternalIdTaken(Conflict):
    """A system's id stands for one thing of a kind: your organisation gave this one to another."""

    type, title = "external-id-taken", "Another thing has this id"
    remedy = "Look which has it (`GET /v1/external-ids`); if that is wrong, take it back there by sending null."


class ExternalIdIn(RequestBody):
    """What your system calls the thing; null takes back what it was called."""

    external_id: Code | None
    """The id in your system: no name, no number of a person's."""


class ExternalIdReceipt(Answer):
    """What your system calls the thing now."""

    id: UUID
    system: str
    external_id: str | None


class ExternalIdOut(AnswerBody):
    """One of your organisation's ids."""

    kind: str
    """What it is that has the id."""
    thing_id: UUID
    """The thing's own id here."""
    system: str
    external_id: str | None
    """The id in your system; null where it was taken back."""


def external_ids_of(row: type[ExternalIdColumns], kinds: Any) -> Listing:
    """The list of an organisation's own ids, to be found by what a system says and by what the thing is."""
    columns: Any = row
    return Listing(
        row,
        orders={"named": Order((columns.id,))},
        usual="named",
        filters={
            "of": unindexed(columns.kind, kinds),
            "system": unindexed(columns.system, ShortCode),
            "external_id": few(columns.external_id, Code),
            "thing_id": few(columns.thing_id, UUID),
        },
    )


def by_external_id(row: type[ExternalIdColumns], thing: Any, kind: str) -> Filter:
    """Narrows a list to the one that a system of the asker's knows by an id; `thing` is the id by which we know it."""
    return Filter(ExternalName, lambda name: known_as(row, thing, kind, name), few=True)


@dataclass(frozen=True, slots=True)
class NamedThing:
    """What has an id in another system, and whom it is about."""

    kind: str
    id: UUID
    participant_id: UUID


async def keep_external_ids(
    tx: Transaction, row: type[ExternalIdColumns], thing: NamedThing, external_ids: Mapping[str, str]
) -> None:
    """Keep what systems of the asker's organisation call a thing that is being made.

    Raises:
        ExternalIdTaken: one of them calls another thing of the kind so.
    """
    for system, external_id in sorted(external_ids.items()):
        await _keep(tx, row, thing, system, external_id)


async def keep_external_id(
    tx: Transaction, row: type[ExternalIdColumns], thing: NamedThing, system: str, external_id: str | None
) -> ExternalIdReceipt:
    """Keep what a system of the asker's organisation calls a thing that the asker sees.

    Raises:
        ExternalIdTaken: it calls another thing of the kind so.
    """
    await _keep(tx, row, thing, system, external_id)
    return tx.answered(ExternalIdReceipt(id=thing.id, system=system, external_id=external_id))


async def _keep(
    tx: Transaction, row: type[ExternalIdColumns], thing: NamedThing, system: str, external_id: str | None
) -> None:
    own = {"programme_id": tx.programme_id, "organisation_id": tx.actor.organisation}
    query = select(row).filter_by(**own, kind=thing.kind, system=system)
    other = await tx.session.scalar(query.where(row.external_id == external_id, row.thing_id != thing.id))
    if other is not None:
        raise ExternalIdTaken(f"The {thing.kind} {other.thing_id} has {external_id} in {system}.")
    entry = await tx.session.scalar(query.where(row.thing_id == thing.id).with_for_update())
    if entry is None:
        make: Any = row
        entry = make(id=new_id(), kind=thing.kind, thing_id=thing.id, participant_id=thing.participant_id, **own)
        entry.system = system
        tx.session.add(entry)
    entry.external_id = external_id
    tx.touched(f"{thing.kind}/{thing.id}", f"participant/{thing.participant_id}")
