"""What an operator may do about a stream: retry it or skip one event where it stands still, or have it heard again; all
audited."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Request
from pydantic import Field
from sqlalchemy import text

from common.contracts import Code
from common.river import SERVICES
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.fields import RequestBody, one_of
from common.web.problems import Conflict, NotFound
from common.web.routing import Routes

InboxState = Literal["open", "retrying", "parked", "forked"]
"""How a stream that is heard goes on."""

router = Routes(prefix="/v1/inbox", tags=["operations"])

FIND = text("select * from inbox where topic = :topic and subject = :subject for update")
RETRY = text("""
update inbox set attempts = 0, retry_at = clock_timestamp(), error_code = null,
    state = case error_code when 'never-announced' then 'open' else 'retrying' end,
    heard_sequence = case error_code when 'never-announced' then last_sequence else heard_sequence end
where topic = :topic and subject = :subject
returning state
""")
SKIP = text("""
update inbox set last_sequence = :sequence, last_event = :event_id, skipped = skipped + 1, state = 'open', attempts = 0,
                 retry_at = null, error_code = null, heard_sequence = greatest(heard_sequence, :sequence),
                 hash = decode(cast(:hash as text), 'hex'),
                 hash_sequence = case when cast(:hash as text) is not null then :sequence end
where topic = :topic and subject = :subject
""")
REOPEN = text("""
update inbox set state = 'open', attempts = 0, retry_at = null, error_code = null
where topic = :topic and subject = :subject
returning state
""")
KEEP_SKIPPED = text("""
insert into inbox_skipped (topic, subject, programme_id, sequence, event_id, reason, by)
values (:topic, :subject, :programme, :sequence, :event_id, :reason, :by)
""")
AGAIN = text("""
update inbox set last_sequence = baseline, last_event = null, hash = null, hash_sequence = null, state = 'open',
                 attempts = 0, retry_at = null, error_code = null, heard_sequence = greatest(heard_sequence, :to),
                 skipped = (select count(*) from inbox_skipped where topic = :topic and subject = :subject)
where topic = :topic and subject = :subject
returning last_sequence
""")
BEGIN = text("""
insert into inbox (topic, subject, programme_id, heard_sequence, skipped)
select :topic, :subject, :programme, :to, count(*) from inbox_skipped where topic = :topic and subject = :subject
on conflict do nothing
returning last_sequence
""")
WALK_AGAIN = text("update edge set verified_seq = 0, verified_event = null where topic = :topic")

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class NoSuchStream(NotFound):
    """This service has heard of no such stream, or announced none."""

    type, title = "no-such-stream", "There is no such stream"
    remedy = "Take topic and subject from `GET /v1/inbox`, or from `GET /v1/streams` of its announcer."


class StreamNotParked(Conflict):
    """Only a stream that stands still may be helped by hand."""

    type, title = "stream-not-parked", "The stream does not stand still"
    remedy = "Leave it: it goes on by itself."


class StillForked(Conflict):
    """The announcer still says another event at the place applied last; only restoring it makes the stream whole."""

    type, title = "still-forked", "The announcer tells another story than was applied"
    remedy = "Follow docs/runbooks/forked-stream.md."


class NotTheNextEvent(Conflict):
    """Only the very next event of a stream may be skipped."""

    type, title = "not-the-next-event", "That is not the next event of the stream"
    remedy = "Skip the one that the detail names, or retry."


class Stream(RequestBody):
    """A heard stream, by topic and subject (`participant/<id>`)."""

    topic: Code
    subject: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_./:-]+$")]


class Retrying(Stream):
    """A parked or forked stream to go on with; of a forked one, the event the announcer has where it stopped."""

    event_id: UUID | None = None


class Skipping(Stream):
    """One event to leave out for good, with the reason; it is counted as skipped, never as applied."""

    sequence: Annotated[int, Field(ge=1, le=2**62)]
    event_id: UUID
    hash: Hash | None = None
    """The running hash that its announcer's feed shows beside the event: the next event must follow from it."""
    reason: Code


class TopicNotHeard(NotFound):
    """This service hears nothing on that topic."""

    type, title = "topic-not-heard", "This service does not hear that topic"


class HearingAgain(Stream):
    """A stream to hear again from its start, up to where its announcer is now."""

    to: Annotated[int, Field(ge=1, le=2**62)]
    """The last sequence that its announcer has of it (`GET /v1/streams`)."""


class HearingMissing(RequestBody):
    """A topic of which all that is missing is to be heard."""

    topic: Code


class WalkedAgain(Answer):
    """The topic whose announcer's log is walked again from its start."""

    topic: str


class StreamState(Answer):
    """Where the stream stands now."""

    topic: str
    subject: str
    last_sequence: int
    state: Annotated[str, one_of(InboxState)]


@router.post("/retry")
async def retry_stream(body: Retrying, tx: Annotated[Transaction, writing("operator")]) -> StreamState:
    """Try a parked stream again from the event it stopped at, with five new tries.

    A forked stream goes on once its announcer was restored: `event_id` is the event that `POST /v1/events/missing` of
    the announcer has at this stream's `last_sequence`, and must be the one applied here. Nothing is applied anew.

    Where a message told of events that were never announced, it is forgotten, and the stream goes on from where it is.

    Errors: 404 no such stream; 409 it is neither parked nor forked (a retrying one tries again by itself), or the
    announcer still tells another story.
    """
    stream = await _found(tx, body, "parked", "forked")
    if stream.state == "forked" and body.event_id != stream.last_event:
        raise StillForked(
            f"Event {stream.last_sequence} applied here is {stream.last_event}: restore the announcer to have that."
        )
    act = REOPEN if stream.state == "forked" else RETRY
    state = (await tx.session.execute(act, {"topic": body.topic, "subject": body.subject})).scalar_one()
    tx.touched(f"inbox/{body.topic}/{body.subject}")
    return tx.answered(
        StreamState(topic=body.topic, subject=body.subject, last_sequence=stream.last_sequence, state=state)
    )


@router.post("/skip")
async def skip_event(body: Skipping, tx: Annotated[Transaction, writing("operator")]) -> StreamState:
    """Leave out exactly the next event of a parked stream, for good; the stream then goes on by itself.

    Errors: 404 no such stream; 409 it is not parked, or the event is not the next one.
    """
    stream = await _found(tx, body, "parked")
    if body.sequence != stream.last_sequence + 1:
        raise NotTheNextEvent(f"The next event of this stream is {stream.last_sequence + 1}; skip that one, or retry.")
    event = body.model_dump()
    await tx.session.execute(SKIP, event)
    await tx.session.execute(KEEP_SKIPPED, event | {"by": tx.actor.id, "programme": tx.programme_id})
    tx.touched(f"inbox/{body.topic}/{body.subject}")
    return tx.answered(StreamState(topic=body.topic, subject=body.subject, last_sequence=body.sequence, state="open"))


@router.post("/hear-again")
async def hear_again(
    request: Request, body: HearingAgain, tx: Annotated[Transaction, writing("operator")]
) -> StreamState:
    """Hear a stream again from its start: the worker fetches it from its announcer, and applies what it never applied.

    What was applied before is known by the audit, so nothing happens twice; what was skipped stays skipped.

    Errors: 404 it is a stream of another programme, or this service does not hear the topic; 409 it is forked: its
    announcer tells another story than was heard.
    """
    _refuse_what_is_not_heard(request.app.state.service, body.topic)
    place = {"topic": body.topic, "subject": body.subject}
    stream = (await tx.session.execute(FIND, place)).one_or_none()
    if stream is not None and stream.state == "forked":
        raise StillForked("Its announcer tells another story than was applied: see docs/runbooks/forked-stream.md.")
    again = place | {"to": body.to} | ({} if stream else {"programme": tx.programme_id})
    at = (await tx.session.execute(AGAIN if stream else BEGIN, again)).scalar_one_or_none()
    if at is None:
        raise NoSuchStream("Take topic and subject from `GET /v1/streams` of its announcer.")
    tx.touched(f"inbox/{body.topic}/{body.subject}")
    return tx.answered(StreamState(topic=body.topic, subject=body.subject, last_sequence=at, state="open"))


@router.post("/hear-missing")
async def hear_missing(
    request: Request, body: HearingMissing, tx: Annotated[Transaction, writing("operator")]
) -> WalkedAgain:
    """Walk the announcer's log again from its start, and hear what this service lacks of any stream.

    The worker begins within ten seconds, and looks at a thousand events at a time; what is whole is not touched.

    Errors: 404 this service does not hear the topic.
    """
    _refuse_what_is_not_heard(request.app.state.service, body.topic)
    await tx.session.execute(WALK_AGAIN, {"topic": body.topic})
    tx.touched(f"inbox/{body.topic}")
    return tx.answered(WalkedAgain(topic=body.topic))


def _refuse_what_is_not_heard(service: str, topic: str) -> None:
    """Nobody would ever do what is asked."""
    here = SERVICES[service.replace("_", "-")]
    if topic not in here.hears:
        raise TopicNotHeard(f"{here.name} hears {' and '.join(here.hears)}: name one of these.")


async def _found(tx: Transaction, body: Stream, *states: str) -> Any:
    stream = (await tx.session.execute(FIND, {"topic": body.topic, "subject": body.subject})).one_or_none()
    if stream is None:
        raise NoSuchStream("Take topic and subject from `GET /v1/inbox`.")
    if stream.state not in states:
        raise StreamNotParked(f"The stream is {stream.state}; only a {' or '.join(states)} one can be helped so.")
    return stream
