"""The feed: every announcement again over HTTP, for rebuilds, healing, and integrators without Kafka."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, takewhile
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime, Field
from sqlalchemy import text

from common.contracts import ANNOUNCERS, EVERY_EVENT, Code, Event
from common.contracts.audits import Checkpointed
from common.contracts.redactions import REDACTIONS, EventRedacted
from common.streams.chain import Fault
from common.streams.verifying import START, look
from common.transaction import Answer, Transaction

from .access import deciding, reading
from .data_owners import events_with_money, without_money
from .events.asked import LOOKED_THROUGH, OF_THEM, READERS, FeedQuery, refuse_types, wait_for_news
from .events.batch import AS_A_BATCH, batch_of, is_asked_for
from .events.parking import InboxState
from .fields import AnswerBody, RequestBody, one_of
from .pages import Cursor, Limit, Page, cursor_of, key_of, page_of
from .problems import Conflict, NotAllowed, NotFound
from .roles import WITHOUT_MONEY
from .routing import Routes

router = Routes(prefix="/v1", tags=["events"])

Subject = Annotated[str, Field(max_length=200)]
MOST_BYTES = 4 * 1024 * 1024
"""Of the bodies in one answer; what is longer is asked for in parts."""
ENTRIES = text(f"""
select l.seq, o.topic, o.subject, o.sequence, o.event_id, o.programme_id, o.type, o.schema_version, o.headers,
       o.occurred_at, o.announced_at, o.redacted_at, r.reason as redacted_because,
       encode(o.hash, 'hex') as hash, encode(o.body_sha256, 'hex') as body_sha256,
       case when :bodies then o.body end as body, found,
       :older_than > 0 and o.announced_at > clock_timestamp() - make_interval(secs => :older_than) as too_young
from (
    select first.*, count(*) over () as found
    from (
        select log.seq, position, sum(octet_length(body)) over (order by log.seq) - octet_length(body) as bytes_before
        from log join outbox using (position)
        where log.seq > :after and {OF_THEM}
        order by log.seq limit :limit) as first) as l
join outbox o using (position)
left join redaction r on o.redacted_at is not null and r.event_id = o.event_id
where not :bodies or bytes_before < :most_bytes
order by l.seq
""")  # noqa: S608 - our own words
EPOCH = text("select epoch, numbered from relay")
MISSING = text("""
select o.topic, o.subject, o.sequence, o.event_id, o.programme_id, o.type, o.schema_version, o.headers,
       case when :bodies then o.body end as body, o.occurred_at, o.redacted_at, r.reason as redacted_because,
       encode(o.hash, 'hex') as hash, encode(o.body_sha256, 'hex') as body_sha256, of_all
from (
    select position, count(*) over () as of_all,
           sum(bytes) over (order by sequence - "from", topic, subject) - bytes as bytes_before
    from jsonb_to_recordset(cast(:streams as jsonb)) as asked (topic text, subject text, "from" bigint)
    cross join lateral (
        select position, sequence, octet_length(body) as bytes from outbox
        where outbox.topic = asked.topic and outbox.subject = asked.subject and outbox.sequence >= asked."from"
        order by outbox.sequence limit :each) as found) as found
join outbox o using (position)
left join redaction r on o.redacted_at is not null and r.event_id = o.event_id
where not :bodies or bytes_before < :most_bytes
order by o.topic, o.subject, o.sequence
""")
"""Everybody's first event comes before anybody's second, so that a long stream leaves out no other."""
REDACT = text("select topic, subject, sha256 from redact(:event_id) order by topic")
ANNOUNCED = text(
    "select topic, subject, type, provider_id, redacted_at from outbox where event_id = :event_id order by topic"
)
PROPOSE = text("""
insert into redaction (event_id, programme_id, provider_id, reason, proposed_by)
values (:event_id, :programme, :provider, :reason, :by) on conflict do nothing
""")
PROPOSED = text("select reason, proposed_by, confirmed_by from redaction where event_id = :event_id for update")
CONFIRM = text("""
update redaction set confirmed_by = :by, confirmed_at = clock_timestamp()
where event_id = :event_id and confirmed_by is null
""")
PROPOSALS = text("""
select event_id, reason, proposed_by, proposed_at, confirmed_by, confirmed_at from redaction
where event_id > :after order by event_id limit :limit
""")
STREAMS = text("""
select s.topic, s.subject, s.last_sequence, o.event_id, o.announced_at, encode(o.hash, 'hex') as hash
from (select * from stream where topic = :topic and subject > :after order by subject limit :limit) as s
cross join lateral (
    select event_id, announced_at, hash from outbox
    where (outbox.topic, outbox.subject, outbox.sequence) = (s.topic, s.subject, s.last_sequence) limit 1) as o
order by s.subject
""")
INBOX = text("""
select topic, subject, last_sequence, last_event, heard_sequence, skipped, baseline, state, attempts, error_code,
       case when hash_sequence = last_sequence then encode(hash, 'hex') end as hash
from inbox where topic = :topic and subject > :after
  and (cast(:state as text) is null or state = :state) order by subject limit :limit
""")


class AnotherEpoch(Conflict):
    """The log was restored from a backup since the cursor was made."""

    type, title = "another-epoch", "The log is another than your cursor's"
    remedy = "Begin again at the epoch that the answer names."


class AfterTheEnd(Conflict):
    """Nothing was announced there yet: the place is of another log, or of one that was restored since."""

    type, title = "after-the-end", "The log does not reach so far"


class TopicOfAnother(NotFound):
    """This service announces nothing on that topic."""

    type, title = "topic-of-another", "This service announces nothing on that topic"
    remedy = "Ask the service that announces it: the detail names it."


class NoSuchEvent(NotFound):
    """This service announced no such event in your programme."""

    type, title = "no-such-event", "There is no such event for you"
    remedy = "Ask the service that announced it; `GET /v1/events` lists what this one did."


class NeverRedacted(Conflict):
    """What proves the record, or that something was taken out of it, stays."""

    type, title = "never-redacted", "This event is never redacted"
    remedy = "Checkpoints, and what tells of a redaction, prove the record: they say nothing of anyone."


class AnotherReason(Conflict):
    """The first who asked gave another reason; both must mean the same."""

    type, title = "another-reason", "It was proposed for another reason"
    remedy = "Ask with the reason of the first, if you mean the same."


class FeedEntry(AnswerBody):
    """One announcement with its place in the log and in its stream; `body` is the event as JSON text.

    A redacted one keeps its place and has the body `{}`: it counts, and there is nothing to do about it.
    """

    topic: str
    subject: str
    sequence: int
    event_id: UUID
    programme_id: str
    type: str
    schema_version: int
    headers: dict[str, str]
    occurred_at: AwareDatetime
    body: str | None = None
    seq: int | None = None
    announced_at: AwareDatetime | None = None
    redacted_at: AwareDatetime | None = None
    hash: str | None = None
    """The stream's running hash after this event; null for whoever may not read the event as it was announced."""
    body_sha256: str | None = None
    """The SHA-256 of what a redacted event said, in hexadecimal digits; the stream's running hash was made from it."""
    redacted_because: str | None = None
    """Why the event was emptied; the event that tells so, `…EventRedacted`, has the hash of what was said."""
    without_amounts: bool = False
    """Whether `body` leaves out amounts of money, because they are not for you (A-55)."""


class Entries(AnswerBody):
    """A page of the log. Keep `next_after` and `epoch`: a new epoch means the log was restored and starts again.

    A page may be shorter than was asked for, where events are large, and empty, where the next part of the log has none
    of the types asked for: you are at the end where `next_after` is the place you asked after.
    """

    epoch: UUID
    items: list[FeedEntry]
    next_after: int
    next: str
    """The cursor of what comes next, with the same filters; in place of `after` and `epoch`."""


class StreamStart(RequestBody):
    """A stream, and the first sequence that is missing."""

    topic: Code
    subject: Subject
    start: int = Field(alias="from", ge=1)


class MissingStreams(RequestBody):
    """At most 500 streams to heal at once."""

    streams: list[StreamStart] = Field(max_length=500)
    each: int = Field(default=500, ge=1, le=500)
    """At most so many events of each stream."""
    bodies: bool = True


class HealingOut(AnswerBody):
    """The events asked for, in order, at most 500 a stream, and no more than some megabytes."""

    items: list[FeedEntry]
    more: bool = False
    """Whether events were left out because the answer was full: ask again from where each stream stands then."""


class Redacting(RequestBody):
    """One announced event to empty for good, and why: the second who asks says what the first said."""

    event_id: UUID
    reason: Code


class RedactionReceipt(Answer):
    """Whether the event is empty now, on every topic it was announced on, or waits for a second person."""

    event_id: UUID
    topics: list[str]
    state: Literal["proposed", "redacted"]


class Proposal(AnswerBody):
    """An event that somebody wants emptied, or that is, and the two people who asked for it."""

    event_id: UUID
    reason: str
    proposed_by: str
    proposed_at: AwareDatetime
    confirmed_by: str | None
    confirmed_at: AwareDatetime | None


class StreamHead(AnswerBody):
    """Where an announced stream stands."""

    topic: str
    subject: str
    last_sequence: int
    event_id: UUID
    announced_at: AwareDatetime
    hash: str | None
    """The stream's running hash after its last event."""


class StreamFault(AnswerBody):
    """A stream that is not as it was announced, and the first place where it shows."""

    topic: str
    subject: str
    sequence: int
    fault: Fault


class StreamsCheck(AnswerBody):
    """What is wrong with a page of streams, and how much was looked at; `next` is the cursor of the following page."""

    items: list[StreamFault]
    streams: int
    events: int
    next: str | None


class InboxRow(AnswerBody):
    """Where a heard stream stands; `state` is open, retrying, parked or forked."""

    topic: str
    subject: str
    last_sequence: int
    last_event: UUID | None
    heard_sequence: int
    skipped: int
    baseline: int
    state: Annotated[str, one_of(InboxState)]
    attempts: int
    error_code: str | None
    hash: str | None
    """The stream's running hash after the event that was applied last, where it is known."""


@router.get("/events", response_model=Entries, responses=AS_A_BATCH)
async def read_events(
    request: Request,
    response: Response,
    news: Annotated[None, Depends(wait_for_news)],
    tx: Annotated[Transaction, reading(*READERS)],
    query: Annotated[FeedQuery, Depends()],
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    older_than_seconds: Annotated[float, Query(ge=0, le=3600)] = 0,
    bodies: bool = True,
) -> Entries | Response:
    """Read the log after a sequence number, in commit order, never skipping.

    A provider's system sees its own events, without the amounts in them (A-55), a council's system those on
    `public.*` topics; neither is promised dense sequences, and the audit keeps whom they were told of. Services and
    operators see all of their programme. Send `epoch` with `after`, or `cursor` alone: 409 says that the log was
    restored since, and must be read again from 0 (what is read twice is known by its event id), or that `after` lies
    beyond its end. 404: this service does not announce on the topic. With `wait` the answer comes when there is
    something to tell. Whoever accepts `application/cloudevents-batch+json` gets CloudEvents, and the next page's
    address in `Link`.
    """
    after, epoch = query.place
    service = request.app.state.service
    if query.topic is not None:
        _refuse_topics(service, tx, {query.topic})
    refuse_types(service, query.type)
    relay = (await tx.session.execute(EPOCH)).one()
    if epoch is not None and epoch != relay.epoch:
        raise AnotherEpoch(
            "The log was restored: read it again from `after=0` without `epoch`.", epoch=str(relay.epoch)
        )
    if after > relay.numbered and not tx.actor.has("service"):  # services know by `epoch` themselves
        raise AfterTheEnd(f"The log ends at {relay.numbered}: go on from the `next_after` that you were given here.")
    filters = query.filters(*tx.actor.roles, after=after)
    rows = await _rows_of(tx, filters, limit, bodies=bodies, older_than=older_than_seconds)
    # What is too young hides all that follows it: a mark that passed it would never come back to it.
    old_enough = list(takewhile(_is_old_enough, rows))
    items = _entries(tx, old_enough)
    _named(tx, items)
    if bodies and items:
        tx.touched(f"events/{items[0].seq}-{items[-1].seq}")
    next_after = (items[-1].seq or after) if items else after
    if len(old_enough) == (rows[0]["found"] if rows else 0) < limit:  # all that there is, to where it was looked
        looked_through = min(relay.numbered, after + LOOKED_THROUGH) if query.type else relay.numbered
        next_after = max(next_after, looked_through)
    cursor = cursor_of(next_after, relay.epoch)
    if is_asked_for(request):
        return batch_of(request, items, cursor)
    response.headers["Vary"] = "Accept"
    return Entries(epoch=relay.epoch, items=items, next_after=next_after, next=cursor)


async def _rows_of(
    tx: Transaction, filters: dict[str, Any], limit: int, *, bodies: bool, older_than: float = 0
) -> list[Any]:
    parameters = {"limit": limit, "older_than": older_than, "bodies": bodies, "most_bytes": MOST_BYTES}
    return list((await tx.session.execute(ENTRIES, filters | parameters)).mappings())


async def entries_after(tx: Transaction, after: int, limit: int, *, bodies: bool) -> list[FeedEntry]:
    """A part of the log as the asker may see it, from whose viewpoint the transaction looks.

    For whoever is told it by another way than the feed: they see what the feed would show them, in the same form.
    """
    return _entries(tx, await _rows_of(tx, FeedQuery().filters(*tx.actor.roles, after=after), limit, bodies=bodies))


@router.post("/events/missing")
async def heal_streams(
    request: Request, tx: Annotated[Transaction, reading(*READERS)], body: MissingStreams
) -> HealingOut:
    """Read the events of named streams from a sequence on; what is not yours is simply not there.

    Errors: 404 this service does not announce on one of the topics.
    """
    _refuse_topics(request.app.state.service, tx, {stream.topic for stream in body.streams})
    streams = "[" + ",".join(stream.model_dump_json(by_alias=True) for stream in body.streams) + "]"
    asking = {"streams": streams, "each": body.each, "bodies": body.bodies, "most_bytes": MOST_BYTES}
    rows = list((await tx.session.execute(MISSING, asking)).mappings())
    items = _entries(tx, rows)
    _named(tx, items)
    if body.bodies:
        tx.touched(*_ranges(items))
    return HealingOut(items=items, more=bool(rows) and len(rows) < rows[0]["of_all"])


def _ranges(items: Sequence[FeedEntry]) -> Iterator[str]:
    """Of each stream, from which event to which; entries come stream by stream."""
    for (topic, subject), of_stream in groupby(items, lambda item: (item.topic, item.subject)):
        sequences = [item.sequence for item in of_stream]
        yield f"events/{topic}/{subject}/{sequences[0]}-{sequences[-1]}"


def _named(tx: Transaction, items: Sequence[FeedEntry]) -> None:
    """Keep whom another organisation's system was told of; services and operators carry events on, and are kept with
    which they read."""
    if not tx.actor.has("service", "operator"):
        tx.touched(*(item.subject for item in items if item.subject.startswith("participant/")))


def _is_old_enough(row: Any) -> bool:
    return not row["too_young"]


def _entries(tx: Transaction, rows: Iterable[Any]) -> list[FeedEntry]:
    """Entries as the asker may read them."""
    items = [FeedEntry(**row) for row in rows]
    if tx.actor.roles <= WITHOUT_MONEY:
        for item in items:
            item.hash = item.body_sha256 = None  # whoever knows the rest of a body could try out the amounts
            item.without_amounts = item.type in events_with_money()
            if item.without_amounts and item.body is not None:
                item.body = json.dumps(without_money(json.loads(item.body)), ensure_ascii=False)
    return items


def _refuse_topics(service: str, tx: Transaction, topics: set[str]) -> None:
    """An empty answer would tell a hearer with a wrong address that nothing is missing."""
    if tx.actor.has("council-system") and any(not topic.startswith("public.") for topic in topics):
        raise NotAllowed("Council systems read topics that begin with `public.`.")
    here = service.replace("_", "-")
    for topic in sorted(topics):
        announcer = ANNOUNCERS.get(topic.removeprefix("public."))
        if announcer != here:
            raise TopicOfAnother(f"Ask {announcer or 'nobody'} about {topic}: {here} announces nothing on it.")


@router.post("/events/redact")
async def redact_event(body: Redacting, tx: Annotated[Transaction, deciding("operator")]) -> RedactionReceipt:
    """Empty the body of an announced event for good, because it should never have been said or must be erased.

    It takes two people: the first proposes it, and when a second asks for the same with the same reason it is done. Its
    place in log and stream stays, `redacted_because` stands beside it, and `…EventRedacted` is announced on the topics
    it was announced on. The audit keeps who asked, why and, of each body, the SHA-256. Kafka forgets what it carried
    after seven days; what hearers made of the event is theirs to correct (reporting: `docs/runbooks/rebuild.md`).

    Errors: 404 this service announced no such event; 409 it is a checkpoint or tells of a redaction, or the first who
    asked gave another reason.
    """
    event: dict[str, Any] = {"event_id": body.event_id, "by": tx.actor.id}
    announcements = (await tx.session.execute(ANNOUNCED, event)).all()
    if not announcements:
        raise NoSuchEvent
    first = announcements[0]
    if issubclass(EVERY_EVENT.get(first.type, Event), Checkpointed | EventRedacted):
        raise NeverRedacted
    tx.touched(f"event/{body.event_id}", f"reason/{body.reason}")
    topics = [row.topic for row in announcements]
    if first.redacted_at is not None:
        return tx.answered(RedactionReceipt(event_id=body.event_id, topics=topics, state="redacted"))
    details = {"programme": tx.programme_id, "provider": first.provider_id, "reason": body.reason}
    await tx.session.execute(PROPOSE, event | details)
    proposal = (await tx.session.execute(PROPOSED, event)).one()
    if proposal.reason != body.reason:
        raise AnotherReason(f"It was proposed for {proposal.reason}: ask with that, if you mean the same.")
    if proposal.proposed_by == tx.actor.id:
        return tx.answered(RedactionReceipt(event_id=body.event_id, topics=topics, state="proposed"))
    await tx.session.execute(CONFIRM, event)
    rows = (await tx.session.execute(REDACT, event)).all()
    tx.touched(f"proposed-by/{proposal.proposed_by}")
    for one in rows:
        tx.touched(one.subject, f"sha256/{one.sha256}")
    if rows:
        tx.announce(_told_of(tx, body, announcements, rows[0].sha256))
    return tx.answered(RedactionReceipt(event_id=body.event_id, topics=topics, state="redacted"))


def _told_of(tx: Transaction, body: Redacting, announcements: Sequence[Any], sha256: str) -> EventRedacted:
    """What tells whoever heard the event that it was emptied: on the topics they heard it on."""
    public = any(row.topic.startswith("public.") for row in announcements)
    first = announcements[0]
    return REDACTIONS[first.topic, public](
        **tx.envelope(),
        redacted=body.event_id,
        stream=first.subject,
        kind=first.type,
        reason=body.reason,
        sha256=sha256,
        provider_id=first.provider_id,
    )


@router.get("/events/redactions")
async def list_redactions(
    tx: Annotated[Transaction, reading("operator", "auditor")], cursor: Cursor = None, limit: Limit = 200
) -> Page[Proposal]:
    """List the events that were emptied, and those that wait for a second person to ask for it."""
    [after] = key_of(cursor, UUID) or (UUID(int=0),)
    rows = list((await tx.session.execute(PROPOSALS, {"after": after, "limit": limit + 1})).mappings())
    if page := rows[:limit]:
        tx.touched(*(f"event/{row['event_id']}" for row in page))
    return page_of(rows, limit, lambda row: (row["event_id"],), lambda row: Proposal(**row))


@router.get("/streams")
async def list_streams(
    tx: Annotated[Transaction, reading("service", "operator")],
    topic: Annotated[Code, Query()],
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Page[StreamHead]:
    """List the heads of this service's announced streams, for reconciling."""
    [after] = key_of(cursor, str) or ("",)
    rows = await tx.session.execute(STREAMS, {"topic": topic, "after": after, "limit": limit + 1})
    return _page(list(rows.mappings()), limit, StreamHead)


@router.get("/streams/faults")
async def verify_streams(
    tx: Annotated[Transaction, reading("operator", "auditor")], cursor: Cursor = None, limit: Limit = 200
) -> StreamsCheck:
    """Make the running hashes of a page of streams again from what their events say now, and name what does not fit.

    `altered`: an event, or its hash, was changed; `deleted`: it is missing; `reordered`: another event of the stream
    stands in its place. The first such place of a stream is named: what follows it is not to be trusted either.
    """
    check = await look(tx.session, key_of(cursor, str, str) or START, limit)
    return StreamsCheck(
        items=[StreamFault(topic=one.topic, subject=one.subject, sequence=one.sequence, fault=one.fault)
               for one in check.fallen],
        streams=check.streams,
        events=check.events,
        next=cursor_of(*check.following) if check.following else None,
    )  # fmt: skip


@router.get("/inbox")
async def list_inbox(
    tx: Annotated[Transaction, reading("service", "operator")],
    topic: Annotated[Code, Query()],
    cursor: Cursor = None,
    limit: Limit = 200,
    state: InboxState | None = None,
) -> Page[InboxRow]:
    """List what this service heard of a topic's streams, for reconciling."""
    [after] = key_of(cursor, str) or ("",)
    rows = await tx.session.execute(INBOX, {"topic": topic, "after": after, "limit": limit + 1, "state": state})
    return _page(list(rows.mappings()), limit, InboxRow)


def _page(rows: list[Any], limit: int, model: Any) -> Page[Any]:
    def key(row: Any) -> tuple[str]:
        return (row["subject"],)

    def show(row: Any) -> Any:
        return model(**row)

    return page_of(rows, limit, key, show)
