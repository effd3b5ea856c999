"""The audit is sealed, and what a superuser does to it afterwards is found and named."""
# ruff: noqa: S608 - our own names

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from claims.main import create_app_for
from common.audit.chain import AuditEntry, Chain
from common.audit.checkpoint import Checkpoint
from common.audit.keeping import CheckpointStore, KeepingFailed
from common.audit.sealing import Witness, checkpoint_once, seal_once
from common.audit.signing import SigningKey
from common.clock import machine_now
from common.contracts.audits import AuditCheckpointed
from common.ids import new_id
from common.store import Place
from console.auditing import BrokenLink, Finding, ForgedCheckpoint, sights, verify
from tests.console.api.doorway import doors_of
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.postgres import Databases, connect
from tests.parts.store import Store, secret_of

KEY = SigningKey.for_development("claims")
AUDITOR = someone("auditor", organisation="quarterly-audit", kind="auditor")
BEFORE, AFTER = 12, 8
"""Entries sealed before the first checkpoint and between it and the second."""
SIXTH = "(select position from audit_seal where number = 6)"
SEVENTH = "(select position from audit_seal where number = 7)"

Tamper = Callable[[Any], Awaitable[None]]


@pytest.fixture
async def door(databases: Databases) -> AsyncGenerator[FrontDoor]:
    async with front_door(databases, "claims", create_app_for) as door:
        yield door


@pytest.fixture
async def admin(door: FrontDoor) -> AsyncGenerator[Any]:
    """A superuser, past every grant and policy."""
    connection = await connect(door.database.admin_dsn)
    yield connection
    await connection.close()


@pytest.fixture
def store(tmp_path: Path) -> CheckpointStore:
    return CheckpointStore(Place(str(tmp_path / "elsewhere")))


def witness(store: CheckpointStore) -> Witness:
    return Witness("claims", KEY, store, AuditCheckpointed)


async def looked_at(door: FrontDoor, times: int) -> None:
    """Reads of so many participants, each an entry in the audit."""
    for _ in range(times):
        assert (await door.get(f"/v1/participants/{new_id()}/audit", AUDITOR)).is_success


async def sealed_twice(door: FrontDoor, store: CheckpointStore) -> None:
    for entries in (BEFORE, AFTER):
        await looked_at(door, entries)
        assert await seal_once(door.worker) == entries
        assert await checkpoint_once(door.worker, witness(store)) == 1


async def verified(door: FrontDoor, store: CheckpointStore, public_key: str = KEY.public) -> Finding:
    async with doors_of({"claims": door}, "auditor") as doors:
        return await verify(doors, "claims", public_key, store)


async def edit(admin: Any) -> None:
    await admin.execute(f"update audit set actor = 'nobody' where position = {SIXTH}")


async def delete(admin: Any) -> None:
    await admin.execute(f"delete from audit where position = {SIXTH}")


async def delete_with_its_seal(admin: Any) -> None:
    await admin.execute(f"delete from audit where position = {SIXTH}")
    await admin.execute("delete from audit_seal where number = 6")


async def insert_between(admin: Any) -> None:
    """A forged entry at the seventh place, those after it moved on by one."""
    await admin.execute("update audit_seal set number = number + 1000 where number >= 7")
    await admin.execute("update audit_seal set number = number - 999 where number >= 1000")
    forged = "programme_id, actor, organisation, action, subjects, cause, business_at"
    copied = f"select {forged} from audit where position = {SIXTH}"
    position = await admin.fetchval(f"insert into audit ({forged}) {copied} returning position")
    row = await admin.fetchrow("select * from audit where position = $1", position)
    head = await admin.fetchval("select head from audit_seal where number = 6")
    leaf = entry_of(row).leaf
    forged_head = Chain(6, head).followed_by(leaf).head
    await admin.execute(
        "insert into audit_seal (programme_id, number, position, leaf, head) values ('kbop', 7, $1, $2, $3)",
        position, leaf, forged_head,
    )  # fmt: skip


async def reorder(admin: Any) -> None:
    await admin.execute("update audit_seal set number = -number where number in (6, 7)")
    await admin.execute("update audit_seal set number = 13 + number where number < 0")


async def reorder_the_rows(admin: Any) -> None:
    await admin.execute(
        "update audit set subjects = other.subjects, recorded_at = other.recorded_at from audit other"
        f" where audit.position in ({SIXTH}, {SEVENTH}) and other.position in ({SIXTH}, {SEVENTH})"
        " and other.position <> audit.position"
    )


async def cut_the_tail(admin: Any) -> None:
    """The last three entries, with everything in the database that tells of them."""
    await admin.execute("delete from audit where position in (select position from audit_seal where number > 17)")
    await admin.execute("delete from audit_seal where number > 17")
    await seal_again(admin)


async def rewrite_all(admin: Any) -> None:
    """One entry changed, and the whole chain, its seals and checkpoints made again to fit, with a key of one's own."""
    await edit(admin)
    await seal_again(admin)


async def seal_again(admin: Any) -> None:
    chain = Chain()
    rows = await admin.fetch("select a.*, s.number from audit a join audit_seal s using (position) order by s.number")
    await admin.execute("delete from audit_checkpoint")
    for row in rows:
        leaf = entry_of(row).leaf
        chain = chain.followed_by(leaf)
        await admin.execute(
            "update audit_seal set leaf = $1, head = $2 where number = $3", leaf, chain.head, row["number"]
        )
    await admin.execute("update audit_chain set size = $1, head = $2, peaks = $3", chain.size, chain.head, chain.peaks)
    forged = Checkpoint.of("claims", "kbop", chain, machine_now(), SigningKey.for_development("somebody"))
    await admin.execute(
        "insert into audit_checkpoint values ('kbop', $1, $2, $3, $4, $5, $6)",
        chain.size, chain.head, chain.root, forged.made_at, forged.key, forged.signature,
    )  # fmt: skip


def entry_of(row: Any) -> AuditEntry:
    said: dict[str, Any] = {name: row[name] for name in AuditEntry.__slots__}
    said["subjects"] = tuple(said["subjects"])
    return AuditEntry(**said)


async def test_a_sound_audit_is_said_to_be_sound(door: FrontDoor, store: CheckpointStore) -> None:
    await sealed_twice(door, store)

    assert await verified(door, store) == Finding("claims", BEFORE + AFTER, 2, 0, None)


@pytest.mark.parametrize(
    ("tamper", "at", "shows"),
    [
        pytest.param(edit, 6, "is not what was sealed", id="edit"),
        pytest.param(delete, 6, "is gone", id="delete"),
        pytest.param(delete_with_its_seal, 6, "something was taken out", id="delete with its seal"),
        pytest.param(insert_between, 7, "a checkpoint kept elsewhere tells of another entry", id="insert"),
        pytest.param(reorder, 6, "is not bound to the one before", id="reorder"),
        pytest.param(reorder_the_rows, 6, "is not what was sealed", id="reorder the rows"),
        pytest.param(cut_the_tail, 18, "tells of 20 entries: a tail is gone", id="cut the tail"),
        pytest.param(rewrite_all, 6, "a checkpoint kept elsewhere tells of another entry", id="rewrite all"),
    ],
)
async def test_what_a_superuser_does_is_found_where_it_begins(
    door: FrontDoor, admin: Any, store: CheckpointStore, tamper: Tamper, at: int, shows: str
) -> None:
    await sealed_twice(door, store)

    await tamper(admin)

    found = await verified(door, store)
    assert found.broken is not None
    assert (found.broken.number, shows in found.broken.why) == (at, True), found.broken


async def test_an_entry_slipped_in_beside_the_chain_is_named(
    door: FrontDoor, admin: Any, store: CheckpointStore
) -> None:
    await sealed_twice(door, store)
    forged = "programme_id, actor, organisation, action, subjects, cause, business_at"

    copied = f"select {forged} from audit where position = {SIXTH}"
    position = await admin.fetchval(f"insert into audit ({forged}) {copied} returning position")

    wanted = BrokenLink(None, f"the entry at position {position} was not written by the service")
    assert (await verified(door, store)).broken == wanted


async def test_a_checkpoint_by_another_hand_is_not_believed(door: FrontDoor, store: CheckpointStore) -> None:
    await sealed_twice(door, store)

    with pytest.raises(ForgedCheckpoint, match="is not signed by claims's key"):
        await verified(door, store, SigningKey.for_development("somebody").public)


async def test_what_is_kept_elsewhere_is_never_written_over(
    door: FrontDoor, admin: Any, store: CheckpointStore
) -> None:
    await sealed_twice(door, store)
    before = [one async for one in store.kept("claims", "kbop")]

    await admin.execute("delete from audit_checkpoint")
    await checkpoint_once(door.worker, witness(store))

    assert [one async for one in store.kept("claims", "kbop")] == before


async def test_the_public_is_told_of_every_checkpoint(door: FrontDoor, store: CheckpointStore) -> None:
    await sealed_twice(door, store)
    told = await door.rows("select body from outbox where topic = 'public.claims' order by position")
    kept = [one async for one in store.kept("claims", "kbop")]

    assert [json.loads(row["body"])["root"] for row in told] == [one.root for one in kept]


async def test_two_sealers_bind_every_entry_once(door: FrontDoor, store: CheckpointStore) -> None:
    await looked_at(door, 10)
    async with door.worker.begin() as leading:
        await leading.execute(text("select id from sealer for update"))
        assert await seal_once(door.worker) == 0

    assert [await seal_once(door.worker, most=4) for _ in range(4)] == [4, 4, 2, 0]
    assert (await verified(door, store)).broken is None


async def test_a_place_that_takes_nothing_leaves_the_checkpoint_to_be_made(door: FrontDoor, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "claims").write_text("in the way")
    store = CheckpointStore(Place(str(tmp_path / "elsewhere")))
    await looked_at(door, 1)
    await seal_once(door.worker)

    with pytest.raises(KeepingFailed):
        await checkpoint_once(door.worker, witness(store))

    assert await door.rows("select 1 from audit_checkpoint") == []
    assert await door.rows("select 1 from outbox") == []
    waits = (await door.client.get("/health/ready")).json()["audit"]
    assert waits["oldest_unwitnessed_seconds"] > 0


async def test_checkpoints_on_an_s3_server_prove_the_same(door: FrontDoor, admin: Any, s3_store: Store) -> None:
    store = CheckpointStore(on(s3_store))
    await sealed_twice(door, store)
    sound = await verified(door, store)
    first, _ = [one async for one in store.kept("claims", "kbop")]
    await store.keep(first.model_copy(update={"leaves": ()}))
    kept = [one async for one in store.kept("claims", "kbop")]
    await rewrite_all(admin)
    broken = (await verified(door, store)).broken

    assert kept[0] == first
    assert sound == Finding("claims", BEFORE + AFTER, 2, 0, None)
    assert broken is not None
    assert broken.number == 6


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"secret_key": SecretStr("a-wrong-secret")}, "PermissionDeniedError"),
        ({"access_key": "documents", "secret_key": SecretStr(secret_of("documents"))}, "PermissionDeniedError"),
        ({"where": "s3://no-such-bucket"}, "FileNotFoundError"),
        ({"endpoint": "http://127.0.0.1:9"}, "GenericError"),
    ],
)
async def test_a_store_that_refuses_leaves_the_checkpoint_to_be_made(
    door: FrontDoor, s3_store: Store, changed: dict[str, Any], why: str
) -> None:
    right = on(s3_store)
    await looked_at(door, 3)
    await seal_once(door.worker)

    with pytest.raises(KeepingFailed, match=why):
        await checkpoint_once(door.worker, witness(CheckpointStore(replace(right, **changed))))
    assert await door.rows("select 1 from audit_checkpoint union all select 1 from outbox") == []

    assert await checkpoint_once(door.worker, witness(CheckpointStore(right))) == 1
    assert await verified(door, CheckpointStore(right)) == Finding("claims", 3, 1, 0, None)


async def test_a_store_away_and_back_has_every_checkpoint(door: FrontDoor, s3_store: Store) -> None:
    store = CheckpointStore(on(s3_store))
    await looked_at(door, 3)
    await seal_once(door.worker)
    await checkpoint_once(door.worker, witness(store))
    s3_store.kill()
    try:
        await looked_at(door, 2)
        await seal_once(door.worker)
        with pytest.raises(KeepingFailed):
            await checkpoint_once(door.worker, witness(store))
        with pytest.raises(KeepingFailed):
            await verified(door, store)
    finally:
        s3_store.start()

    assert await checkpoint_once(door.worker, witness(store)) == 1
    assert await verified(door, store) == Finding("claims", 5, 2, 0, None)


def on(s3_store: Store) -> Place:
    """A place of the test's own in the bucket for checkpoints."""
    return replace(s3_store.place("checkpoints"), where=f"s3://checkpoints/{new_id()}")


async def test_what_is_not_sealed_shows_with_its_age(door: FrontDoor) -> None:
    await looked_at(door, 3)

    waits = (await door.client.get("/health/ready")).json()["audit"]
    assert waits["unsealed"] == 3
    assert waits["oldest_unsealed_seconds"] > 0
    assert "outcomes_audit_unsealed 3.0" in (await door.client.get("/metrics")).text


async def test_nobody_may_change_or_delete_the_audit(door: FrontDoor, admin: Any) -> None:
    granted: Sequence[Any] = await admin.fetch(
        "select rolname, t.name, p.verb from pg_roles"
        " cross join (values ('audit'), ('audit_seal'), ('audit_checkpoint')) as t (name)"
        " cross join (values ('update'), ('delete'), ('truncate')) as p (verb)"
        " where not rolsuper and has_table_privilege(pg_roles.oid, 'public.' || t.name, p.verb)"
        " and rolname not like 'pg\\_%'"
    )

    assert [tuple(row) for row in granted] == []


async def test_who_saw_someone_is_answered_and_the_question_is_in_the_answer(door: FrontDoor) -> None:
    person = new_id()
    await door.get(f"/v1/participants/{person}/audit", AUDITOR)
    async with doors_of({"claims": door}, "auditor") as doors:
        first = [sight async for _, sight in sights(doors, person)]
        again = [sight async for _, sight in sights(doors, person)]

    assert [(sight["actor"], sight["action"]) for sight in first] == [
        ("auditor.quarterly-audit", "who_saw_participant")
    ]
    assert len(again) == 2
