from typing import Annotated

from fastapi import Response

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.problems import Invalid
from common.web.routing import Routes
from programme.model import Slug
from programme.referrals import HubGuide, HubPart
from referral_hub.operations.problems import NoSuchProgramme
from referral_hub.operations.programme.load_programme import load_programme
from referral_hub.storage.policies import guide_of, programme_of

from .responses.programmes import ProgrammeReceipt
from .roles import PROVIDER_ROLES

router = Routes(prefix="/v1/programmes", tags=["programmes"])


@router.put("/{programme_id}")
async def load(programme_id: Slug, body: HubPart, tx: Annotated[Transaction, writing("operator")]) -> ProgrammeReceipt:
    """Take the hub's part of a programme: providers, agencies, pathways, needs and targets.

    The same content again changes nothing and announces nothing. 403: the token is for another programme.
    """
    if body.programme_id != programme_id:
        raise Invalid("The `programme_id` of the body must be the one in the path.")
    programme, provider_ids = await load_programme(tx, body)
    return tx.answered(
        ProgrammeReceipt(programme_id=programme_id, version=programme.version, providers_changed=list(provider_ids))
    )


@router.get("/{programme_id}")
async def read(
    programme_id: Slug,
    response: Response,
    tx: Annotated[
        Transaction, reading("hub", "prime-manager", "council-oversight", "referrer", "operator", *PROVIDER_ROLES)
    ],
) -> HubGuide:
    """Read what can be chosen where somebody is referred, assessed or placed: needs, sources, agencies, reasons."""
    row = await programme_of(tx.session, programme_id)
    if row is None:
        raise NoSuchProgramme
    response.headers["ETag"] = f'"{row.version}"'
    return guide_of(row)
