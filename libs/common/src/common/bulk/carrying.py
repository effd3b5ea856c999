"""The worker carries out the rows of files: each as its sender, through the route's own function, once.

A group of rows is one transaction, each row in a savepoint of its own: a bad row takes no good one with it. What a row
did, its key, its answer and its place in the file are committed together, so that whoever goes on after a crash begins
with the first row that did not happen.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event
from common.database import Sessions, look_from, rows
from common.database.repeating import repeat
from common.streams.outbox import announce
from common.transaction import Transaction, keep_part, keep_record, write
from common.web.access import marks_of
from common.web.problems import Invalid, KeyReused, Problem, Unavailable, document_of, problem_of
from common.web.roles import LOOKS_FROM

from .jobs import BulkJob, ToldRow, forget_one, next_rows, put_off, settle, take_job
from .kinds import BulkKind, RowRequest

log = structlog.get_logger()

GROUP = 25
"""Rows in one transaction: some tenths of a second, for which what they change is held."""
FORGET_EVERY_SECONDS = 3600
MOST_TRIES = 5
"""Of a row with which the database fails; then it is refused, and the next is carried out."""
CARRIED = Counter("outcomes_bulk_rows", "Rows of files carried out", ["kind", "result"])
KEYS = text("""
select asked.key, pg_try_advisory_xact_lock(hashtextextended(:client || ' ' || :route || ' ' || asked.key, 0)) as free,
       (select jsonb_build_object('hash', request_hash, 'status', status, 'answer', answer) from idempotency
        where programme_id = :programme and client = :client and route = :route and key = asked.key) as earlier
from unnest(cast(:keys as text[])) as asked (key)
""")
"""Whether a key is another's at this moment, and what it was answered before."""
NO_KEY = "A key has 8 to 100 letters, digits and _ . : -, and is new for each row."


class GroupFailed(Exception):
    """A group was not carried through, mostly for the database failed; nothing of it happened."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__("A group of rows was not carried through.")
        self.job_id = job_id


async def carry_forever(
    service: str, kinds: Mapping[str, BulkKind], sessions: Sessions, idle_seconds: float = 1
) -> None:
    """Carry out whatever rows there are until cancelled, and forget what is old once an hour."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(repeat(partial(forget_old, sessions), "bulk.old_files_stay", FORGET_EVERY_SECONDS))
        while True:
            if not await carry_next(service, kinds, sessions):
                await asyncio.sleep(idle_seconds)


async def carry_next(service: str, kinds: Mapping[str, BulkKind], sessions: Sessions) -> bool:
    """Carry out the next rows, or have them tried again later; false when there is nothing to do now."""
    try:
        try:
            return await carry_group(service, kinds, sessions)
        except GroupFailed as failed:
            log.warning("bulk.put_off", job=str(failed.job_id), error=type(failed.__cause__).__name__)
            async with sessions.begin() as session:
                await put_off(session, failed.job_id)
            return True
    except (DBAPIError, OSError, TimeoutError) as error:
        log.warning("bulk.waits", error=type(error).__name__)
        return False


async def forget_old(sessions: Sessions) -> None:
    """Stop what has waited too long, and forget what was carried out long ago: a file at a time."""
    is_there_more = True
    while is_there_more:
        async with sessions.begin() as session:
            is_there_more = await forget_one(session)


async def carry_group(service: str, kinds: Mapping[str, BulkKind], sessions: Sessions) -> bool:
    """Carry out the next rows of the file that was worked at longest ago; false when there is none.

    Raises:
        GroupFailed: it was not carried through, and everything is taken back.
    """
    async with sessions.begin() as session:
        job = await take_job(session, [*kinds])
        if job is None:
            return False
        try:
            await _Group(session, service, kinds[job.kind], job).carry_out()
        except Exception as error:  # whatever it is, it is tried again, and others' files go on
            raise GroupFailed(job.id) from error
    return True


class _Group:
    """Some rows of a file, in one transaction."""

    def __init__(self, session: AsyncSession, service: str, kind: BulkKind, job: BulkJob) -> None:
        self._session = session
        self._service = service
        self._kind = kind
        self._job = job
        self._marks = marks_of(kind.route, job.sender, job.programme_id)
        self._asked_in_vain: list[Transaction] = []
        self._events: list[Event] = []

    async def carry_out(self) -> None:
        job = self._job
        most = 1 if job.attempts else job.tried_together or GROUP
        batch = await next_rows(self._session, job, most)
        memory = await self._known_keys([row["key"] for row in batch if row["key"]])
        savepoint = await self._session.begin_nested() if job.dry_run else None
        results: list[ToldRow] = []
        for row in batch:
            if row["key"] and not memory[row["key"]]["free"]:
                break
            results.append(await self._row(row, memory))
            self._session.expunge_all()
        if savepoint is not None:
            await savepoint.rollback()
        is_over = len(results) == len(batch) < most
        await settle(self._session, job, results, is_over=is_over, waits=len(results) < len(batch))
        await keep_record(self._asked_in_vain)
        await announce(self._session, self._events)
        for one in results:
            CARRIED.labels(job.kind, one.result).inc()

    async def _known_keys(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        parameters = self._marks | {"keys": sorted(set(keys))}
        return {row["key"]: row for row in rows(await self._session.execute(KEYS, parameters))}

    async def _row(self, row: Mapping[str, Any], memory: dict[str, dict[str, Any]]) -> ToldRow:
        line, key, request = row["line"], row["key"], RowRequest(**json.loads(row["said"]))
        if not key:
            return self._refused(line, "", Invalid(errors=[{"field": "key", "problem": NO_KEY}]))
        if self._job.attempts >= MOST_TRIES:
            return self._refused(line, key, Unavailable())
        digest = self._kind.hash_of(request, json.dumps(request.body).encode())
        if (earlier := memory[key]["earlier"]) is not None:
            if earlier["hash"] != digest:
                return self._refused(line, key, KeyReused(), request)
            return ToldRow(line, key, "duplicate", earlier["status"], earlier["answer"])
        tx = self._begin(self._kind.route.name)
        try:
            receipt = await self._tried(tx, request, self._marks | {"key": key, "hash": digest})
        except Exception as error:  # whatever a route answers with a problem, this row is
            return self._refused(line, key, problem_of(error), request)
        memory[key]["earlier"] = receipt
        if self._job.dry_run:
            return ToldRow(line, key, "accepted", receipt["status"], receipt["answer"])
        self._events += tx.events
        return ToldRow(line, key, "accepted", receipt["status"], receipt["answer"], tx.subjects)

    async def _tried(self, tx: Transaction, request: RowRequest, key: Mapping[str, Any]) -> dict[str, Any]:
        """What the row's request answers; it is as if it had not been where it fails.

        Raises:
            Unavailable: the database failed, which says nothing of the row.
        """
        job, savepoint = self._job, await self._session.begin_nested()
        try:
            viewpoint = LOOKS_FROM[job.organisation_kind]
            await look_from(self._session, self._service, viewpoint, job.programme_id, job.organisation_id)
            answer = await self._kind.carry_out(tx, request)
            await write(self._session)
            await look_from(self._session, self._service, None, job.programme_id, job.organisation_id)
            receipt = dict(key) | {"status": tx.status or self._kind.route.status_code or 200, "answer": answer}
            await keep_part(tx, receipt)
        except BaseException:
            await savepoint.rollback()
            raise
        await savepoint.commit()
        return receipt

    def _refused(self, line: int, key: str, problem: Problem, request: RowRequest | None = None) -> ToldRow:
        """Keep the problem as the row's answer; the audit says who was refused what about whom, as of any request.

        Raises:
            Unavailable: it is the database that failed, and the row is to be tried again.
        """
        if isinstance(problem, Unavailable) and self._job.attempts < MOST_TRIES:
            raise problem
        if request is not None and request.path:
            tx = self._begin(f"refused {self._kind.route.name}")
            tx.touched(*(f"{name.removesuffix('_id')}/{it}" for name, it in request.path.items() if _is_id(it)))
            if tx.subjects:
                tx.touched(f"status/{problem.status}")
                self._asked_in_vain.append(tx)
        return ToldRow(line, key, "refused", problem.status, document_of(problem))

    def _begin(self, action: str) -> Transaction:
        job = self._job
        return Transaction(self._session, job.sender, job.programme_id, job.business_at, action)


def _is_id(value: Any) -> bool:
    try:
        UUID(value)
    except (ValueError, AttributeError, TypeError):
        return False
    return True
