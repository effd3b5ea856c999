"""The lists of this service: in which orders they come, and by what they are narrowed."""

from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import any_, literal, or_

from common.lists import Condition, Filter, Listing, Order, changes, equal, few, month_of, queue, unindexed
from common.web.fields import BusinessDay, ShortCode
from common.web.http.external_ids import by_external_id, external_ids_of
from referral_hub.domain.made_up import Answer, MemberState
from referral_hub.domain.referral import ReferralState
from referral_hub.storage.tables.allocations import DeclineRow
from referral_hub.storage.tables.drop_ins import DropInRow
from referral_hub.storage.tables.external_ids import ExternalIdRow
from referral_hub.storage.tables.programme import ProviderRow
from referral_hub.storage.tables.referrals import WAITS, ReferralRow
from referral_hub.storage.tables.sandbox import SandboxGroupRow, SandboxMemberRow

Thing = Literal["referral", "participant"]
EXTERNAL_IDS = external_ids_of(ExternalIdRow, Thing)
PARTNERSHIP = frozenset({"hub", "prime-manager", "council-oversight"})
"""An agency is told the state of its referrals and nothing else, so it asks by nothing else."""


def _inside(each: Filter) -> Filter:
    return replace(each, roles=PARTNERSHIP)


REFERRALS = Listing(
    ReferralRow,
    orders={"referred": Order((ReferralRow.referred_on, ReferralRow.id))},
    usual="-referred",
    changed=changes(ReferralRow.changed_in, ReferralRow.id),
    filters={
        "state": equal(ReferralRow.state, ReferralState),
        "external_id": by_external_id(ExternalIdRow, ReferralRow.id, "referral"),
        "agency": equal(ReferralRow.agency_id, ShortCode),
        "provider": equal(ReferralRow.provider_id, ShortCode),
        "source": _inside(equal(ReferralRow.source, ShortCode)),
        "pathway": _inside(equal(ReferralRow.pathway, ShortCode)),
        "returning": _inside(equal(ReferralRow.returning, bool)),
        "participant_id": _inside(few(ReferralRow.participant_id, UUID)),
    },
)


def _with_us_on(day: date) -> Condition:
    return (ProviderRow.joined_on <= day) & or_(ProviderRow.left_on.is_(None), ProviderRow.left_on >= day)


PROVIDERS = Listing(
    ProviderRow,
    orders={"code": Order((ProviderRow.provider_id,))},
    usual="code",
    filters={
        "specialism": Filter(ShortCode, lambda code: literal(code) == any_(ProviderRow.specialisms)),
        "on": Filter(BusinessDay, _with_us_on),
    },
)
DROP_INS = Listing(
    DropInRow,
    orders={"dropped-in": Order((DropInRow.dropped_in_on, DropInRow.id))},
    usual="-dropped-in",
    filters={
        "provider": equal(DropInRow.provider_id, ShortCode),
        "participant_id": few(DropInRow.participant_id, UUID),
        "month": month_of(DropInRow.dropped_in_on, "dropped-in"),
    },
)
DECLINES = Listing(
    DeclineRow,
    orders={"declined": Order((DeclineRow.declined_on, DeclineRow.id))},
    usual="-declined",
    filters={
        "provider": equal(DeclineRow.provider_id, ShortCode),
        "reason": equal(DeclineRow.reason, ShortCode),
        "source": equal(DeclineRow.source, ShortCode),
        "complex": equal(DeclineRow.complex, bool),
        "final": equal(DeclineRow.final, bool),
        "referral_id": few(DeclineRow.referral_id, UUID),
        "month": month_of(DeclineRow.declined_on, "declined"),
    },
)
WAITING_LIST = Listing(
    ReferralRow,
    orders={
        "waiting": queue(ReferralRow.referred_on, ReferralRow.received_at, ReferralRow.id, among=WAITS),
    },
    usual="waiting",
    filters={
        "source": unindexed(ReferralRow.source, ShortCode),
        "pathway": unindexed(ReferralRow.pathway, ShortCode),
        "state": unindexed(ReferralRow.state, ReferralState),
        "complex": unindexed(ReferralRow.complex, bool),
        "priority": unindexed(ReferralRow.priority, bool),
        "returning": unindexed(ReferralRow.returning, bool),
    },
)
SANDBOX_GROUPS = Listing(
    SandboxGroupRow,
    orders={"asked": Order((SandboxGroupRow.id,))},
    usual="-asked",
    filters={"provider": equal(SandboxGroupRow.provider_id, ShortCode)},
)
SANDBOX_MEMBERS = Listing(
    SandboxMemberRow,
    orders={"asked": Order((SandboxMemberRow.id,))},
    usual="asked",
    filters={
        "provider": equal(SandboxMemberRow.provider_id, ShortCode),
        "state": equal(SandboxMemberRow.state, MemberState),
        "answer": equal(SandboxMemberRow.answer, Answer),
        "group_id": few(SandboxMemberRow.group_id, UUID),
        "participant_id": few(SandboxMemberRow.participant_id, UUID),
    },
)
