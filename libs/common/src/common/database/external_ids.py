"""The ids by which other systems know our things: of each organisation its own, shown to it and to nobody else."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, UniqueConstraint, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column

from . import ORGANISATION, PROGRAMME, Migrating, protect

TABLE = """
create table external_id (
    id uuid constraint pk_external_id primary key,
    programme_id text not null, organisation_id text not null, kind text not null, thing_id uuid not null,
    participant_id uuid not null,
    system text not null, external_id text,
    constraint uq_external_id_thing_id unique (programme_id, organisation_id, kind, thing_id, system),
    constraint uq_external_id_external_id unique (programme_id, organisation_id, kind, system, external_id)
)
"""
INDEXES = (
    "create index ix_external_id_id on external_id (programme_id, id)",
    "create index ix_external_id_external_id on external_id (programme_id, external_id)",
    "create index ix_external_id_thing_id on external_id (programme_id, thing_id)",
)
OWN = "organisation_id = {org}"


class ExternalIdColumns:
    """One system's id for one thing; it is unlike for all things of the kind that the organisation named so."""

    __tablename__ = "external_id"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint(
                *("programme_id", "organisation_id", "kind", "thing_id", "system"), name="uq_external_id_thing_id"
            ),
            UniqueConstraint(
                *("programme_id", "organisation_id", "kind", "system", "external_id"), name="uq_external_id_external_id"
            ),
            Index("ix_external_id_id", "programme_id", "id"),
            Index("ix_external_id_external_id", "programme_id", "external_id"),
            Index("ix_external_id_thing_id", "programme_id", "thing_id"),
        )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[UUID]
    participant_id: Mapped[UUID]
    """Whom the thing is about: the audit names them to whoever asks who saw what of them."""
    system: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)
    """None: it was taken back."""


def create_external_ids(op: Migrating, service: str) -> None:
    """Create the table, in which an organisation sees its own rows, whichever kind of organisation it is."""
    op.execute("set local lock_timeout = '2s'")
    for statement in (TABLE, *INDEXES):
        op.execute(statement)
    protect(op, service, "external_id", provider=OWN, agency=OWN)
    mine = f"programme_id = {PROGRAMME} and {OWN.format(org=ORGANISATION)}"
    op.execute(f"alter policy partnership on external_id using ({mine}) with check ({mine})")


def known_as(
    row: type[ExternalIdColumns], thing: InstrumentedAttribute[UUID], kind: str, name: str
) -> ColumnElement[bool]:
    """The one that a system of the asker's organisation knows by an id: `horton-crm:A-123`."""
    system, _, external_id = name.partition(":")
    own = row.organisation_id == func.current_setting("app.organisation", True)
    names = select(row.thing_id).where(own, row.kind == kind, row.system == system, row.external_id == external_id)
    return thing.in_(names)
