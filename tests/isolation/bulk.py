"""Files of rows are their organisation's alone, also of what the whole programme sees row by row."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from common.bulk.kinds import BulkKind
from tests.isolation.feeds import filtered
from tests.isolation.matrix import Asking, Example, Expected
from tests.isolation.worlds import PROGRAMME, World, bearer
from tests.parts.bulk import Kinds, carry_out, send_file

SAME = Expected.SAME
OF_OTHERS = "select 1 from bulk_job where state = 'waiting' and programme_id <> :own"
Row = Callable[[World, str], Awaitable[dict[str, Any]]]
"""Something new that someone of a role may send, and nobody's before."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files of one row each, and what is asked about them."""

    kinds: Kinds
    kind: BulkKind
    row: Row

    async def content(self, world: World, role: str) -> bytes:
        return json.dumps({"key": uuid4().hex} | await self.row(world, role)).encode()

    async def carried_out(self, world: World) -> None:
        await carry_out(world.door.worker, world.service, self.kinds)

    async def waiting(self, world: World, role: str) -> Asking:
        if await world.door.rows(OF_OTHERS, own=PROGRAMME):
            await self.carried_out(world)  # what others asked for in vain is no longer kept then
        sent = await send_file(world.door, bearer(role), self.kind.name, await self.content(world, role))
        assert sent.is_success, sent.text
        return Asking({"job_id": sent.json()["id"]})

    async def sent(self, world: World, role: str) -> Asking:
        await self.carried_out(world)  # or too many would wait
        files = {"file": ("rows.jsonl", await self.content(world, role), "application/jsonl")}
        return Asking(form={"of": self.kind.name}, files=files, shows=("waiting",))

    async def done(self, world: World, role: str) -> Asking:
        asking = await self.waiting(world, role)
        await self.carried_out(world)
        return asking

    async def told(self, world: World, role: str) -> Asking:
        return Asking((await self.done(world, role)).params, shows=("accepted",))

    async def listed(self, world: World, role: str) -> Asking:
        return Asking(query={"limit": 200}, shows=((await self.done(world, role)).params["job_id"],))

    async def columns(self, _: World, __: str) -> Asking:
        single = [name for name, column in self.kind.columns.items() if column.form != "many"]
        return Asking({"kind": self.kind.name}, shows=(single[-1],))

    async def every_kind(self, _: World, __: str) -> Asking:
        return Asking(shows=(self.kind.name,))

    async def new_mapping(self, _: World, __: str) -> Asking:
        return Asking({"name": f"old-{uuid4().hex}"}, body={"of": self.kind.name, "columns": {"Ref": "key"}}, version=0)

    async def mapping(self, world: World, role: str) -> Asking:
        new = await self.new_mapping(world, role)
        await world.send("PUT", f"/v1/bulk-profiles/{new.params['name']}", bearer(role), new.body)
        return Asking(new.params, shows=(new.params["name"],), hides=(new.params["name"],))

    async def mappings(self, world: World, role: str) -> Asking:
        """One for each role is enough: there may not be many."""
        kept: Asking = world.kept.get(f"mapping {role}") or await self.mapping(world, role)
        world.kept[f"mapping {role}"] = kept
        return Asking(shows=kept.shows, hides=kept.hides)


def bulk_examples(kinds: Kinds, kind: BulkKind, row: Row) -> dict[str, Example]:
    """How the routes about files are asked, for a file of one row."""
    files = Files(kinds, kind, row)
    anyones = Example(files.columns, joint=SAME, organisation=SAME, programme=SAME)
    return {
        "POST /v1/bulk-jobs": Example(files.sent, joint=SAME, organisation=SAME, programme=Expected.APART),
        "GET /v1/bulk-jobs": filtered(files.listed),
        "GET /v1/bulk-jobs/{job_id}": Example(files.done),
        "POST /v1/bulk-jobs/{job_id}/stop": Example(files.waiting),
        "GET /v1/bulk-jobs/{job_id}/results": Example(files.told),
        "GET /v1/bulk-jobs/{job_id}/results/file": Example(files.told),
        "GET /v1/bulk-kinds": Example(files.every_kind, joint=SAME, organisation=SAME, programme=SAME),
        "GET /v1/bulk-kinds/{kind}": anyones,
        "GET /v1/bulk-kinds/{kind}/template": anyones,
        "PUT /v1/bulk-profiles/{name}": Example(
            files.new_mapping, joint=SAME, organisation=SAME, programme=Expected.APART
        ),
        "GET /v1/bulk-profiles": filtered(files.mappings),
        "GET /v1/bulk-profiles/{name}": Example(files.mapping),
    }
