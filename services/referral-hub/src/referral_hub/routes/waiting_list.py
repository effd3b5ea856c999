from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import ColumnElement

from common.transaction import Transaction
from common.web.access import reading
from common.web.fields import ShortCode
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.routing import Routes
from referral_hub.domain.dates import in_utc
from referral_hub.domain.placement_clock import wait, waits_since
from referral_hub.operations.loading import policy_in_force
from referral_hub.storage.referrals import list_waiting, pauses_in, requests_about
from referral_hub.storage.tables.referrals import ReferralRow

from .names import names_of
from .responses.waiting_list import Waiting

router = Routes(prefix="/v1/waiting-list", tags=["waiting list"])


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight")],
    over_days: Annotated[int | None, Query(ge=0, le=10_000, description="Who was referred more days ago.")] = None,
    source: ShortCode | None = None,
    complex: bool | None = None,
    priority: bool | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Waiting]:
    """The one waiting list, who was referred first at its head (S-11, S-12). Providers never see it (BR-A2).

    409: the programme is not loaded.
    """
    targets = (await policy_in_force(tx)).targets
    after = key_of(cursor, date.fromisoformat, lambda part: in_utc(datetime.fromisoformat(part)), UUID)
    filters = {ReferralRow.source: source, ReferralRow.complex: complex, ReferralRow.priority: priority}
    conditions: list[ColumnElement[bool]] = [ReferralRow.programme_id == tx.programme_id]
    conditions += [column == value for column, value in filters.items() if value is not None]
    conditions += [ReferralRow.referred_on < tx.today - timedelta(days=over_days)] if over_days is not None else []
    found = await list_waiting(tx.session, conditions, after, limit)
    names = await names_of(tx, found[:limit])
    requests = await requests_about(tx.session, [referral.id for referral in found])

    def shown(referral: ReferralRow) -> Waiting:
        since = waits_since(referral.referred_on, referral.received_at)
        pauses = pauses_in(requests, referral.id)
        waited = wait(since, tx.now, targets, priority=referral.priority, pauses=pauses)
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
            days_waiting=waited.elapsed.days,
            days_awaiting_information=waited.awaiting_information.days,
            due_at=waited.due_at,
            on_time=not waited.late,
            priority=referral.priority,
            complex=referral.complex,
            specialism=referral.specialism,
            intensity=referral.intensity,
            version=referral.version,
        )

    return page_of(found, limit, _place, shown)


def _place(referral: ReferralRow) -> tuple[date, str, UUID]:
    return referral.referred_on, referral.received_at.isoformat(), referral.id
