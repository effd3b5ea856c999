"""What a reporting test needs, all usual but what it names."""

from collections import Counter
from datetime import date
from typing import Any

from reporting.domain.standing import Counts
from reporting.domain.tracker import RowKind, TrackerRow

CONTRACT_START = date(2019, 9, 1)
THIRD_MONTH = date(2019, 11, 1)


def a_row(code: str, label: str, *outcomes: str, kind: RowKind = "outcome", counts: str | None = None) -> TrackerRow:
    return TrackerRow(code, label, kind, frozenset(outcomes), counts)


ANNEX_B = (
    a_row("referrals", "Total referrals", kind="activity", counts="referrals"),
    a_row("starts", "New Starts on Full Service", kind="activity", counts="new-starts"),
    a_row("wb-initial", "Initial Wellbeing", "WB_INITIAL"),
    a_row("wb-2", "2nd Wellbeing", "WB_2"),
    a_row("wb-3", "3rd Wellbeing", "WB_3"),
    a_row("fin-res", "Financial resilience", "FIN_RES"),
    a_row("stat-order", "Statutory Order", "STAT_ORDER"),
    a_row("acc-prev", "Prevention or relief/entry into suitable accommodation", "ACC_PREV"),
    a_row("acc-3m", "3 months sustainment", "ACC_3M"),
    a_row("acc-6m", "6 months sustainment", "ACC_6M"),
    a_row("acc-12m", "12 months sustainment", "ACC_12M"),
    a_row("acc-18m", "18 months sustainment", "ACC_18M"),
    a_row("edu-entry", "Entry into education and training", "EDU_ENTRY"),
    a_row("ofq-part", "Part Ofqual", "OFQ_PART"),
    a_row("ofq-full", "Full Ofqual", "OFQ_FULL"),
    a_row("emp-entry", "Entry into employment", "EMP_ENTRY", "EMP_ENTRY_2"),
    a_row("emp-6-5w", "6.5 weeks", "EMP_6_5W"),
    a_row("emp-13w", "13 weeks", "EMP_13W"),
    a_row("emp-26w", "26 weeks", "EMP_26W"),
    a_row("vol-entry", "Entry into volunteering/work experience", "VOL_ENTRY"),
    a_row("vol-6w", "6 weeks volunteering/work experience", "VOL_6W"),
    a_row("svc-access", "Accessing services", "SVC_ACCESS"),
    a_row("mh-sust", "Mental health sustained", "MH_SUST"),
    a_row("drug-sust", "Drugs/alcohol sustained", "DRUG_SUST"),
    a_row("added-value", "Added Value outcomes", kind="added-value"),
)


def an_outcome(**but: Any) -> dict[str, Any]:
    """An outcome's row, accepted in the month after it was achieved."""
    usual: dict[str, Any] = {
        "provider_id": "horton",
        "outcome": "ACC_3M",
        "achieved_on": date(2019, 10, 4),
        "accepted_on": date(2019, 11, 6),
        "claim_state": "approved",
        "withdrawn_on": None,
        "refusals": [],
        "contributors": [],
        "taken_back_on": None,
    }
    return usual | but


def counts(
    achieved: dict[str, int] | None = None,
    outstanding: dict[str, int] | None = None,
    added_value: dict[str, int] | None = None,
    activity: dict[str, int] | None = None,
) -> Counts:
    return Counts(Counter(achieved), Counter(outstanding), Counter(added_value), Counter(), activity or {})
