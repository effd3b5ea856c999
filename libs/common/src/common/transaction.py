"""One request, or one event, is one transaction; its edge keeps the record and commits."""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypedDict, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.streams.outbox import ANNOUNCED, outbox_rows

from .clock import london_date
from .contracts import Event
from .ids import new_id

KEYS_ARE_GOOD_FOR_DAYS = 30
"""So long the same `Idempotency-Key` is answered as the first time."""
AUDITED = """
audited as (
    insert into audit (programme_id, actor, organisation, action, subjects, cause, business_at, effect)
    select * from json_to_recordset(cast(:changes as json)) as change (
        programme_id text, actor text, organisation text, action text, subjects text[], cause text,
        business_at timestamptz, effect text[])
    returning position
), unsealed as (
    insert into audit_unsealed (position) select position from audited
)
"""
REMEMBERED = """
remembered as (
    insert into idempotency (programme_id, client, route, key, request_hash, status, answer)
    select * from jsonb_to_recordset(cast(:keys as jsonb)) as asked (
        programme text, client text, route text, key text, hash text, status integer, answer jsonb)
)
"""
KEEP_READ = text(f"with {AUDITED} select")
KEEP_PART = text(f"with {REMEMBERED}, {AUDITED} select")
KEEP_SQL = f"with {REMEMBERED}, {AUDITED}, {ANNOUNCED} select"
KEEP = text(KEEP_SQL)


class Answer(BaseModel):
    """What a write answers: ids, states and versions, never personal data, because it is kept for replays."""

    model_config = ConfigDict(use_attribute_docstrings=True)


A = TypeVar("A", bound=Answer)


class Envelope(TypedDict):
    """What every event of one transaction shares; spread it: `ClaimVerified(**tx.envelope(), claim_id=…)`."""

    event_id: UUID
    programme_id: str
    occurred_at: datetime
    caused_by: UUID | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person or system, for an organisation, in roles. Pseudonymous: never a name."""

    id: str
    organisation: str
    organisation_kind: str = "service"
    roles: frozenset[str] = frozenset()
    person: bool = False
    """Somebody signed in themselves; false for a system, whoever's it is."""

    def has(self, *roles: str) -> bool:
        """Whether one of these roles is held."""
        return not self.roles.isdisjoint(roles)


class StaleVersion(Exception):
    """The thing changed since the asker read it (`If-Match`)."""


@dataclass(slots=True)
class Transaction:
    """The work of one request or one event: what is asked by whom, when, and what it announces and changes."""

    session: AsyncSession
    actor: Actor
    programme_id: str
    now: datetime
    """Business now, UTC."""
    action: str
    cause: UUID | None = None
    """The event being heard, if any."""
    expected_versions: Container[int] | None = None
    """From `If-Match`: of which the thing must have one."""
    version_is_expected: bool = False
    """It was held against the version of a thing."""
    version_after: int | None = None
    """To be named when the thing is written again, where the answer tells another."""
    events: list[Event] = field(default_factory=list[Event])
    subjects: list[str] = field(default_factory=list[str])
    effect: list[str] | None = None
    """Of an event that was heard: the rows it wrote, by table and key (`common.messaging.effects`)."""
    answer: Answer | None = None
    status: int | None = None
    """Of the answer, where it is not the route's own: a refusal that is itself kept."""

    @property
    def today(self) -> date:
        """The business date in London."""
        return london_date(self.now)

    def envelope(self) -> Envelope:
        """What every event of this transaction begins with: an id of its own, the programme, business time, cause."""
        return Envelope(event_id=new_id(), programme_id=self.programme_id, occurred_at=self.now, caused_by=self.cause)

    def minted(self, own_id: UUID | None) -> UUID:
        """The id of something new: ours, or made of the asker's own and of who they are.

        So it never meets another organisation's: an id somebody else has is answered as one that nobody has (X-8). The
        same of the same organisation is the same again, and then it is taken.
        """
        name = f"{self.programme_id}/{self.actor.organisation}/{own_id}"
        return new_id() if own_id is None else uuid5(NAMESPACE_URL, name)

    def announce(self, event: Event) -> None:
        """Announce an event with this transaction; it is published only if, and after, this commits."""
        self.events.append(event)

    def touched(self, *subjects: str) -> None:
        """Name what this transaction changed or read (`claim/<id>`, `participant/<id>`), for the audit row."""
        self.subjects = list(dict.fromkeys((*self.subjects, *subjects)))

    def answered(self, answer: A, status: int | None = None) -> A:
        """Keep what a write answers, so that the same request sent again gets the same answer."""
        self.answer, self.status = answer, status
        return answer

    def expect_version(self, version: int) -> None:
        """Refuse to change what the asker has not seen.

        Raises:
            StaleVersion: the asker sent `If-Match` with other versions.
        """
        self.version_is_expected = True
        if self.expected_versions is not None and version not in self.expected_versions:
            raise StaleVersion(f"It is at version {version} now; read it again before changing it.")


async def keep_record(transactions: Iterable[Transaction], key: Mapping[str, Any] | None = None) -> None:
    """Write an audit row for each transaction that changed or read something, and all that they announce.

    One statement, the last before commit; they share a session. `key` is an idempotency key with what it answers.

    Raises:
        EventTooLarge: an event's body exceeds 64 KiB.
    """
    actions = [tx for tx in transactions if tx.subjects or tx.events]
    if not actions:
        return
    events = [event for tx in actions for event in tx.events]
    if events or key:
        parameters = {**audit_rows(actions), **key_rows([key] if key else []), **outbox_rows(events)}
        await actions[0].session.execute(KEEP, parameters)
    else:
        await actions[0].session.execute(KEEP_READ, audit_rows(actions))


async def keep_part(tx: Transaction, key: Mapping[str, Any]) -> None:
    """Keep the record of one of several things done in one transaction of the database, but for what it announces.

    That is said last, for all of them together (`common.streams.outbox.announce`), so that writers of several streams
    cannot deadlock.

    Raises:
        EventTooLarge: an event's body exceeds 64 KiB.
    """
    outbox_rows(tx.events)
    await tx.session.execute(KEEP_PART, {**audit_rows([tx]), **key_rows([key])})


def audit_rows(transactions: Iterable[Transaction]) -> dict[str, str]:
    """What was done as `AUDITED` takes it."""
    return {"changes": json.dumps([_change(tx) for tx in transactions])}


def key_rows(keys: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Idempotency keys with what they answer, as `REMEMBERED` takes them."""
    return {"keys": json.dumps(keys)}


def _change(tx: Transaction) -> dict[str, Any]:
    return {
        "programme_id": tx.programme_id,
        "actor": tx.actor.id,
        "organisation": tx.actor.organisation,
        "action": tx.action,
        "subjects": tx.subjects or sorted({event.subject for event in tx.events}),
        "cause": str(tx.cause) if tx.cause else None,
        "business_at": tx.now.isoformat(),
        "effect": tx.effect,
    }
