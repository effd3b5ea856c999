"""Where each stream stands that is heard: its row of the inbox, locked, moved, and set aside; and what continues it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

import structlog
from pydantic_core import to_json
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.streams.chain import chained
from common.streams.outbox import ANNOUNCED, outbox_rows
from common.streams.records import Record
from common.transaction import AUDITED, Transaction, audit_rows

log = structlog.get_logger()

KNOWN = """
inbox.topic, inbox.subject, last_sequence, last_event, state,
    case when hash_sequence = last_sequence then encode(hash, 'hex') end as hash,
    exists (select from inbox_skipped as it where it.topic = any(:topics) and it.subject = any(:subjects)) as doubtful
"""
LOCK = text(f"""
select {KNOWN}
from unnest(cast(:topics as text[]), cast(:subjects as text[])) as asked (topic, subject)
join inbox on (inbox.topic, inbox.subject) = (asked.topic, asked.subject)
order by inbox.topic, inbox.subject for update of inbox
""")  # noqa: S608 - our own words
BEGIN = text(f"""
insert into inbox (topic, subject, programme_id)
select * from unnest(cast(:topics as text[]), cast(:subjects as text[]), cast(:programmes as text[]))
    as stream (topic, subject, programme) order by topic, subject
on conflict (topic, subject) do update set topic = excluded.topic
returning {KNOWN}
""")  # noqa: S608 - our own words
"""Somebody else may begin the same streams at the same time."""
MOVE = """
update inbox set last_sequence = heard.sequence, heard_sequence = greatest(heard_sequence, heard.sequence),
                 last_event = heard.event_id, programme_id = heard.programme, state = 'open', attempts = 0,
                 retry_at = null, error_code = null, hash = decode(heard.hash, 'hex'),
                 hash_sequence = case when heard.hash is not null then heard.sequence end
from unnest(cast(:moved_topics as text[]), cast(:moved_subjects as text[]), cast(:moved_programmes as text[]),
            cast(:moved_sequences as bigint[]), cast(:moved_events as uuid[]), cast(:moved_hashes as text[]))
    as heard (topic, subject, programme, sequence, event_id, hash)
where (inbox.topic, inbox.subject) = (heard.topic, heard.subject)
"""
KEEP_PLACES = text(MOVE)
KEEP_CHANGES = text(f"with moved as ({MOVE}), {AUDITED} select")
KEEP_ALL = text(f"with moved as ({MOVE}), {AUDITED}, {ANNOUNCED} select")
STEP_ASIDE = text("""
insert into inbox (topic, subject, programme_id, heard_sequence, state, attempts, retry_at, error_code)
values (:topic, :subject, :programme, :heard, 'retrying', 1,
        clock_timestamp() + make_interval(secs => :first_pause), :code)
on conflict (topic, subject) do update set
    heard_sequence = greatest(inbox.heard_sequence, excluded.heard_sequence), attempts = inbox.attempts + 1,
    error_code = excluded.error_code,
    state = case when inbox.attempts >= cardinality(cast(:pauses as integer[])) then 'parked' else 'retrying' end,
    retry_at = clock_timestamp()
        + make_interval(secs => coalesce((cast(:pauses as integer[]))[inbox.attempts + 1], 0))
where inbox.state in ('open', 'retrying')
returning state
""")
STAND_STILL = text("""
update inbox set state = case code when 'forged' then 'parked' else 'forked' end, error_code = code
from json_to_recordset(cast(:streams as json)) as stream (topic text, subject text, last_sequence bigint, code text)
where inbox.topic = stream.topic and inbox.subject = stream.subject and inbox.last_sequence = stream.last_sequence
""")
HEARD_OF = text("""
insert into inbox (topic, subject, programme_id, heard_sequence)
select topic, subject, min(programme), max(sequence) from json_to_recordset(cast(:heads as json))
    as head (topic text, subject text, programme text, sequence bigint) group by topic, subject order by topic, subject
on conflict (topic, subject) do update set heard_sequence = greatest(inbox.heard_sequence, excluded.heard_sequence)
where excluded.heard_sequence > inbox.heard_sequence
""")


Stream = tuple[str, str]
"""Topic and subject."""
Contradiction = Literal["forged", "forked"]
"""How what comes after it contradicts what was applied."""


class Seen(NamedTuple):
    """What the inbox remembers of one stream."""

    last_sequence: int
    last_event: UUID | None
    state: str
    hash: str | None
    """After the last event; none where whoever applied it knew none."""
    doubtful: bool
    """Whether what comes next, of this stream or another of the batch, may have been skipped by somebody."""


def by_stream(records: Sequence[Record]) -> dict[Stream, list[Record]]:
    """Each stream's records in their order."""
    streams: dict[Stream, list[Record]] = defaultdict(list)
    for record in sorted(records, key=lambda record: (record.topic, record.subject, record.sequence)):
        streams[record.topic, record.subject].append(record)
    return streams


def halves(streams: Mapping[Stream, list[Record]]) -> list[list[Record]]:
    """The records of half the streams, and of the others."""
    groups = list(streams.values())
    middle = len(groups) // 2
    return [[record for group in half for record in group] for half in (groups[:middle], groups[middle:])]


def continuing(records: Sequence[Record], place: Seen, *, fetched: bool) -> tuple[list[Record], Contradiction | None]:
    """What of a stream's records continues it without a gap and bound to what was applied; and how what comes then
    contradicts that.

    Earlier ones are duplicates, later ones are fetched. Another event at the place we applied last: the announcer was
    restored from an older backup. Of a message without a hash, or with nothing in it, the announcer is asked: anybody
    can leave out what binds it.
    """
    last, event, state, before, _ = place
    heard = state == "open" or (fetched and state == "retrying")
    bound = before is not None or last == 0
    following: list[Record] = []
    for record in records:
        if record.sequence == last and not following and event and record.event_id != event:
            return [], "forked"
        if record.sequence != last + 1 or not heard:
            continue
        if not fetched and (record.redacted or (bound and record.hash is None)):
            break
        if bound and record.hash is not None and record.hash != chained(before, record.leaf):
            return following, "forked" if fetched else "forged"
        following.append(record)
        last, before, bound = last + 1, record.hash, record.hash is not None
    return following, None


async def lock(session: AsyncSession, streams: Mapping[Stream, Sequence[Record]]) -> dict[Stream, Seen]:
    """Where these streams stand, locked until commit; those that are new begin here."""
    old = {stream: records for stream, records in streams.items() if records[0].sequence > 1}
    places = await _asked(session, LOCK, old)
    new = {stream: records for stream, records in streams.items() if stream not in places}
    return places | await _asked(session, BEGIN, new)


async def _asked(
    session: AsyncSession, statement: TextClause, streams: Mapping[Stream, Sequence[Record]]
) -> dict[Stream, Seen]:
    if not streams:
        return {}
    parameters = {
        "topics": [topic for topic, _ in streams],
        "subjects": [subject for _, subject in streams],
        "programmes": [records[-1].programme_id for records in streams.values()],
    }
    rows = await session.execute(statement, parameters)
    return {(topic, subject): Seen(*place) for topic, subject, *place in rows.all()}


async def move(session: AsyncSession, last: Sequence[Record], transactions: Sequence[Transaction]) -> None:
    """Move streams to the last records heard of them, with the record of what was done about those: one statement."""
    parameters: dict[str, Any] = {
        "moved_topics": [record.topic for record in last],
        "moved_subjects": [record.subject for record in last],
        "moved_programmes": [record.programme_id for record in last],
        "moved_sequences": [record.sequence for record in last],
        "moved_events": [record.event_id for record in last],
        "moved_hashes": [record.hash for record in last],
    }
    if not transactions:
        await session.execute(KEEP_PLACES, parameters)
        return
    parameters |= audit_rows(transactions)
    if events := [event for tx in transactions for event in tx.events]:
        await session.execute(KEEP_ALL, parameters | outbox_rows(events))
    else:
        await session.execute(KEEP_CHANGES, parameters)


async def note_heard_of(session: AsyncSession, records: Sequence[Record]) -> None:
    """Know of records that are not applied now: they are fetched."""
    heads = [
        {"topic": one.topic, "subject": one.subject, "programme": one.programme_id, "sequence": one.sequence}
        for one in records
    ]
    await session.execute(HEARD_OF, {"heads": to_json(heads).decode()})


async def stand_still(session: AsyncSession, streams: Sequence[Mapping[str, Any]]) -> None:
    """Stop streams where they are, each by `topic`, `subject`, `last_sequence` and the `code` of why."""
    await session.execute(STAND_STILL, {"streams": to_json(streams).decode()})
    for stream in streams:
        log.error("hearing.contradicted", **stream)


async def step_aside(session: AsyncSession, record: Record, code: str, pauses: Sequence[int]) -> str | None:
    """Count a failed try of a record: its stream tries again later, or is parked. None where it stood still before."""
    parameters = {
        "topic": record.topic,
        "subject": record.subject,
        "programme": record.programme_id,
        "heard": record.sequence,
        "first_pause": pauses[0],
        "pauses": pauses,
        "code": code,
    }
    return (await session.execute(STEP_ASIDE, parameters)).scalar_one_or_none()
