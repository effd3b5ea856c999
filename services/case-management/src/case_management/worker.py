"""The back door: what the hub announces is heard, what happens in cases is relayed, files of rows are carried out,
orphan documents are cleared."""

from datetime import timedelta
from functools import partial

from case_management.events.heard import REACTIONS
from case_management.operations.documents.clear_orphans import clear_orphans
from case_management.routes.bulk import KINDS
from case_management.storage.document_store import DocumentStore, StoreUnavailable
from common.bulk.carrying import carry_forever
from common.clock import machine_now
from common.contracts.audits import CasesAuditCheckpointed
from common.database import Sessions
from common.database.repeating import repeat
from common.settings import WorkerSettings
from common.worker import run


async def clear_forever(settings: WorkerSettings, sessions: Sessions) -> None:
    """Clear orphan documents from time to time until cancelled, unless the settings say that all stay."""
    store, after = DocumentStore(settings.documents), timedelta(hours=settings.orphans_after_hours)
    if not after:
        return

    async def clear() -> None:
        await clear_orphans(sessions, store, machine_now(), after, settings.orphans_at_most)

    await repeat(clear, "documents.clearing_waits", settings.clear_every_seconds, StoreUnavailable)


if __name__ == "__main__":
    told = WorkerSettings()  # pyright: ignore[reportCallIssue] - filled from the environment
    beside = [partial(clear_forever, told), partial(carry_forever, "case_management", KINDS)]
    run("case_management", told, REACTIONS, tells=CasesAuditCheckpointed, beside=beside)
