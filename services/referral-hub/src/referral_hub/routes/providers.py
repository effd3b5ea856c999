from typing import Annotated

from common.database.lookup import every
from common.transaction import Transaction
from common.web.access import reading
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.domain.allocation import Candidate, Intensity
from referral_hub.operations.loading import PolicyLookup, policy_with
from referral_hub.storage.lists import PROVIDERS
from referral_hub.storage.providers import CASELOADS, candidate_of, caseloads_in
from referral_hub.storage.tables.programme import ProviderRow

from .responses.providers import ProviderOut

router = Routes(prefix="/v1/providers", tags=["providers"])


class LoadLookup(PolicyLookup):
    """How full providers are, and what a participant takes of their room."""

    caseloads: list[tuple[str, Intensity, int]] = every(CASELOADS)


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "operator")],
    query: Annotated[Asked, asking(PROVIDERS)],
) -> Page[ProviderOut]:
    """Every provider with its capacity and open caseload, by code; or those in the partnership on a day (`on`).

    409: the programme is not loaded.
    """
    policy, lookup = await policy_with(tx, LoadLookup)
    caseloads = caseloads_in(lookup.caseloads)

    def shown(provider: ProviderRow) -> ProviderOut:
        candidate: Candidate = candidate_of(provider, caseloads.get(provider.provider_id, {}))
        return ProviderOut(
            provider_id=provider.provider_id,
            name=provider.name,
            specialisms=sorted(provider.specialisms),
            capacity=provider.capacity,
            load=candidate.load(policy.weights),
            open_caseload=sum(candidate.caseload.values()),
            joined_on=provider.joined_on,
            left_on=provider.left_on,
            illustrative=provider.illustrative,
        )

    return (await query.found(tx)).page(shown)
