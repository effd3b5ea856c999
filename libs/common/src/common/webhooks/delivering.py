"""What was announced is told to each subscriber: in order for each subject, again until it arrives, nobody for another.

Each webhook has a mark in the log of its own, and its deliveries are told by a task of its own, under a lease: whoever
holds it reads the log from the mark as the subscriber may see it, sends what is due, and writes down what became of it.
A worker that dies between sending and writing leaves a lease that runs out, and the same message is sent again.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import machine_now
from common.database import Sessions, look_from
from common.database.repeating import repeat
from common.transaction import Actor, Transaction, keep_record
from common.web.feed import FeedEntry, entries_after
from common.web.roles import LOOKS_FROM

from .messages import TEST, body_of, body_of_test, wanted
from .posting import Poster, Posting
from .schedule import DISABLED_AFTER_DAYS, KEPT_DAYS, pause_after
from .signing import headers

log = structlog.get_logger()

PAGE = 500
"""Entries of the log that one step looks at."""
AT_ONCE = 8
"""Messages on their way to one subscriber; one, while nothing arrives there."""
LEASE_SECONDS = 60
SESSIONS_AT_ONCE = 3
"""Of the worker's connections, however many are told."""

FIRST = """
not exists (
    select from webhook_delivery earlier
    where earlier.webhook_id = d.webhook_id and earlier.subject = d.subject and earlier.state = 'waiting'
      and (earlier.seq, earlier.id) < (d.seq, d.id))
"""
"""It is the first that waits of its subject: what waits for it is not sent before it."""
DUE = text(f"""
select id from webhook
where state = 'on' and (leased_until is null or leased_until < clock_timestamp() or lease = :lease)
  and (told_up_to < (select numbered from relay) or exists (
      select from webhook_delivery d
      where d.webhook_id = webhook.id and d.state = 'waiting' and d.next_at <= clock_timestamp() and {FIRST}))
""")  # noqa: S608 - our own words
CLAIM = text("""
update webhook set lease = :lease, leased_until = clock_timestamp() + make_interval(secs => :seconds)
where id = :id and state = 'on'
  and (leased_until is null or leased_until < clock_timestamp() or lease = :lease)
returning *, (select numbered from relay) as numbered
""")
SECRETS = text("""
select secret from webhook_secret
where webhook_id = :id and (signs_until is null or signs_until > clock_timestamp()) order by number desc
""")
QUEUE = text("""
insert into webhook_delivery (webhook_id, id, programme_id, organisation, seq, type, subject, announced_at)
select :id, event_id, :programme, :organisation, seq, type, subject, announced_at
from json_to_recordset(cast(:entries as json)) as entry (
    event_id uuid, seq bigint, type text, subject text, announced_at timestamptz)
on conflict do nothing
""")
MOVE = text("update webhook set told_up_to = :seq where id = :id")
NEXT = text(f"""
select id, seq, type, attempts from webhook_delivery d
where webhook_id = :webhook and state = 'waiting' and next_at <= clock_timestamp() and {FIRST}
order by seq nulls first, id limit :most
""")  # noqa: S608 - our own words
SETTLE = text("""
with told as (
    select * from json_to_recordset(cast(:told as json)) as one (
        id uuid, attempts integer, duration_ms integer, status integer, failure text, pause integer)
), settled as (
    update webhook_delivery d set
        attempts = d.attempts + 1,
        state = case when failure is null then 'delivered' when pause is null then 'given-up' else 'waiting' end,
        next_at = clock_timestamp() + make_interval(secs => pause)
    from told
    where d.webhook_id = :webhook and d.id = told.id and d.attempts = told.attempts and d.state = 'waiting'
    returning d.id, d.programme_id, d.organisation, d.next_at
)
insert into webhook_attempt (webhook_id, delivery_id, at, programme_id, organisation, duration_ms, status, failure,
                             next_at)
select :webhook, id, clock_timestamp(), programme_id, organisation, duration_ms, status, failure, next_at
from settled join told using (id)
""")
STAND = text("""
update webhook set
    failing_since = case when :arrived then null when :failed then coalesce(failing_since, clock_timestamp())
                         else failing_since end,
    leased_until = case when :goes_on then leased_until end
where id = :webhook
returning failing_since < clock_timestamp() - make_interval(days => :days) as too_long
""")
DISABLE = text("""
update webhook set state = 'disabled', disabled_because = :why, disabled_at = clock_timestamp(), leased_until = null
where id = :webhook and state = 'on'
""")
FORGET = (
    text(f"""
    delete from webhook_delivery d
    where state <> 'waiting' and queued_at < clock_timestamp() - make_interval(days => {KEPT_DAYS}) and not exists (
        select from webhook_attempt a
        where (a.webhook_id, a.delivery_id) = (d.webhook_id, d.id)
          and a.at > clock_timestamp() - make_interval(days => {KEPT_DAYS}))
    """),  # noqa: S608 - our own number
    text("""
    delete from webhook_delivery using webhook w
    where w.id = webhook_id and w.state = 'ended' and webhook_delivery.state = 'waiting'
    """),
    text("""
    delete from webhook_secret using webhook w
    where w.id = webhook_id and (w.state = 'ended' or signs_until < clock_timestamp())
    """),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A delivery that is due, made of what its subscriber may see now."""

    id: UUID
    attempts: int
    body: bytes | None
    """None where the event is not there for this subscriber any more."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step sends, and whether more of the log was left."""

    webhook_id: UUID
    url: str
    secrets: Sequence[bytes]
    messages: Sequence[Message]
    more: bool


class Courier:
    """Tells a service's subscribers what it announced."""

    def __init__(self, service: str, sessions: Sessions, poster: Poster) -> None:
        self._service = service
        self._sessions = sessions
        self._poster = poster
        self._lease = uuid4()
        self._turns = asyncio.Semaphore(SESSIONS_AT_ONCE)

    async def deliver_forever(self, pause: float = 1.0) -> None:
        """Look for what is due, and give each subscriber a task of its own, until cancelled."""
        going: dict[UUID, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as tasks:

            async def look() -> None:
                async with self._session() as session:
                    due = (await session.execute(DUE, {"lease": self._lease})).scalars().all()
                for webhook_id in due:
                    if webhook_id not in going:
                        going[webhook_id] = tasks.create_task(self._tell_all(webhook_id))
                        going[webhook_id].add_done_callback(lambda _, of=webhook_id: going.pop(of))

            await repeat(look, "webhooks.wait", pause)

    async def forget(self) -> None:
        """Delete what was settled a month ago, what waits for whoever is told no more, secrets that sign no more."""
        async with self._session() as session:
            for statement in FORGET:
                await session.execute(statement)

    async def forget_forever(self, every_seconds: float = 3600) -> None:
        """Forget from time to time, until cancelled."""
        await repeat(self.forget, "webhooks.stay", every_seconds)

    async def tell(self, webhook_id: UUID) -> bool:
        """Read on in the log for one subscriber, and send what is due; whether there may be more to do at once.

        Nothing is done while another worker holds its lease.
        """
        async with self._session() as session:
            batch = await self._claim(session, webhook_id)
        if batch is None:
            return False
        attempts = await asyncio.gather(*(self._send(batch, message) for message in batch.messages))
        async with self._session() as session:
            return await _settle(session, batch, attempts)

    async def _tell_all(self, webhook_id: UUID) -> None:
        try:
            while await self.tell(webhook_id):
                pass
        except Exception as error:  # whatever one subscriber's address brings about is nobody else's, nor the worker's
            log.warning("webhooks.wait", webhook=str(webhook_id), error=type(error).__name__)

    @asynccontextmanager
    async def _session(self) -> AsyncGenerator[AsyncSession]:
        async with self._turns, self._sessions.begin() as session:
            yield session

    async def _claim(self, session: AsyncSession, webhook_id: UUID) -> Batch | None:
        lease = {"id": webhook_id, "lease": self._lease, "seconds": LEASE_SECONDS}
        webhook = (await session.execute(CLAIM, lease)).one_or_none()
        if webhook is None:
            return None
        sight = _Sight(self._service, session, webhook)
        entries = await sight.entries(webhook.told_up_to, PAGE, bodies=False)
        if entries or webhook.told_up_to < webhook.numbered:
            await _queue(session, webhook, entries)
        most = AT_ONCE if webhook.failing_since is None else 1
        due = (await session.execute(NEXT, {"webhook": webhook_id, "most": most})).all()
        messages = [Message(one.id, one.attempts, await sight.body(one)) for one in due]
        await sight.audited()
        secrets = (await session.execute(SECRETS, {"id": webhook_id})).scalars().all()
        return Batch(webhook_id, webhook.url, secrets, messages, len(entries) == PAGE)

    async def _send(self, batch: Batch, message: Message) -> Posting:
        if message.body is None:
            return Posting(0, failure="withheld")
        signed_headers = headers(batch.secrets, str(message.id), machine_now(), message.body)
        return await self._poster.post(batch.url, signed_headers, message.body)


class _Sight:
    """What one subscriber may see, by the very statement and policies of the feed."""

    def __init__(self, service: str, session: AsyncSession, webhook: Any) -> None:
        self._service = service
        self._webhook = webhook
        actor = Actor(
            f"webhook/{webhook.id}", webhook.organisation, webhook.organisation_kind, frozenset(webhook.roles)
        )
        self._tx = Transaction(session, actor, webhook.programme_id, machine_now(), "deliver_webhook")

    async def entries(self, after: int, limit: int, *, bodies: bool) -> list[FeedEntry]:
        viewpoint = LOOKS_FROM[self._webhook.organisation_kind]
        where = (self._webhook.programme_id, self._webhook.organisation)
        await look_from(self._tx.session, self._service, viewpoint, *where)
        entries = await entries_after(self._tx, after, limit, bodies=bodies)
        await look_from(self._tx.session, self._service, None, *where)
        return entries

    async def body(self, delivery: Any) -> bytes | None:
        if delivery.type == TEST:
            return body_of_test(delivery.id, machine_now())
        entries = await self.entries(delivery.seq - 1, 1, bodies=True)
        if not entries or entries[0].event_id != delivery.id:
            return None
        self._tx.touched(entries[0].subject)
        return body_of(entries[0])

    async def audited(self) -> None:
        """Keep whom this organisation is told of, before it is told."""
        await keep_record([self._tx])


async def _queue(session: AsyncSession, webhook: Any, entries: Sequence[FeedEntry]) -> None:
    """Note what is to be told, and move the mark past it, in one."""
    messages = [
        entry.model_dump(mode="json", include={"event_id", "seq", "type", "subject", "announced_at"})
        for entry in entries
        if wanted(entry, webhook.event_types, webhook.subjects)
    ]
    whose = {"id": webhook.id, "programme": webhook.programme_id, "organisation": webhook.organisation}
    if messages:
        await session.execute(QUEUE, whose | {"entries": json.dumps(messages)})
    last = (entries[-1].seq or 0) if len(entries) == PAGE else max(webhook.numbered, webhook.told_up_to)
    await session.execute(MOVE, {"id": webhook.id, "seq": last})


async def _settle(session: AsyncSession, batch: Batch, attempts: Sequence[Posting]) -> bool:
    """Write down what became of each, and how the address stands; whether to go on at once."""
    settlements = [_told(message, attempt) for message, attempt in zip(batch.messages, attempts, strict=True)]
    if settlements:
        await session.execute(SETTLE, {"webhook": batch.webhook_id, "told": json.dumps(settlements)})
    arrived = any(attempt.failure is None for attempt in attempts)
    goes_on = batch.more or arrived
    standing = {"webhook": batch.webhook_id, "arrived": arrived, "failed": bool(attempts), "goes_on": goes_on}
    too_long = (await session.execute(STAND, standing | {"days": DISABLED_AFTER_DAYS})).scalar_one()
    gone = any(attempt.failure == "gone" for attempt in attempts)
    if gone or too_long:
        why = "gone" if gone else "failing"
        await session.execute(DISABLE, {"webhook": batch.webhook_id, "why": why})
        log.warning("webhooks.disabled", webhook=str(batch.webhook_id), why=why)
        return False
    return goes_on


def _told(message: Message, attempt: Posting) -> dict[str, Any]:
    ends = attempt.failure in (None, "withheld")
    pause = None if ends else pause_after(message.attempts + 1, attempt.retry_after)
    return {
        "id": str(message.id),
        "attempts": message.attempts,
        "duration_ms": attempt.duration_ms,
        "status": attempt.status,
        "failure": attempt.failure,
        "pause": pause,
    }
