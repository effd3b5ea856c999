"""Case management's part of a programme."""

from typing import Annotated

from fastapi import Response

from case_management.operations.problems import NoSuchProgramme
from case_management.operations.programme.load_programme import load_programme as load
from case_management.storage.programmes import find_programme, guide_of
from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.routing import Routes
from programme.cases import CasesGuide, CasesPart
from programme.model import Slug

from .responses.programmes import ProgrammeReceipt
from .roles import READERS

router = Routes(prefix="/v1/programmes", tags=["programmes"])


@router.put("/{programme_id}")
async def load_programme(
    programme_id: Slug, body: CasesPart, tx: Annotated[Transaction, writing("operator")]
) -> ProgrammeReceipt:
    """Load the programme's instruments, evidence kinds, closure rules and guidance; the same again changes nothing."""
    row, is_changed = await load(tx, programme_id, body)
    return tx.answered(ProgrammeReceipt(programme_id=programme_id, version=row.version, changed=is_changed))


@router.get("/{programme_id}")
async def read_programme(
    programme_id: Slug, response: Response, tx: Annotated[Transaction, reading(*READERS, "operator")]
) -> CasesGuide:
    """Read what a caseworker needs to know: instruments, kinds of evidence, and guidance by outcome, without money."""
    row = await find_programme(tx.session, programme_id)
    if row is None:
        raise NoSuchProgramme
    response.headers["ETag"] = f'"{row.version}"'
    return guide_of(row)
