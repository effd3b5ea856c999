"""Keep a case's row: its start, its first plan and its end."""

from typing import Any

from common.contracts.cases import (
    CaseClosed,
    CaseClosureCorrected,
    CaseReopened,
    CaseStartCorrected,
    CaseStarted,
    CaseStartWithdrawn,
    SupportPlanAgreed,
    SupportPlanCorrected,
    SupportPlanWithdrawn,
)
from common.transaction import Transaction
from reporting.storage.projecting import keep
from reporting.storage.tables.read_models import SupportCaseRow

FIRST_PLAN = frozenset({"plan_agreed_on", "plan_days"})


async def keep_started(tx: Transaction, event: CaseStarted | CaseStartCorrected) -> None:
    keep(tx, SupportCaseRow, **_which(event), started_on=event.started_on)


async def keep_start_withdrawn(tx: Transaction, event: CaseStartWithdrawn) -> None:
    keep(tx, SupportCaseRow, **_which(event), started_on=None)


async def keep_planned(tx: Transaction, event: SupportPlanAgreed) -> None:
    """The support-plan clock stops at the first plan; later ones change nothing here (BR-B3)."""
    plan: dict[str, Any] = {"plan_agreed_on": event.agreed_on, "plan_days": event.days_from_allocation}
    keep(tx, SupportCaseRow, **_which(event), **plan, earliest=FIRST_PLAN)


async def keep_plan_corrected(tx: Transaction, event: SupportPlanCorrected | SupportPlanWithdrawn) -> None:
    """The clock stops at the first of the plans that still stand; with none, it runs."""
    plan: dict[str, Any] = {"plan_agreed_on": event.first_agreed_on, "plan_days": event.first_days_from_allocation}
    keep(tx, SupportCaseRow, **_which(event), **plan)


async def keep_closed(tx: Transaction, event: CaseClosed | CaseClosureCorrected) -> None:
    columns: dict[str, Any] = {"closed_on": event.closed_on, "closure_reason": event.reason}
    keep(tx, SupportCaseRow, **_which(event), **columns)


async def keep_reopened(tx: Transaction, event: CaseReopened) -> None:
    """It closed by mistake: it never did."""
    keep(tx, SupportCaseRow, **_which(event), closed_on=None, closure_reason=None)


Told = (
    CaseStarted
    | CaseStartCorrected
    | CaseStartWithdrawn
    | SupportPlanAgreed
    | SupportPlanCorrected
    | SupportPlanWithdrawn
    | CaseClosed
    | CaseClosureCorrected
    | CaseReopened
)


def _which(event: Told) -> dict[str, Any]:
    return {"case_id": event.case_id, "participant_id": event.participant_id, "provider_id": event.provider_id}
