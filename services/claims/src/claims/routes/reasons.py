"""The programme's catalogue of reasons, for forms and for whoever reads a code."""

from typing import Annotated

from fastapi import Query

from claims.storage import reasons
from common.transaction import Transaction
from common.web.access import reading
from common.web.routing import Routes
from programme.reasons import Act

from .responses.reasons import ReasonOut, ReasonsOut
from .roles import EVERYONE

router = Routes(prefix="/v1/reasons", tags=["programmes"])


@router.get("")
async def list_reasons(
    tx: Annotated[Transaction, reading(*EVERYONE)], act: Annotated[Act | None, Query()] = None
) -> ReasonsOut:
    """The codes with which people say why a claim is returned, queried, refused, withdrawn or put right.

    `act`: only those that may be given for it.
    """
    catalogue = await reasons.catalogue_of(tx.session, tx.programme_id)
    return ReasonsOut(
        items=[
            ReasonOut(
                code=each.code,
                title=each.title,
                mend=each.mend,
                acts=sorted(each.acts),
                may_be_given=any(each.may_be_given(name, tx.today) for name in ([act] if act else each.acts)),
                until_on=each.until_on,
            )
            for each in catalogue
            if act is None or act in each.acts
        ]
    )
