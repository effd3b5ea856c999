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
    joiners = await joined_to(tx.session, [one.id for one in referrals])
    by_id = {one.id: one for one in (*referrals, *joiners) if one.agency_id is not None}
    standing = await referrals_with(tx.session, [one.joined_to for one in by_id.values() if one.joined_to])
    for referral in by_id.values():
        event = await _told(tx, referral, standing.get(referral.joined_to) if referral.joined_to else None)
        content = event.model_dump(mode="json", exclude={*tx.envelope()})
        if content != await last_told(tx.session, event, {*content}):
            tx.announce(event)


async def _told(tx: Transaction, referral: ReferralRow, other: ReferralRow | None) -> ReferralStandingChanged:
    assert referral.agency_id is not None  # noqa: S101 - only those are told
    questions: Sequence[InformationRequestRow] = () if other else await open_requests(tx.session, referral.id)
    return ReferralStandingChanged(
        **tx.envelope(),
        referral_id=referral.id,
        agency_id=referral.agency_id,
        state=standing_shown(referral.state, other.state if other else None),
        closed_on=(other or referral).closed_on,
        asked=tuple(sorted({one.question_code for one in questions})),
    )
