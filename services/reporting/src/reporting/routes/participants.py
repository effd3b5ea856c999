"""One participant's timeline."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from common.transaction import Transaction
from common.web.access import reading
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.routing import Routes
from reporting.operations.figures.read_timeline import read_timeline

from .responses.participants import Happening

router = Routes(prefix="/v1/participants", tags=["participants"])


@router.get("/{participant_id}/timeline")
async def get_timeline(
    participant_id: UUID,
    tx: Annotated[Transaction, reading("council-verifier", "council-oversight", "prime-manager")],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Happening]:
    """Read what was announced about one participant, oldest first, under every record merged into it; audited."""
    after = key_of(cursor, _instant, UUID)
    happenings = await read_timeline(tx, participant_id, (after[0], after[1]) if after else None, limit + 1)
    return page_of(happenings, limit, _place, _shown)


def _instant(iso: str) -> datetime:
    instant = datetime.fromisoformat(iso)
    if instant.tzinfo is None:
        raise ValueError("an instant has an offset")
    return instant


def _place(row: dict[str, Any]) -> tuple[datetime, UUID]:
    return row["occurred_at"], row["event_id"]


def _shown(row: dict[str, Any]) -> Happening:
    return Happening(**row)
