"""Documents on a real S3 server, by the code the service uses: kept whole or not at all, whatever the server does."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from case_management.main import create_app_for
from case_management.storage.document_store import DocumentStore
from tests.case_management.api.world import CASEWORKER, World, came_about
from tests.parts.api import front_door
from tests.parts.papers import a_letter, a_pdf_of
from tests.parts.postgres import Databases
from tests.parts.store import Store, secret_of

MEBIBYTE = 1024 * 1024


@pytest.fixture
async def world(databases: Databases, s3_store: Store) -> AsyncGenerator[World]:
    told: dict[str, Any] = {
        "documents_url": "s3://documents",
        "s3_endpoint": s3_store.url,
        "documents_access_key": "documents",
        "documents_secret_key": secret_of("documents"),
    }
    async with front_door(databases, "case_management", create_app_for, **told) as opened:
        world = World(opened, s3_store.folder / "data" / "documents")
        await world.load_programme()
        yield world


async def content(world: World, document_id: str) -> httpx.Response:
    return await world.door.get(f"/v1/documents/{document_id}/content", CASEWORKER)


async def rows_and_audit(world: World) -> tuple[int, int]:
    [documents] = await world.door.rows("select count(*) as n from document")
    [audited] = await world.door.rows("select count(*) as n from audit where action like '%documents%'")
    return documents["n"], audited["n"]


@pytest.mark.parametrize("size", [8192, 5 * MEBIBYTE + 1, 10 * MEBIBYTE])
async def test_a_document_is_kept_byte_for_byte(world: World, size: int) -> None:
    sent = a_pdf_of(size)
    kept = came_about(await world.upload(await world.a_started_case(), sent))

    assert (await content(world, kept["id"])).content == sent


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ({"bucket": "documents", "secret": "a-wrong-secret"}, "PermissionDeniedError"),
        ({"bucket": "documents", "account": "checkpoints"}, "PermissionDeniedError"),
        ({"bucket": "documents", "account": "nobody"}, "PermissionDeniedError"),
        ({"bucket": "no-such-bucket", "account": "documents"}, "FileNotFoundError"),
    ],
)
async def test_who_is_refused_by_the_store_keeps_nothing_and_an_operator_reads_why(
    world: World, s3_store: Store, place: dict[str, str], why: str
) -> None:
    case_id = await world.a_started_case()
    store = world.door.app.state.documents
    world.door.app.state.documents = DocumentStore(s3_store.place(**place))
    with capture_logs() as said:
        refused = await world.upload(case_id, key="send-again")

    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/document-unavailable")
    assert [(one["asked_to"], one["error"]) for one in said if one["event"] == "documents.unavailable"] == [
        ("keep", why)
    ]
    assert await rows_and_audit(world) == (0, 0)

    world.door.app.state.documents = store
    assert (await world.upload(case_id, key="send-again")).status_code == 201


async def test_a_store_that_is_away_is_told_soon_and_nothing_is_lost_when_it_is_back(
    world: World, s3_store: Store
) -> None:
    case_id = await world.a_started_case()
    before = came_about(await world.upload(case_id, a_letter("before")))
    s3_store.kill()
    try:
        async with asyncio.timeout(15):
            refused = await world.upload(case_id, a_letter("again"), key="send-again")
            unread = await content(world, before["id"])
    finally:
        s3_store.start()
    sent_again = came_about(await world.upload(case_id, a_letter("again"), key="send-again"))

    assert (refused.status_code, unread.status_code) == (503, 503)
    assert (await content(world, before["id"])).content == a_letter("before")
    assert (await content(world, sent_again["id"])).content == a_letter("again")
    assert (await rows_and_audit(world))[0] == 2


async def test_a_store_killed_while_documents_arrive_has_every_one_it_acknowledged_whole(
    world: World, s3_store: Store
) -> None:
    case_id = await world.a_started_case()
    sent = {f"upload-{n}": a_pdf_of(2 * MEBIBYTE, b"%d" % (n % 10)) for n in range(12)}

    async def one(key: str) -> tuple[str, httpx.Response]:
        return key, await world.upload(case_id, sent[key], key=key)

    uploads = [asyncio.create_task(one(key)) for key in sent]
    await asyncio.wait(uploads, return_when=asyncio.FIRST_COMPLETED)
    s3_store.kill()
    try:
        first = dict(await asyncio.gather(*uploads))
    finally:
        s3_store.start()
    again = dict(await asyncio.gather(*(one(key) for key in sent)))

    assert {answer.status_code for answer in first.values()} == {201, 503}
    for key, answer in again.items():
        kept = came_about(answer)
        assert (await content(world, kept["id"])).content == sent[key]
        assert first[key].status_code == 503 or first[key].json() == kept
    assert (await rows_and_audit(world))[0] == len(sent)
