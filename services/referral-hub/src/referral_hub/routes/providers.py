from typing import Annotated

from common.transaction import Transaction
from common.web.access import reading
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.domain.allocation import Candidate
from referral_hub.operations.loading import policy_in_force
from referral_hub.storage.lists import PROVIDERS
from referral_hub.storage.providers import candidate_of, caseloads_of
from referral_hub.storage.tables.programme import ProviderRow

from .responses.providers import ProviderOut

router = Routes(prefix="/v1/providers", tags=["providers"])


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "operator")],
    query: Annotated[Asked, asking(PROVIDERS)],
) -> Page[ProviderOut]:
    """Every provider with its capacity and open caseload, by code; or those in the partnership on a day (`on`).

    409: the programme is not loaded.
    """
    weights = (await policy_in_force(tx)).weights
    caseloads = await caseloads_of(tx.session, tx.programme_id)

    def shown(provider: ProviderRow) -> ProviderOut:
        candidate: Candidate = candidate_of(provider, caseloads.get(provider.provider_id, {}))
        return ProviderOut(
            provider_id=provider.provider_id,
            name=provider.name,
            specialisms=sorted(provider.specialisms),
            capacity=provider.capacity,
            load=candidate.load(weights),
            open_caseload=sum(candidate.caseload.values()),
            joined_on=provider.joined_on,
            left_on=provider.left_on,
            illustrative=provider.illustrative,
        )

    return (await query.found(tx)).page(shown)
