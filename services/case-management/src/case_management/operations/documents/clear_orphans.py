"""Clear orphan documents out of the store: bytes whose row was never committed, so that nobody can ask for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from case_management.domain.evidence import clearing_is_modest
from case_management.storage.document_store import DocumentStore
from case_management.storage.evidence import count_stored, keys_at_rest, keys_referred_to
from case_management.storage.programmes import programmes_loaded
from common.database import Sessions
from common.transaction import Actor, Transaction, keep_record

log = structlog.get_logger()

WORKER = Actor(id="case_management-worker", organisation="case_management")
A_BATCH = 100


async def clear_orphans(sessions: Sessions, store: DocumentStore, now: datetime, after: timedelta, at_most: int) -> int:
    """Remove what was kept longer ago than `after` and has no row; how many documents.

    What cannot be told apart from a mistake of ours stays: more than `at_most`, or of a programme this database does
    not know.

    Raises:
        StoreUnavailable: the store does not answer; what was removed before is in the audit.
    """
    keys_by_programme = await _unreferred(sessions, store, now - after)
    if refusal := clearing_is_modest(sum(map(len, keys_by_programme.values())), at_most):
        log.error("documents.clearing_refused", code=refusal.code, reason=refusal.reason, remedy=refusal.remedy)
        return 0
    count = 0
    for programme_id, keys in keys_by_programme.items():
        for batch in (keys[n : n + A_BATCH] for n in range(0, len(keys), A_BATCH)):
            orphans = await _recorded(sessions, programme_id, batch, now)
            await store.remove(orphans)
            count += len(orphans)
    if count:
        log.info("documents.cleared", removed=count)
    return count


async def _unreferred(sessions: Sessions, store: DocumentStore, before: datetime) -> dict[str, list[str]]:
    """Keys old enough that no row refers to, by programme; rows whose bytes are gone are told aloud on the way."""
    orphans: dict[str, list[str]] = defaultdict(list)
    async with sessions.begin() as session:
        programmes, lacking = await programmes_loaded(session), await count_stored(session)
    async for page in store.stored():
        async with sessions.begin() as session:
            references = await keys_referred_to(session, [one.key for one in page])
        lacking -= len(references)
        for one in page:
            if one.kept_at < before and one.programme_id in programmes and one.key not in references:
                orphans[one.programme_id].append(one.key)
    if lacking > 0:
        log.error("documents.lacking", at_least=lacking)
    return orphans


async def _recorded(sessions: Sessions, programme_id: str, keys: Sequence[str], now: datetime) -> list[str]:
    """Those of the keys that are orphans for good, put in the audit before any is removed.

    Whoever uploads holds its key until its row is committed or never will be; a key at rest without a row stays so.
    """
    async with sessions.begin() as session:
        resting = await keys_at_rest(session, keys)
        orphans = _without(resting, await keys_referred_to(session, resting))
        tx = Transaction(session, WORKER, programme_id, now, "clear_orphans")
        tx.touched(*(f"stored/{key}" for key in orphans))
        await keep_record([tx])
    return orphans


def _without(keys: Iterable[str], others: frozenset[str]) -> list[str]:
    return [key for key in keys if key not in others]
