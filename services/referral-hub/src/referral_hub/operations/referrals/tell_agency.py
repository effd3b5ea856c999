from collections.abc import Sequence

from common.contracts.referrals import ReferralStandingChanged
from common.transaction import Transaction
from referral_hub.domain.referral import standing_shown
from referral_hub.storage.referrals import joined_to, last_told, open_requests, referrals_with
from referral_hub.storage.tables.referrals import InformationRequestRow, ReferralRow


async def tell_agency(tx: Transaction, *referrals: ReferralRow) -> None:
    """Announce how referrals stand for the agencies that made them, and those that joined them, where that changed.

    Held against what was last announced, so that it may be asked for after any change: what an agency is not shown,
    such as that somebody was placed, is not announced either (X-2). As the hub, which alone sees all of them.
    """
    await tx.session.flush()
    joined = await joined_to(tx.session, [one.id for one in referrals])
    concerned = {one.id: one for one in (*referrals, *joined) if one.agency_id is not None}
    standing = await referrals_with(tx.session, [one.joined_to for one in concerned.values() if one.joined_to])
    for referral in concerned.values():
        event = await _told(tx, referral, standing.get(referral.joined_to) if referral.joined_to else None)
        said = event.model_dump(mode="json", exclude={*tx.envelope()})
        if said != await last_told(tx.session, event, {*said}):
            tx.announce(event)


async def _told(tx: Transaction, referral: ReferralRow, joined: ReferralRow | None) -> ReferralStandingChanged:
    assert referral.agency_id is not None  # noqa: S101 - only those are told
    asked: Sequence[InformationRequestRow] = () if joined else await open_requests(tx.session, referral.id)
    return ReferralStandingChanged(
        **tx.envelope(),
        referral_id=referral.id,
        agency_id=referral.agency_id,
        state=standing_shown(referral.state, joined.state if joined else None),
        closed_on=(joined or referral).closed_on,
        asked=tuple(sorted({one.question_code for one in asked})),
    )
