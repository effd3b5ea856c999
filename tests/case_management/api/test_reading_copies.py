"""A document that is no PDF has a copy for reading: marked as one, for whoever may read the document (F-3)."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from common.ids import new_id
from console.auditing import documents
from tests.case_management.api.world import (
    CASEWORKER,
    HUB,
    OPERATOR,
    PRIME,
    STRANGER,
    VERIFIER,
    World,
    came_about,
    refusals_in,
)
from tests.console.api.doorway import doors_of
from tests.parts.papers import HEIC, PDF, a_pdf_words

pytestmark = pytest.mark.row("S-74")

PHOTO: dict[str, Any] = {"content": HEIC, "name": "IMG_0412.HEIC", "media_type": "image/heic"}


async def the_copy(world: World, document_id: UUID, who: str = CASEWORKER) -> httpx.Response:
    return await world.door.get(f"/v1/documents/{document_id}/reading-copy", who)


async def made_anew(world: World, document_id: UUID, who: str = PRIME) -> httpx.Response:
    return await world.door.post(f"/v1/documents/{document_id}/reading-copy", who)


async def place_of(world: World, table: str) -> Path:
    [row] = await world.door.rows(f"select store_key from {table} order by store_key limit 1")  # noqa: S608
    return world.documents / row["store_key"]


async def test_a_photograph_is_kept_as_it_came_and_read_as_a_pdf_that_says_it_is_a_copy(world: World) -> None:
    document_id = await world.a_document(await world.a_started_case(), **PHOTO)

    copy, kept = await the_copy(world, document_id), await world.door.get(f"/v1/documents/{document_id}/content", PRIME)

    assert kept.content == HEIC
    assert (copy.headers["content-type"], copy.content[:5]) == ("application/pdf", b"%PDF-")
    assert copy.headers["content-disposition"] == f'attachment; filename="copy-for-reading-{document_id}.pdf"'
    said = a_pdf_words(copy.content)
    assert "Copy for reading." in said
    assert hashlib.sha256(HEIC).hexdigest()[:16] in said


async def test_a_pdf_is_its_own_copy(common_world: World) -> None:
    document_id = await common_world.a_document(await common_world.a_started_case())

    assert (await the_copy(common_world, document_id)).content == PDF
    assert refusals_in(await made_anew(common_world, document_id)) == ["document_is_its_own_copy"]


async def test_who_may_not_open_the_document_has_no_copy_of_it(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    document_id = await common_world.a_document(case_id, **PHOTO)
    readers = (STRANGER, VERIFIER, HUB, OPERATOR)

    before = [(await the_copy(common_world, document_id, who)).status_code for who in readers]
    making = [(await made_anew(common_world, document_id, who)).status_code for who in readers]
    await common_world.an_outcome(case_id, document_id)

    assert (before, making) == ([404, 404, 403, 403], [404, 404, 403, 403])
    assert (await the_copy(common_world, document_id, VERIFIER)).status_code == 200


async def test_reading_a_copy_is_in_the_audit(world: World) -> None:
    document_id = await world.a_document(await world.a_started_case(), **PHOTO)

    await the_copy(world, document_id, PRIME)

    [read] = await world.door.rows("select actor, subjects from audit where action = 'read_copy'")
    assert (read["actor"], f"document/{document_id}" in read["subjects"]) == ("prime-manager.kbop-prime", True)


@pytest.mark.parametrize("how", ["altered", "missing"])
async def test_a_copy_that_is_not_as_it_was_kept_is_found_not_sent_and_made_anew(world: World, how: str) -> None:
    document_id = await world.a_document(await world.a_started_case(), **PHOTO)
    whole = (await the_copy(world, document_id)).content
    place = await place_of(world, "reading_copy")
    place.write_bytes(b"x") if how == "altered" else place.unlink()

    async with doors_of({"case-management": world.door}) as doors:
        found = await documents(doors, lambda _: None)
    refused = await the_copy(world, document_id)
    anew = came_about(await made_anew(world, document_id))

    assert found.astray == ((str(document_id), f"whole, its copy for reading {how}"),)
    assert refused.status_code == {"altered": 500, "missing": 503}[how]
    assert (anew["edition"], anew["sha256"]) == (2, hashlib.sha256(whole).hexdigest())
    assert (await the_copy(world, document_id)).content == whole
    checks = came_about(await world.door.get("/v1/documents/checks", OPERATOR))
    assert [(one["found"], one["copy_found"]) for one in checks["items"]] == [("whole", "whole")]


async def test_a_copy_is_not_made_anew_while_there_is_a_whole_one(world: World) -> None:
    document_id = await world.a_document(await world.a_started_case(), **PHOTO)

    anew = [came_about(await made_anew(world, document_id)) for _ in range(2)]

    assert [one["edition"] for one in anew] == [1, 1]


COPIED = """
insert into document select (jsonb_populate_record(document, jsonb_build_object('id', cast(:id as text), 'store_key',
cast(:key as text)))).* from document
"""


async def test_a_document_kept_before_there_were_copies_has_one_made(world: World) -> None:
    await world.a_document(await world.a_started_case(), **PHOTO)
    document_id, key = new_id(), "kbop/kept-before"
    (world.documents / key).write_bytes(HEIC)
    await world.door.meddle(COPIED, id=str(document_id), key=key)

    none = await the_copy(world, document_id)
    came_about(await made_anew(world, document_id))

    assert (none.status_code, f"POST /v1/documents/{document_id}/reading-copy" in none.json()["detail"]) == (404, True)
    assert (await the_copy(world, document_id)).status_code == 200


async def test_of_an_altered_document_no_copy_is_made(world: World) -> None:
    document_id = await world.a_document(await world.a_started_case(), **PHOTO)
    (await place_of(world, "document")).write_bytes(b"x")
    (await place_of(world, "reading_copy")).unlink()

    answer = await made_anew(world, document_id)

    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/document-altered")
