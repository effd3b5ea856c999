"""Seal what was recorded: after the commit, in the order of commits, so that no request waits for another.

A transaction leaves its audit row's position in `audit_unsealed`. The sealer holds the one `sealer` row for each batch,
as the relay does its own; what it numbers has committed, so no gap can appear behind it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import machine_now
from common.contracts.audits import Checkpointed
from common.database import Sessions, glance
from common.database.repeating import repeat
from common.ids import new_id
from common.streams.outbox import announce

from .chain import AuditEntry, Chain
from .checkpoint import Checkpoint, KeptCheckpoint
from .keeping import CheckpointStore, KeepingFailed
from .signing import SigningKey

UNSEALED = "select min(position) is not null from audit_unsealed"
LEAD = text("select id from sealer where id = 1 for update skip locked")
TAKE = text("""
with taken as (
    delete from audit_unsealed where position in (
        select u.position from audit_unsealed u join audit using (position) order by u.position limit :most)
    returning position
)
select position, programme_id, actor, organisation, action, subjects, cause, business_at, recorded_at
from audit join taken using (position) order by position
""")
CHAINS = text("select programme_id, size, head, peaks from audit_chain where programme_id = any(:programmes)")
SEAL = text("""
insert into audit_seal (programme_id, number, position, leaf, head)
select * from unnest(cast(:programmes as text[]), cast(:numbers as bigint[]), cast(:positions as bigint[]),
                     cast(:leaves as bytea[]), cast(:heads as bytea[]))
""")
GO_ON = text("""
insert into audit_chain (programme_id, size, head, peaks) values (:programme, :size, :head, :peaks)
on conflict (programme_id) do update set size = excluded.size, head = excluded.head, peaks = excluded.peaks
""")
WITNESS_NEEDED = text("""
update sealer set unwitnessed_since = clock_timestamp() where id = 1 and unwitnessed_since is null
""")
GROWN = text("""
select c.programme_id, c.size, c.head, c.peaks, coalesce(k.size, 0) as witnessed
from audit_chain c left join lateral (
    select size from audit_checkpoint k where k.programme_id = c.programme_id order by size desc limit 1) k on true
where c.size > coalesce(k.size, 0) order by c.programme_id
""")
LEAVES = text("""
select leaf from audit_seal where programme_id = :programme and number > :after and number <= :size order by number
""")
CHECKPOINT = text("""
insert into audit_checkpoint (programme_id, size, head, root, made_at, key, signature)
values (:programme_id, :size, :head, :root, :made_at, :key, :signature)
on conflict (programme_id, size) do nothing returning size
""")
ALL_WITNESSED = text("""
update sealer set unwitnessed_since = null
where id = 1 and not exists (select from audit_chain c where c.size > coalesce(
    (select max(size) from audit_checkpoint k where k.programme_id = c.programme_id), 0))
""")
A_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Witness:
    """How a service's checkpoints leave it: with whose signature, to what place, and told to whom."""

    service: str
    key: SigningKey
    store: CheckpointStore
    tells: type[Checkpointed] | None = None
    """The public event that tells of a checkpoint, where the service announces anything."""


async def seal_once(sessions: Sessions, most: int = A_BATCH) -> int:
    """Bind one batch of committed entries to their chains; how many (0 also when another sealer leads)."""
    async with sessions.begin() as session:
        if (await session.execute(LEAD)).one_or_none() is None:
            return 0
        entries = [_entry(row) for row in (await session.execute(TAKE, {"most": most})).mappings()]
        if entries:
            await _bind(session, entries)
            await session.execute(WITNESS_NEEDED)
    return len(entries)


async def checkpoint_once(sessions: Sessions, witness: Witness) -> int:
    """Sign what each programme's chain is now, and take it out of the service; how many checkpoints were made.

    A checkpoint is exported before it is committed, as an event is published before the relay's mark moves: if the
    commit fails the same is exported again, never another one of the same size.

    Raises:
        KeepingFailed: the place did not take one; those before it stay made, the rest are tried again next time.
    """
    async with sessions.begin() as session:
        chains = (await session.execute(GROWN)).all()
    for chain in chains:
        async with sessions.begin() as session:
            await _checkpoint(session, witness, chain)
    async with sessions.begin() as session:
        await session.execute(ALL_WITNESSED)
    return len(chains)


async def seal_forever(sessions: Sessions, pause: float = 0.5) -> None:
    """Poll and seal until cancelled."""

    async def seal() -> bool:
        return bool(await glance(sessions, UNSEALED)) and await seal_once(sessions) >= A_BATCH

    await repeat(seal, "audit.sealing_waits", pause)


async def checkpoint_forever(sessions: Sessions, witness: Witness, every_seconds: float) -> None:
    """Make checkpoints every so many seconds until cancelled; sealing never waits for the place they are kept."""

    async def checkpoint() -> None:
        await checkpoint_once(sessions, witness)

    await asyncio.sleep(every_seconds)
    await repeat(checkpoint, "audit.checkpoint_waits", every_seconds, KeepingFailed)


async def _bind(session: AsyncSession, entries: Sequence[AuditEntry]) -> None:
    programmes = sorted({entry.programme_id for entry in entries})
    rows = await session.execute(CHAINS, {"programmes": programmes})
    chains = {row.programme_id: _chain(row) for row in rows}
    seals: dict[str, list[Any]] = {name: [] for name in ("programmes", "numbers", "positions", "leaves", "heads")}
    for entry in entries:
        leaf = entry.leaf
        chain = chains[entry.programme_id] = chains.get(entry.programme_id, Chain()).followed_by(leaf)
        seal = (entry.programme_id, chain.size, entry.position, leaf, chain.head)
        for column, value in zip(seals.values(), seal, strict=True):
            column.append(value)
    await session.execute(SEAL, seals)
    ends = [
        {"programme": name, "size": chains[name].size, "head": chains[name].head, "peaks": list(chains[name].peaks)}
        for name in programmes
    ]
    await session.execute(GO_ON, ends)


async def _checkpoint(session: AsyncSession, witness: Witness, row: Any) -> None:
    """Another worker that makes the same one waits for this insert, and then has nothing to do."""
    chain = _chain(row)
    checkpoint = Checkpoint.of(witness.service, row.programme_id, chain, machine_now(), witness.key)
    rows = await session.execute(CHECKPOINT, checkpoint.model_dump() | {"head": chain.head, "root": chain.root})
    if rows.one_or_none() is None:
        return
    if witness.tells is not None:
        values = checkpoint.model_dump()
        await announce(session, [witness.tells(event_id=new_id(), occurred_at=checkpoint.made_at, **values)])
    leaves = await _leaves(session, row.programme_id, row.witnessed, row.size)
    await witness.store.keep(KeptCheckpoint(**checkpoint.model_dump(), leaves=leaves))


async def _leaves(session: AsyncSession, programme_id: str, after: int, size: int) -> tuple[str, ...]:
    parameters = {"programme": programme_id, "after": after, "size": size}
    return tuple(leaf.hex() for leaf in (await session.execute(LEAVES, parameters)).scalars())


def _chain(row: Any) -> Chain:
    return Chain(row.size, bytes(row.head), tuple(bytes(peak) for peak in row.peaks))


def _entry(row: Any) -> AuditEntry:
    values: dict[str, Any] = dict(row)
    values["subjects"] = tuple(values["subjects"])
    return AuditEntry(**values)
