"""Assessments of all cases."""

from typing import Annotated

from case_management.storage.cases import participants_of
from case_management.storage.lists import ASSESSMENTS
from common.transaction import Transaction
from common.web.access import reading
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes

from .responses.support import AssessmentLine
from .roles import READERS

router = Routes(prefix="/v1/assessments", tags=["support"])


@router.get("")
async def list_assessments(
    tx: Annotated[Transaction, reading(*READERS)], query: Annotated[Asked, asking(ASSESSMENTS)]
) -> Page[AssessmentLine]:
    """List assessments of all cases, the last taken first: a provider those of its own cases and of those it reads
    whole, the prime all.

    `participant_id` also finds those under ids merged with it; `worker` is who has the case now.
    """
    results = await query.found(tx)
    whose = await participants_of(tx.session, (row.case_id for row in results.rows))
    tx.touched(*(f"participant/{each}" for each in whose.values()))
    return results.page(lambda row: AssessmentLine.model_validate(row).of(whose[row.case_id]))
