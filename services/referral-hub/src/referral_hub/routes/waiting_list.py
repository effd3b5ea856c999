from datetime import timedelta
from typing import Annotated

from fastapi import Query

from common.database.lookup import every
from common.transaction import Transaction
from common.web.access import reading
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.domain.placement_clock import wait, waits_since
from referral_hub.operations.loading import PolicyLookup, policy_with
from referral_hub.storage.lists import WAITING_LIST
from referral_hub.storage.participants import PARTICIPANTS
from referral_hub.storage.referrals import REQUESTS, pauses_in
from referral_hub.storage.tables.participants import ParticipantRow
from referral_hub.storage.tables.referrals import InformationRequestRow, ReferralRow

from .names import ids_to_name
from .responses.waiting_list import Waiting

router = Routes(prefix="/v1/waiting-list", tags=["waiting list"])


class WaitingLookup(PolicyLookup):
    """What is shown beside who waits."""

    participants: list[ParticipantRow] = every(PARTICIPANTS)
    requests: list[InformationRequestRow] = every(REQUESTS)


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
    query: Annotated[Asked, asking(WAITING_LIST)],
    over_days: Annotated[int | None, Query(ge=0, le=10_000, description="Who was referred more days ago.")] = None,
) -> Page[Waiting]:
    """The one waiting list, who was referred first at its head (S-11, S-12). Providers never see it (BR-A2).

    409: the programme is not loaded.
    """
    over = [] if over_days is None else [ReferralRow.referred_on < tx.today - timedelta(days=over_days)]
    results = await query.found(tx, *over)
    ids = {"participant_ids": ids_to_name(tx, results.rows), "referral_ids": [one.id for one in results.rows]}
    policy, lookup = await policy_with(tx, WaitingLookup, **ids)
    names = {one.id: one.name for one in lookup.participants}

    def shown(referral: ReferralRow) -> Waiting:
        since = waits_since(referral.referred_on, referral.received_at)
        pauses = pauses_in(lookup.requests, referral.id)
        clock = wait(since, tx.now, policy.targets, priority=referral.priority, pauses=pauses)
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
