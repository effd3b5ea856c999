"""The lists of this service: in which orders they come, and by what they are narrowed."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import or_, select

from claims.domain.card_change import State
from claims.domain.equivalent import Ruling
from claims.storage.tables.claims import ActRow, ClaimRow
from claims.storage.tables.equivalents import EvidenceEquivalentRow
from claims.storage.tables.payment import StatementLineRow, StatementRow
from claims.storage.tables.rate_cards import AcceptedRateCardRow, RateCardChangeRow
from common.contracts import Code
from common.lists import (
    Condition,
    Filter,
    Listing,
    Month,
    Order,
    changes,
    equal,
    few,
    first_of,
    having,
    month_in,
    month_of,
    queue,
    unindexed,
    within,
)
from common.web.fields import BusinessDay
from rulebook.codes import ClaimState

ClaimNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,60}-[0-9]{6,12}$")]


def _stated_in(month: str) -> Condition:
    """With a line on the statement of a month, in which few are."""
    acts = select(ActRow.claim_id).where(ActRow.programme_id == ClaimRow.programme_id, ActRow.stated_month == month)
    return ClaimRow.claim_id.in_(acts)


CLAIMS = Listing(
    ClaimRow,
    columns=tuple(column for column in ClaimRow.__table__.c if column.key != "recorded_by"),
    orders={
        "achieved": Order((ClaimRow.achieved_on, ClaimRow.claim_id)),
        "waiting": queue(ClaimRow.waiting_since, ClaimRow.claim_id, filters=("state", "provider")),
        "due": queue(ClaimRow.due_on, ClaimRow.claim_id, filters=("provider",)),
    },
    usual="-achieved",
    changed=changes(ClaimRow.changed_in, ClaimRow.claim_id),
    filters={
        "state": equal(ClaimRow.state, ClaimState),
        "provider": equal(ClaimRow.provider_id, Code),
        "outcome": equal(ClaimRow.outcome, Code),
        "ready": equal(ClaimRow.ready, bool),
        "basis_changed": having(ClaimRow.basis_changed_on, "achieved"),
        "number": few(ClaimRow.number, ClaimNumber),
        "participant_id": few(ClaimRow.participant_id, UUID),
        "case_id": few(ClaimRow.case_id, UUID),
        "outcome_id": few(ClaimRow.outcome_id, UUID),
        "month": month_of(ClaimRow.achieved_on, "achieved"),
        "statement": Filter(Month, _stated_in, few=True),
        "waiting_since": within("waiting", date, lambda day: ClaimRow.waiting_since <= day),
        "due_by": within("due", date, lambda day: ClaimRow.due_on <= day),
    },
)
"""An array, of who recorded it, costs more to read than the rest of its row."""


def _in_force_on(day: date) -> Condition:
    until = AcceptedRateCardRow.in_force_until
    return (AcceptedRateCardRow.in_force_from <= day) & or_(until.is_(None), until >= day)


RATE_CARDS = Listing(
    AcceptedRateCardRow,
    orders={"card": Order((AcceptedRateCardRow.card, AcceptedRateCardRow.in_force_from, AcceptedRateCardRow.version))},
    usual="card",
    filters={"card": unindexed(AcceptedRateCardRow.card, Code), "on": Filter(BusinessDay, _in_force_on)},
)
CARD_CHANGES = Listing(
    RateCardChangeRow,
    orders={"drafted": Order((RateCardChangeRow.drafted_on, RateCardChangeRow.change_id))},
    usual="-drafted",
    filters={
        "state": unindexed(RateCardChangeRow.state, State),
        "card": unindexed(RateCardChangeRow.card, Code),
        "version": unindexed(RateCardChangeRow.version, Code),
        "month": month_in(RateCardChangeRow.drafted_on),
    },
)
EQUIVALENTS = Listing(
    EvidenceEquivalentRow,
    orders={"proposed": Order((EvidenceEquivalentRow.proposed_on, EvidenceEquivalentRow.equivalent_id))},
    usual="-proposed",
    filters={
        "outcome": unindexed(EvidenceEquivalentRow.outcome, Code),
        "kind": unindexed(EvidenceEquivalentRow.kind, Code),
        "provider": unindexed(EvidenceEquivalentRow.provider_id, Code),
        "ruling": unindexed(EvidenceEquivalentRow.ruling, Ruling),
        "decided": Filter(
            bool,
            lambda so: EvidenceEquivalentRow.ruling.is_not(None) if so else EvidenceEquivalentRow.ruling.is_(None),
        ),
        "month": month_in(EvidenceEquivalentRow.proposed_on),
    },
)
STATEMENTS = Listing(
    StatementRow,
    orders={"month": Order((StatementRow.month,))},
    usual="-month",
    filters={
        "month": month_in(StatementRow.month),
        "from_month": Filter(Month, lambda month: StatementRow.month >= first_of(month)),
        "to_month": Filter(Month, lambda month: StatementRow.month <= first_of(month)),
    },
)
STATEMENT_LINES = Listing(
    StatementLineRow,
    orders={"position": Order((StatementLineRow.position,))},
    usual="position",
    of=("statement_id",),
    filters={
        "kind": unindexed(StatementLineRow.kind, Literal["claim", "adjustment"]),
        "provider": unindexed(StatementLineRow.provider_id, Code),
        "outcome": unindexed(StatementLineRow.outcome, Code),
        "claim_id": unindexed(StatementLineRow.claim_id, UUID),
        "number": unindexed(StatementLineRow.claim_number, ClaimNumber),
    },
)
