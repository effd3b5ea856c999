from collections.abc import Sequence

from common.contracts.referrals import ProviderRegistered
from common.transaction import Transaction
from common.web.http.sandbox_routes import settle_kind
from common.web.problems import NotAllowed
from programme.partnership import Provider as ProviderTerms
from programme.referrals import HubPart
from referral_hub.storage.providers import providers_of
from referral_hub.storage.tables.programme import ProgrammeRow, ProviderRow


async def load_programme(tx: Transaction, part: HubPart) -> tuple[ProgrammeRow, Sequence[str]]:
    """Take a programme's part for the hub as it now is, and say which providers are new or changed (A-05).

    The same content again changes and announces nothing. A provider left out stays: give it a `left_on`.

    Raises:
        NotAllowed: the asker's token is for another programme.
        StaleVersion: another version is in force than the asker read; before the first it is 0.
        KindOfProgrammeStays: it was loaded as a real programme, and is to be a sandbox, or the other way round.
    """
    if part.programme_id != tx.programme_id:
        raise NotAllowed("Your token is for another programme: load this one with its own.")
    programme = await _policy_taken(tx, part)
    rows = {one.provider_id: one for one in await providers_of(tx.session, tx.programme_id, to_allocate=True)}
    updates = [terms for terms in part.providers if _register(tx, rows.get(terms.provider_id), terms)]
    tx.touched(f"programme/{part.programme_id}", *(f"provider/{terms.provider_id}" for terms in updates))
    return programme, [terms.provider_id for terms in updates]


async def _policy_taken(tx: Transaction, part: HubPart) -> ProgrammeRow:
    policy = part.model_dump(mode="json", exclude={"providers", "sandbox"})
    programme = await tx.session.get(ProgrammeRow, part.programme_id, with_for_update=True)
    tx.expect_version(programme.version if programme else 0)
    await settle_kind(tx, part.sandbox, again=programme is not None)
    if programme is None:
        programme = ProgrammeRow(programme_id=part.programme_id, part=policy, version=1)
        tx.session.add(programme)
    elif programme.part != policy:
        programme.part = policy
        programme.version += 1
    return programme


def _register(tx: Transaction, row: ProviderRow | None, terms: ProviderTerms) -> bool:
    """Whether a provider is new or changed; if so it is kept and announced."""
    facts = terms.model_dump() | {"specialisms": list(terms.specialisms)}
    if row and all(getattr(row, name) == value for name, value in facts.items()):
        return False
    if row is None:
        tx.session.add(ProviderRow(programme_id=tx.programme_id, **facts))
    else:
        for name, value in facts.items():
            setattr(row, name, value)
    tx.announce(
        ProviderRegistered(
            **tx.envelope(),
            provider_id=terms.provider_id,
            display_name=terms.name,
            specialisms=terms.specialisms,
            capacity=terms.capacity,
            joined_on=terms.joined_on,
            left_on=terms.left_on,
        )
    )
    return True
