"""A small programme: two providers, four rows and the total."""

from datetime import date
from typing import Any

from tests.parts.api import FrontDoor, someone

OPERATOR = someone("operator", organisation="operations", kind="operator")
PRIME = someone("prime-manager")
COUNCIL = someone("council-oversight", organisation="kirklees-council", kind="council")
HORTON = someone("provider-manager", organisation="horton", kind="provider")
STRANGER = someone("prime-manager", programme="elsewhere")


def a_row(
    row: str, *outcomes: str, kind: str = "outcome", cards: tuple[str, ...] = ("generic", "pdap")
) -> dict[str, Any]:
    return {"row": row, "title": row, "kind": kind, "outcomes": outcomes, "cards": cards}


def an_activity(counts: str, row: str | None = None) -> dict[str, Any]:
    return a_row(row or counts, kind="activity") | {"counts": counts}


def some_targets(provider_id: str, **monthly: int) -> dict[str, Any]:
    named = {row.replace("_", "-"): target for row, target in monthly.items()}
    return {"provider_id": provider_id, "from_on": "2019-09-01", "monthly": named}


def a_part(**but: Any) -> dict[str, Any]:
    providers = [
        {"provider_id": "horton", "name": "Horton Housing", "rate_card": "generic"},
        {"provider_id": "pdap", "name": "Pennine Domestic Abuse Partnership", "rate_card": "pdap"},
    ]
    usual = {
        "programme_id": "kbop",
        "name": "A partnership",
        "starts_on": "2019-09-01",
        "ends_on": "2024-09-30",
        "delivery_data_until": None,
        "providers": [one | {"joined_on": date(2019, 9, 1).isoformat(), "left_on": None} for one in providers],
        "rows": [
            an_activity("referrals"),
            an_activity("new-starts"),
            a_row("three-months", "ACC_3M"),
            a_row("safety", "DA_TECH", cards=("pdap",)),
            a_row("added-value", kind="added-value"),
            a_row("total-outcomes", kind="total"),
        ],
        "targets": [some_targets("horton", referrals=12, three_months=10), some_targets("pdap", three_months=2)],
    }
    return usual | but


async def load(door: FrontDoor, **but: Any) -> None:
    loaded = await door.put("/v1/programmes/kbop", OPERATOR, a_part(**but))
    assert loaded.status_code == 200, loaded.text
