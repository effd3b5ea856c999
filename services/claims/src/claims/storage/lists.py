"""The lists of this service: in which orders they come, and by what they are narrowed."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import select

from claims.storage.tables.claims import ActRow, ClaimRow
from common.contracts import Code
from common.lists import Condition, Filter, Listing, Month, Order, changes, equal, few, having, month_of, queue, within
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
