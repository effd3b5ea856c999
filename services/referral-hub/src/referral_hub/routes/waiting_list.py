from datetime import timedelta
from typing import Annotated

from fastapi import Query

from common.transaction import Transaction
from common.web.access import reading
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.domain.placement_clock import wait, waits_since
from referral_hub.operations.loading import policy_in_force
from referral_hub.storage.lists import WAITING_LIST
from referral_hub.storage.referrals import pauses_in, requests_about
from referral_hub.storage.tables.referrals import ReferralRow

from .names import names_of
from .responses.waiting_list import Waiting

router = Routes(prefix="/v1/waiting-list", tags=["waiting list"])


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
    query: Annotated[Asked, asking(WAITING_LIST)],
    over_days: Annotated[int | None, Query(ge=0, le=10_000, description="Who was referred more days ago.")] = None,
) -> Page[Waiting]:
    """The one waiting list, who was referred first at its head (S-11, S-12). Providers never see it (BR-A2).

    409: the programme is not loaded.
    """
    targets = (await policy_in_force(tx)).targets
    over = [] if over_days is None else [ReferralRow.referred_on < tx.today - timedelta(days=over_days)]
    results = await query.found(tx, *over)
    names = await names_of(tx, results.rows)
    requests = await requests_about(tx.session, [referral.id for referral in results.rows])

    def shown(referral: ReferralRow) -> Waiting:
        since = waits_since(referral.referred_on, referral.received_at)
        pauses = pauses_in(requests, referral.id)
        clock = wait(since, tx.now, targets, priority=referral.priority, pauses=pauses)
        return Waiting(
            referral_id=referral.id,
            participant_id=referral.participant_id,
            name=names.get(referral.participant_id),
            state=referral.state,
            source=referral.source,
            pathway=referral.pathway,
            referred_on=referral.referred_on,
            received_at=referral.received_at,
            waits_since=since,
            days_waiting=clock.elapsed.days,
            days_awaiting_information=clock.awaiting_information.days,
            due_at=clock.due_at,
            on_time=not clock.late,
            priority=referral.priority,
            complex=referral.complex,
            specialism=referral.specialism,
            intensity=referral.intensity,
            version=referral.version,
        )

    return results.page(shown)
