"""Loading a programme."""

from typing import Annotated

from common.contracts import Code
from common.transaction import Transaction
from common.web.access import writing
from common.web.routing import Routes
from programme import ReportingPart
from reporting.operations.problems import ProgrammeOfAnother
from reporting.operations.programme.accept_programme import ProgrammeReceipt, accept_programme

router = Routes(prefix="/v1/programmes", tags=["programmes"])


@router.put("/{programme_id}")
async def put_programme(
    programme_id: Code, part: ReportingPart, tx: Annotated[Transaction, writing("operator")]
) -> ProgrammeReceipt:
    """Hand over the tracker's rows, targets and provider names (S-101, S-104). The same content twice changes nothing.

    Targets are versioned: what was accepted is never altered, a change is a new version.
    """
    if programme_id != part.programme_id:
        raise ProgrammeOfAnother(f"The path says {programme_id} and the body {part.programme_id}: send one of them.")
    return tx.answered(await accept_programme(tx, part))
