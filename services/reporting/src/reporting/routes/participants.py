"""One participant's timeline."""

from typing import Annotated
from uuid import UUID

from common.transaction import Transaction
from common.web.access import reading
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from reporting.operations.problems import NoSuchParticipant
from reporting.storage.lists import TIMELINE
from reporting.storage.timelines import is_heard_of, of_person

from .responses.participants import Happening

router = Routes(prefix="/v1/participants", tags=["participants"])


@router.get("/{participant_id}/timeline")
async def get_timeline(
    participant_id: UUID,
    tx: Annotated[Transaction, reading("council-verifier", "council-oversight", "prime-manager")],
    query: Annotated[Asked, asking(TIMELINE)],
) -> Page[Happening]:
    """Read what was announced about one participant, oldest first, under every record merged into it; audited."""
    results = await query.found(tx, of_person(tx.programme_id, participant_id))
    if not results.rows and not await is_heard_of(tx.session, tx.programme_id, participant_id):
        raise NoSuchParticipant
    tx.touched(f"participant/{participant_id}", *(f"participant/{row.participant_id}" for row in results.rows))
    return results.page(Happening.model_validate)
