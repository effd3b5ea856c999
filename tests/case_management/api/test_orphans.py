"""Bytes without a row are cleared, and never those of a document that has one or may yet."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from io import BytesIO
from signal import SIGKILL
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from case_management.operations.documents.clear_orphans import clear_orphans
from case_management.storage.document_store import DocumentStore
from common.clock import machine_now
from common.ids import new_id
from common.store import Place
from embedded.bound import start
from tests.case_management.api.world import CASEWORKER, World, came_about
from tests.parts.eventually import eventually
from tests.parts.issuer import SignedIn
from tests.parts.papers import HEIC, PDF, a_letter
from tests.parts.ports import free_port
from tests.parts.postgres import connect
from tests.parts.store import Store

AT_ONCE = timedelta(0)
A_DAY = timedelta(hours=24)


@pytest.fixture
def store(world: World) -> DocumentStore:
    return DocumentStore(Place(str(world.documents)))


async def cleared(world: World, store: DocumentStore, after: timedelta = AT_ONCE, at_most: int = 100) -> int:
    return await clear_orphans(world.door.worker, store, machine_now() + timedelta(seconds=1), after, at_most)


async def keys(store: DocumentStore) -> set[str]:
    return {one.key async for listed in store.stored() for one in listed}


async def an_orphan(store: DocumentStore, programme_id: str = "kbop") -> str:
    key = store.new_key(programme_id)
    await store.keep(key, BytesIO(PDF))
    return key


@asynccontextmanager
async def nobody_writes_documents(world: World) -> AsyncGenerator[Any]:
    """Uploads come as far as their row, and wait."""
    connection = await connect(world.door.database.admin_dsn)
    held = connection.transaction()
    await held.start()
    await connection.execute("lock table document in share row exclusive mode")
    try:
        yield connection
    finally:
        await held.rollback()
        await connection.close()


async def kept_without_a_row(store: DocumentStore) -> str:
    async def look() -> str | None:
        return next(iter(await keys(store)), None)

    return await eventually(look)


async def test_what_a_rolled_back_upload_left_is_cleared_and_in_the_audit(world: World, store: DocumentStore) -> None:
    case_id = await world.a_started_case()
    mine = str(new_id())
    document_id = await world.a_document(case_id, id=mine)
    taken = await world.upload(case_id, a_letter("Another."), id=mine)
    [kept] = await world.door.rows("select store_key from document")
    [orphan] = await keys(store) - {kept["store_key"]}

    assert (taken.status_code, await cleared(world, store), await keys(store)) == (409, 1, {kept["store_key"]})
    [audited] = await world.door.rows("select actor, subjects, programme_id from audit where action = 'clear_orphans'")
    assert audited == {"actor": "case_management-worker", "subjects": [f"stored/{orphan}"], "programme_id": "kbop"}
    assert (await world.door.get(f"/v1/documents/{document_id}/content", CASEWORKER)).content == PDF
    assert await cleared(world, store) == 0


async def test_what_is_younger_than_the_age_stays(world: World, store: DocumentStore) -> None:
    orphan = await an_orphan(store)

    assert (await cleared(world, store, A_DAY), await keys(store)) == (0, {orphan})

    yesterday = (machine_now() - A_DAY).timestamp()
    os.utime(world.documents / orphan, (yesterday, yesterday))
    assert (await cleared(world, store, A_DAY), await keys(store)) == (1, set())


async def test_a_document_on_its_way_to_its_row_is_none(world: World, store: DocumentStore) -> None:
    case_id = await world.a_started_case()
    async with nobody_writes_documents(world):
        uploading = asyncio.create_task(world.upload(case_id))
        await kept_without_a_row(store)
        while_it_waits = await cleared(world, store)
    kept = came_about(await uploading)

    assert (while_it_waits, await cleared(world, store)) == (0, 0)
    assert (await world.door.get(f"/v1/documents/{kept['id']}/content", CASEWORKER)).content == PDF


async def test_uploads_and_clearing_race_and_no_document_loses_its_bytes(world: World, store: DocumentStore) -> None:
    case_id = await world.a_started_case()
    mine = str(new_id())
    await world.a_document(case_id, id=mine)

    async def clear_meanwhile(uploads: "asyncio.Future[Any]") -> int:
        removed = 0
        while not uploads.done():
            removed += await cleared(world, store)
        return removed

    uploads = asyncio.gather(*(world.upload(case_id, id=mine if n % 3 == 0 else None) for n in range(30)))
    removed, answers = await asyncio.gather(clear_meanwhile(uploads), uploads)
    removed += await cleared(world, store)

    assert [answer.status_code for answer in answers].count(409) == removed == 10
    rows = await world.door.rows("select store_key from document")
    assert await keys(store) == {row["store_key"] for row in rows}
    assert len(rows) == 21


async def test_what_an_api_killed_before_its_commit_left_is_cleared(
    world: World, store: DocumentStore, issuer: str, signed_in: SignedIn
) -> None:
    case_id = await world.a_started_case()
    who = await signed_in("caseworker.horton")
    with an_api_of_its_own(world, issuer) as (url, process):
        async with httpx.AsyncClient(base_url=url, timeout=30) as client, nobody_writes_documents(world) as admin:
            await eventually(lambda: ready(client))
            data, files = {"kind": "landlord-letter"}, {"file": ("letter.pdf", PDF, "application/pdf")}
            headers = who | {"Idempotency-Key": "never-answered", "Simulated-Now": "2019-10-07T09:00:00+00:00"}
            sent = client.post(f"/v1/cases/{case_id}/documents", headers=headers, data=data, files=files)
            uploading = asyncio.create_task(sent)
            orphan = await kept_without_a_row(store)
            while_it_lives = await cleared(world, store)
            process.send_signal(SIGKILL)
            with pytest.raises(httpx.TransportError):
                await uploading
            await eventually(lambda: nobody_waits(admin))

    assert while_it_lives == 0
    assert await eventually(lambda: cleared(world, store)) == 1
    assert (await keys(store), await world.door.rows("select id from document")) == (set(), [])
    [audited] = await world.door.rows("select subjects from audit where action = 'clear_orphans'")
    assert audited["subjects"] == [f"stored/{orphan}"]


@contextmanager
def an_api_of_its_own(world: World, issuer: str) -> Generator[tuple[str, Any]]:
    port = free_port()
    told = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "test",
        "SIMULATION": "true",
        "DATABASE_URL": world.door.database.url("main"),
        "ISSUER_URL": issuer,
        "JWKS_URL": f"{issuer}/jwks.json",
        "PORT": str(port),
        "DATA_DIR": str(world.documents.parent),
    }
    with start([sys.executable, "-m", "case_management.main"], environment=told) as process:
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


async def ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).is_success
    except httpx.TransportError:
        return False


async def nobody_waits(admin: Any) -> bool:
    """PostgreSQL notices a dead client when its statement ends; an operator need not wait for that."""
    waiting = "pid <> pg_backend_pid() and datname = current_database() and wait_event_type = 'Lock'"
    return not await admin.fetch(f"select pg_terminate_backend(pid) from pg_stat_activity where {waiting}")  # noqa: S608


async def test_many_orphans_at_once_are_no_accident_and_all_stay(world: World, store: DocumentStore) -> None:
    orphans = {await an_orphan(store) for _ in range(3)}
    with capture_logs() as said:
        removed = await cleared(world, store, at_most=2)

    assert (removed, await keys(store)) == (0, orphans)
    [refused] = [one for one in said if one["event"] == "documents.clearing_refused"]
    assert (refused["code"], refused["log_level"]) == ("too_many_orphans", "error")
    assert "ORPHANS_AT_MOST" in refused["remedy"]
    assert await cleared(world, store, at_most=3) == 3


async def test_documents_of_a_programme_this_database_does_not_know_stay(world: World, store: DocumentStore) -> None:
    elsewhere = await an_orphan(store, "hounslow")

    assert (await cleared(world, store), await keys(store)) == (0, {elsewhere})


async def test_documents_whose_bytes_are_gone_are_told_aloud(world: World, store: DocumentStore) -> None:
    case_id = await world.a_started_case()
    for _ in range(3):
        await world.a_document(case_id)
    with capture_logs() as whole:
        await cleared(world, store)
    gone, also_gone, _ = await keys(store)
    await store.remove([gone, also_gone])
    with capture_logs() as lacking:
        await cleared(world, store)

    assert whole == []
    assert lacking == [{"event": "documents.lacking", "at_least": 2, "log_level": "error"}]


async def test_an_s3_server_is_cleared_alike(world: World, s3_store: Store) -> None:
    store = DocumentStore(s3_store.place("documents"))
    world.door.app.state.documents = store
    kept = came_about(await world.upload(await world.a_started_case()))
    orphan = await an_orphan(store)

    assert orphan in await keys(store)
    assert await cleared(world, store) == 1
    assert orphan not in await keys(store)
    assert (await world.door.get(f"/v1/documents/{kept['id']}/content", CASEWORKER)).content == PDF


async def test_a_copy_for_reading_is_no_orphan_while_it_has_a_row(world: World, store: DocumentStore) -> None:
    photograph = {"content": HEIC, "name": "IMG_1.HEIC", "media_type": "image/heic"}
    document_id = await world.a_document(await world.a_started_case(), **photograph)

    with capture_logs() as said:
        removed = await cleared(world, store)

    assert (removed, len(await keys(store)), [one for one in said if one["event"] == "documents.lacking"]) == (0, 2, [])
    copy = await world.door.get(f"/v1/documents/{document_id}/reading-copy", CASEWORKER)
    assert copy.content.startswith(b"%PDF-")
