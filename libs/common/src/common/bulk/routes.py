"""Files of rows over HTTP: send one, follow it, read what came of it; its columns, and mappings from other systems."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from common.ids import new_id
from common.transaction import Transaction
from common.web.access import SignedIn, a_read, reading, refuse_other_roles, writing
from common.web.contract import file_of
from common.web.fields import ShortCode
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.routing import Routes

from .files import MEDIA_TYPES, As, headers_of, template_of, told_in
from .jobs import (
    MOST_OPEN,
    BulkJob,
    RowResult,
    ToldRow,
    find_job,
    keep_job,
    keep_rows,
    list_jobs,
    open_jobs,
    results_of,
    stop_job,
)
from .kinds import BulkKind
from .mappings import every_profile, find_profile, mapping_of, save_profile
from .problems import BulkJobSettled, NoSuchBulkJob, NoSuchBulkKind, TooManyBulkJobs
from .profiles import ProfileIn
from .reading import read_rows
from .responses import (
    BulkJobOut,
    BulkJobReceipt,
    BulkKindOut,
    BulkRowOut,
    ProfileOut,
    ProfileReceipt,
    receipt_of,
    show_job,
    show_kind,
    show_row,
)

AT_ONCE = 1_000
"""Rows that are read, kept or told of together."""
Named = Annotated[ShortCode, Path(description="The mapping's name, which you choose.")]
Kinds = Mapping[str, BulkKind]


def bulk_router(kinds: Kinds) -> Routes:
    """Everything about files of rows of these kinds; who may ask are those who may send one of them."""
    router = Routes(prefix="/v1", tags=["bulk"])
    senders = sorted({role for kind in kinds.values() for role in kind.roles})
    _add_sending(router, kinds, senders)
    _add_following(router, senders)
    _add_columns(router, kinds, senders)
    _add_profiles(router, kinds, senders)
    return router


def _add_sending(router: Routes, kinds: Kinds, senders: list[str]) -> None:
    @router.post("/bulk-jobs", status_code=201)
    async def send_rows(
        file: UploadFile,
        of: Annotated[
            str,
            Form(
                pattern=f"^({'|'.join(kinds)})$",
                description="What the rows are.",
                json_schema_extra={"enum": [*kinds]},
            ),
        ],
        tx: Annotated[Transaction, writing(*senders)],
        dry_run: Annotated[bool, Form(description="Try every row, and keep nothing.")] = False,
        profile: Annotated[ShortCode | None, Form(description="A mapping of the columns to ours, by its name.")] = None,
    ) -> BulkJobReceipt:
        """Send many requests as rows of one file: CSV or JSON Lines, in UTF-8, at most 64 MiB and 100,000 rows.

        Each row is carried out soon after, as if you had sent it by itself with its `key` as `Idempotency-Key`: with
        the same rights, refusals and answer. Sent again after whatever went wrong, what was done is answered as before.
        `dry_run` tries every row and keeps nothing; a row sees what those before it would have done, of as many as are
        `tried_together`. `profile` names a mapping of another system's columns to these.
        """
        kind = kinds[of]
        refuse_other_roles(tx.actor, kind.roles)
        if await open_jobs(tx) >= MOST_OPEN:
            raise TooManyBulkJobs
        mapping, version = await mapping_of(tx, profile, kind) if profile else (None, None)
        job_id, count = new_id(), 0
        lines = read_rows(file.file, kind, mapping)
        while part := await asyncio.to_thread(lambda: list(islice(lines, AT_ONCE))):
            await keep_rows(tx, job_id, part)
            count += len(part)
        facts = {"id": job_id, "kind": of, "dry_run": dry_run, "rows": count}
        await keep_job(tx, facts | {"profile": profile, "profile_version": version})
        tx.touched(f"bulk-job/{job_id}")
        return tx.answered(receipt_of(job_id, of, count, dry_run=dry_run))

    @router.post("/bulk-jobs/{job_id}/stop")
    async def stop_rows(job_id: UUID, tx: Annotated[Transaction, writing(*senders)]) -> BulkJobReceipt:
        """Carry out no more rows of a file. What was carried out stays; what was sent of the rest is dropped."""
        job = await _held(tx, job_id, to_change=True)
        tx.expect_version(job.version)
        if not job.is_open:
            raise BulkJobSettled
        job = await stop_job(tx, job_id)
        tx.touched(f"bulk-job/{job_id}")
        facts = receipt_of(job_id, job.kind, job.rows, dry_run=job.dry_run)
        return tx.answered(facts.model_copy(update={"state": job.state, "version": job.version}))


def _add_following(router: Routes, senders: list[str]) -> None:
    @router.get("/bulk-jobs")
    async def list_bulk_jobs(
        tx: Annotated[Transaction, reading(*senders)], cursor: Cursor = None, limit: Limit = 50
    ) -> Page[BulkJobOut]:
        """List the files that your organisation sent, the last first."""
        after = key_of(cursor, UUID)
        records = await list_jobs(tx, after[0] if after else None, limit + 1)
        return page_of(records, limit, lambda job: (job.id,), show_job)

    @router.get("/bulk-jobs/{job_id}")
    async def read_bulk_job(
        job_id: UUID, response: Response, tx: Annotated[Transaction, reading(*senders)]
    ) -> BulkJobOut:
        """Read how far a file is carried out; its `ETag` changes with every step."""
        job = await _held(tx, job_id)
        response.headers["ETag"] = f'"{job.version}"'
        return show_job(job)

    @router.get("/bulk-jobs/{job_id}/results")
    async def list_results(
        job_id: UUID,
        tx: Annotated[Transaction, reading(*senders)],
        result: RowResult | None = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> Page[BulkRowOut]:
        """List what came of the rows that are carried out, in the order of the file."""
        job = await _held(tx, job_id)
        after = key_of(cursor, int)
        records = await results_of(tx.session, job, after[0] if after else 0, limit + 1, result)
        _name(tx, records[:limit])
        return page_of(records, limit, lambda row: (row.line,), show_row)

    @router.get(
        "/bulk-jobs/{job_id}/results/file",
        response_class=StreamingResponse,
        responses={200: file_of(*MEDIA_TYPES.values())},
    )
    async def download_results(
        job_id: UUID,
        request: Request,
        caller: SignedIn,
        tx: Annotated[Transaction, reading(*senders)],
        form: Annotated[As, Query(alias="as")] = "csv",
        result: RowResult | None = None,
    ) -> StreamingResponse:
        """Download what came of the rows that are carried out; nothing in a CSV is taken for a formula."""
        job = await _held(tx, job_id)
        records = await results_of(tx.session, job, 0, AT_ONCE, result)
        _name(tx, records)

        async def parts() -> AsyncIterator[bytes]:
            results = records
            yield told_in(form, results, first=True)
            while len(results) == AT_ONCE:
                async with a_read(request, caller) as more:
                    results = await results_of(more.session, job, results[-1].line, AT_ONCE, result)
                    _name(more, results)
                yield told_in(form, results, first=False)

        digest = blake2b(f"{job_id} {form} {result}".encode(), digest_size=16).hexdigest()
        headers = headers_of(f"results-{job_id}", form) | {"ETag": f'"{job.version}-{digest}"'}
        return StreamingResponse(parts(), media_type=f"{MEDIA_TYPES[form]}; charset=utf-8", headers=headers)


def _add_columns(router: Routes, kinds: Kinds, senders: list[str]) -> None:
    def known(name: str) -> BulkKind:
        if name not in kinds:
            raise NoSuchBulkKind(f"There are {', '.join(kinds)}.")
        return kinds[name]

    @router.get("/bulk-kinds")
    async def list_kinds(tx: Annotated[Transaction, reading(*senders)]) -> Page[BulkKindOut]:
        """List the kinds of rows that you may send, each with its columns, all of them."""
        return Page(items=[show_kind(kind) for kind in kinds.values() if tx.actor.has(*kind.roles)])

    @router.get("/bulk-kinds/{kind}")
    async def read_columns(kind: ShortCode, tx: Annotated[Transaction, reading(*senders)]) -> BulkKindOut:
        """Read what a row of a kind may say: its columns, how each is written, and who may send it."""
        return show_kind(known(kind))

    @router.get(
        "/bulk-kinds/{kind}/template",
        response_class=Response,
        responses={200: file_of(*MEDIA_TYPES.values())},
    )
    async def download_template(
        kind: ShortCode,
        request: Request,
        tx: Annotated[Transaction, reading(*senders)],
        form: Annotated[As, Query(alias="as")] = "csv",
    ) -> Response:
        """Download a file with every column and one row as an example."""
        return template_of(request.app.state.service, known(kind), form)


def _add_profiles(router: Routes, kinds: Kinds, senders: list[str]) -> None:
    @router.put("/bulk-profiles/{name}")
    async def save_mapping(
        name: Named, body: ProfileIn, tx: Annotated[Transaction, writing(*senders)]
    ) -> ProfileReceipt:
        """Save how another system writes its rows, under a name; each saving is another version.

        422 `refused`: it names a field that there is not, or fills one twice.
        """
        return tx.answered(ProfileReceipt(name=name, version=await save_profile(tx, kinds, name, body)))

    @router.get("/bulk-profiles")
    async def list_mappings(tx: Annotated[Transaction, reading(*senders)]) -> Page[ProfileOut]:
        """List the mappings of your organisation as they stand, all of them."""
        return Page(items=[_show(one) for one in await every_profile(tx)])

    @router.get("/bulk-profiles/{name}")
    async def read_mapping(
        name: Named, response: Response, tx: Annotated[Transaction, reading(*senders)]
    ) -> ProfileOut:
        """Read a mapping as it stands."""
        record = await find_profile(tx, name)
        response.headers["ETag"] = f'"{record["version"]}"'
        return _show(record)


def _show(record: Mapping[str, Any]) -> ProfileOut:
    return ProfileOut.model_validate({**record["said"], **record})


async def _held(tx: Transaction, job_id: UUID, *, to_change: bool = False) -> BulkJob:
    job = await find_job(tx, job_id, to_change=to_change)
    if job is None:
        raise NoSuchBulkJob
    return job


def _name(tx: Transaction, results: list[ToldRow]) -> None:
    """Say in the audit of whom is told."""
    people = [row.answer["participant_id"] for row in results if row.answer and row.answer.get("participant_id")]
    tx.touched(*(one for row in results for one in row.subjects), *(f"participant/{each}" for each in people))
