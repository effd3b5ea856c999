"""What an operator may do about a stream that stepped aside: retry it, or skip exactly one event; both audited."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from common.contracts import Code
from common.transaction import Answer, Transaction

from .access import writing
from .problems import Conflict, NotFound

router = APIRouter(prefix="/v1/inbox", tags=["operations"])

FIND = text("select * from inbox where topic = :topic and subject = :subject for update")
RETRY = text("""
update inbox set state = 'retrying', attempts = 0, retry_at = clock_timestamp(), error_code = null
where topic = :topic and subject = :subject
""")
SKIP = text("""
update inbox set last_sequence = :sequence, last_event = :event_id, skipped = skipped + 1, state = 'open', attempts = 0,
                 retry_at = null, error_code = null, heard_sequence = greatest(heard_sequence, :sequence)
where topic = :topic and subject = :subject
""")
KEEP_SKIPPED = text("""
insert into inbox_skipped (topic, subject, programme_id, sequence, event_id, reason, by)
values (:topic, :subject, :programme, :sequence, :event_id, :reason, :by)
""")


class NoSuchStream(NotFound):
    """This service has heard of no such stream."""


class StreamNotParked(Conflict):
    """Only a parked stream may be retried or skipped by hand."""


class NotTheNextEvent(Conflict):
    """Only the very next event of a stream may be skipped."""


class Stream(BaseModel):
    """A heard stream, by topic and subject (`participant/<id>`)."""

    model_config = ConfigDict(extra="forbid")

    topic: Code
    subject: Annotated[str, Field(max_length=200, pattern=r"^[A-Za-z0-9_./:-]+$")]


class Skipping(Stream):
    """One event to leave out for good, with the reason; it is counted as skipped, never as applied."""

    sequence: Annotated[int, Field(ge=1, le=2**62)]
    event_id: UUID
    reason: Code


class StreamState(Answer):
    """Where the stream stands now."""

    topic: str
    subject: str
    last_sequence: int
    state: str


@router.post("/retry")
async def retry_stream(asked: Stream, tx: Annotated[Transaction, writing("operator")]) -> StreamState:
    """Try a parked stream again from the event it stopped at, with five new tries.

    Errors: 404 no such stream; 409 it is not parked (a retrying one tries again by itself).
    """
    found = await _parked(tx, asked)
    await tx.session.execute(RETRY, {"topic": asked.topic, "subject": asked.subject})
    tx.touched(f"inbox/{asked.topic}/{asked.subject}")
    return tx.answered(
        StreamState(topic=asked.topic, subject=asked.subject, last_sequence=found.last_sequence, state="retrying")
    )


@router.post("/skip")
async def skip_event(asked: Skipping, tx: Annotated[Transaction, writing("operator")]) -> StreamState:
    """Leave out exactly the next event of a parked stream, for good; the stream then goes on by itself.

    Errors: 404 no such stream; 409 it is not parked, or the event is not the next one.
    """
    found = await _parked(tx, asked)
    if asked.sequence != found.last_sequence + 1:
        raise NotTheNextEvent(f"The next event of this stream is {found.last_sequence + 1}; skip that one, or retry.")
    skipped = asked.model_dump()
    await tx.session.execute(SKIP, skipped)
    await tx.session.execute(KEEP_SKIPPED, skipped | {"by": tx.actor.id, "programme": tx.programme_id})
    tx.touched(f"inbox/{asked.topic}/{asked.subject}")
    return tx.answered(
        StreamState(topic=asked.topic, subject=asked.subject, last_sequence=asked.sequence, state="open")
    )


async def _parked(tx: Transaction, asked: Stream) -> Any:
    found = (await tx.session.execute(FIND, {"topic": asked.topic, "subject": asked.subject})).one_or_none()
    if found is None:
        raise NoSuchStream("Take topic and subject from `GET /v1/inbox`.")
    if found.state != "parked":
        raise StreamNotParked(f"The stream is {found.state}; only a parked one is retried or skipped by hand.")
    return found
