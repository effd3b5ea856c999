"""The sealed record, read: its entries and checkpoints for whoever verifies it, and who saw one participant."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from pydantic import AwareDatetime
from sqlalchemy import text

from common.audit.chain import NO_HEAD
from common.audit.checkpoint import Checkpoint, Hash
from common.transaction import Transaction

from .access import reading
from .fields import AnswerBody
from .pages import Cursor, Limit, Page, key_of, page_of
from .routing import Routes

router = Routes(prefix="/v1", tags=["audit"])

ENTRIES = text("""
select s.number, encode(s.leaf, 'hex') as leaf, encode(s.head, 'hex') as head, s.sealed_at, s.position,
       a.position is not null as there, a.programme_id, a.actor, a.organisation, a.action, a.subjects, a.cause,
       a.business_at, a.recorded_at
from audit_seal s left join audit a using (position) where s.number > :after order by s.number limit :limit
""")
STANDING = text("""
select coalesce((select size from audit_chain), 0) as size,
       coalesce((select encode(head, 'hex') from audit_chain), :none) as head,
       (select count(*) from audit join audit_unsealed using (position)) as unsealed
""")
STRAYS = text("""
select position from audit a
where not exists (select from audit_seal s where s.position = a.position)
  and not exists (select from audit_unsealed u where u.position = a.position)
order by position limit 100
""")
CHECKPOINTS = text("""
select programme_id, size, encode(head, 'hex') as head, encode(root, 'hex') as root, made_at, key, signature
from audit_checkpoint where size > :after order by size limit :limit
""")
SEEN = text("""
select position, recorded_at, business_at, actor, organisation, action, cause from audit
where subjects @> array[cast(:subject as text)] and position < :before order by position desc limit :limit
""")
LAST = 2**62
Auditing = ("auditor", "operator")
Overseeing = ("auditor", "prime-manager", "council-oversight")
"""The prime may see everything, audited; the council oversees; the auditor checks both (requirements §2.M, BR-N6)."""


class EntryOut(AnswerBody):
    """What an entry of the audit says: who did or saw what, when. Its hash is recomputed from exactly these fields."""

    position: int
    programme_id: str
    actor: str
    organisation: str
    action: str
    subjects: tuple[str, ...]
    cause: str | None
    business_at: AwareDatetime
    recorded_at: AwareDatetime


class SealOut(AnswerBody):
    """A place in the chain, and the entry that should be there; null if it is gone."""

    number: int
    position: int
    leaf: Hash
    head: Hash
    sealed_at: AwareDatetime
    entry: EntryOut | None


class ChainStanding(AnswerBody):
    """Where the chain stands, how many entries wait to be bound, and those that nobody is going to bind."""

    service: str
    programme_id: str
    size: int
    head: Hash
    unsealed: int
    strays: list[int]
    """Positions of entries that the service did not write itself; at most the first hundred."""


class Sight(AnswerBody):
    """One time a participant's record was read or changed, and by whom."""

    recorded_at: AwareDatetime
    business_at: AwareDatetime
    actor: str
    organisation: str
    action: str
    """What was done: the name of an operation, after `refused` where it was not allowed, or of the event that was
    heard."""
    cause: str | None


@router.get("/audit")
async def list_audit(
    tx: Annotated[Transaction, reading(*Auditing)], cursor: Cursor = None, limit: Limit = 200
) -> Page[SealOut]:
    """The sealed audit of the asker's programme, in the order it was sealed, to be verified from outside.

    `outcomes audit verify` recomputes every hash. What is seconds old may not be sealed yet.
    """
    [after] = key_of(cursor, int) or (0,)
    rows = list((await tx.session.execute(ENTRIES, {"after": after, "limit": limit + 1})).mappings())
    if page := rows[:limit]:
        tx.touched(f"audit/{page[0]['number']}-{page[-1]['number']}")
    return page_of(rows, limit, _number, _sealed)


@router.get("/audit/standing")
async def show_standing(request: Request, tx: Annotated[Transaction, reading(*Auditing)]) -> ChainStanding:
    """Where the audit's chain stands now, and which entries no transaction of ours wrote."""
    stands = (await tx.session.execute(STANDING, {"none": NO_HEAD.hex()})).mappings().one()
    strays = (await tx.session.execute(STRAYS)).scalars().all()
    return ChainStanding(service=_service(request), programme_id=tx.programme_id, strays=list(strays), **stands)


@router.get("/audit/checkpoints")
async def list_checkpoints(
    request: Request, tx: Annotated[Transaction, reading(*Auditing)], cursor: Cursor = None, limit: Limit = 200
) -> Page[Checkpoint]:
    """The signed checkpoints of the audit, smallest first: the service's own copies of what is kept elsewhere."""
    [after] = key_of(cursor, int) or (0,)
    rows = list((await tx.session.execute(CHECKPOINTS, {"after": after, "limit": limit + 1})).mappings())

    def show(row: Any) -> Checkpoint:
        return Checkpoint(service=_service(request), **row)

    return page_of(rows, limit, lambda row: (row["size"],), show)


@router.get("/participants/{participant_id}/audit")
async def who_saw_participant(
    participant_id: UUID,
    tx: Annotated[Transaction, reading(*Overseeing)],
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Page[Sight]:
    """Who saw or changed a participant's record in this service, when; newest first (BR-N6). Asking is itself audited.

    Of someone merged, ask by each of their ids: an entry names the id that was good at the time.
    """
    [before] = key_of(cursor, int) or (LAST,)
    subject = f"participant/{participant_id}"
    parameters = {"subject": subject, "before": before, "limit": limit + 1}
    rows = list((await tx.session.execute(SEEN, parameters)).mappings())
    tx.touched(subject)
    return page_of(rows, limit, lambda row: (row["position"],), lambda row: Sight(**row))


def _number(row: Any) -> tuple[int]:
    return (row["number"],)


def _sealed(row: Any) -> SealOut:
    return SealOut(entry=EntryOut(**row) if row["there"] else None, **row)


def _service(request: Request) -> str:
    return request.app.state.service.replace("_", "-")
