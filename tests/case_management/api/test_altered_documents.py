"""What the store holds is what was kept, or not one byte of it leaves (X-1)."""

from pathlib import Path
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from console.auditing import documents
from tests.case_management.api.world import OPERATOR, PRIME, World, came_about
from tests.console.api.doorway import doors_of
from tests.parts.papers import PDF

pytestmark = pytest.mark.row("S-74")

CHANGED = {
    "others of the same length": PDF.replace(b"obj", b"OBJ"),
    "fewer": PDF[:-1],
    "more": PDF + b" ",
    "none": b"",
}


def file_of(world: World) -> Path:
    [file] = [one for one in world.documents.rglob("*") if one.is_file()]
    return file


@pytest.mark.parametrize("how", CHANGED)
async def test_of_changed_bytes_none_is_sent(world: World, how: str) -> None:
    document_id = await world.a_document(await world.a_started_case())
    file_of(world).write_bytes(CHANGED[how])

    answer = await world.door.get(f"/v1/documents/{document_id}/content", PRIME)

    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/document-altered")
    assert "repr-digest" not in answer.headers


async def test_an_altered_document_is_in_the_audit_the_log_and_the_count(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = await world.a_started_case()
    document_id = await world.a_document(case_id)
    file_of(world).write_bytes(CHANGED["others of the same length"])
    before = REGISTRY.get_sample_value("outcomes_documents_altered_total") or 0

    await world.door.get(f"/v1/documents/{document_id}/content", PRIME)

    [entry] = await world.door.rows("select actor, subjects from audit where action = 'document_altered'")
    assert entry["actor"] == "prime-manager.kbop-prime"
    assert entry["subjects"] == [f"document/{document_id}", f"case/{case_id}"]
    assert REGISTRY.get_sample_value("outcomes_documents_altered_total") == before + 1
    said = capsys.readouterr()
    assert "documents.altered" in said.out + said.err


async def test_an_operator_has_every_document_checked_page_by_page(world: World) -> None:
    case_id = await world.a_started_case()
    ids: list[UUID] = []
    files: list[Path] = []
    for _ in range(3):
        ids.append(await world.a_document(case_id))
        files.append(next(one for one in world.documents.rglob("*") if one.is_file() and one not in files))
    files[0].unlink()
    files[1].write_bytes(CHANGED["fewer"])

    first = came_about(await world.door.get("/v1/documents/checks", OPERATOR, limit=2))
    last = came_about(await world.door.get("/v1/documents/checks", OPERATOR, cursor=first["next"]))
    refused = await world.door.get("/v1/documents/checks", PRIME)

    found = {one["id"]: one["found"] for one in first["items"] + last["items"]}
    assert found == dict(zip(map(str, ids), ("missing", "altered", "whole"), strict=True))
    assert (len(first["items"]), last["next"], refused.status_code) == (2, None, 403)
    [entry] = await world.door.rows("select subjects from audit where action = 'document_altered'")
    assert f"document/{ids[1]}" in entry["subjects"]


async def test_the_command_counts_the_documents_and_names_what_is_astray(world: World) -> None:
    document_id = await world.a_document(await world.a_started_case())
    progress: list[int] = []

    async with doors_of({"case-management": world.door}) as doors:
        sound = await documents(doors, progress.append)
        file_of(world).write_bytes(b"")
        altered = await documents(doors, progress.append)

    assert (sound.checked, sound.astray, progress) == (1, (), [1, 1])
    assert altered.astray == ((str(document_id), "altered"),)
