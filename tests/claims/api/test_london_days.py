"""A day is London's, in winter and in summer time: an outcome of a day that has not begun there is still to come."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.claims.parts import CASEWORKER, as_said, evidenced, raised, shown
from tests.parts.api import FrontDoor

SUMMER = {"achieved_on": date(2022, 9, 1)}
WINTER = {"achieved_on": date(2022, 12, 1)}


@pytest.mark.parametrize(
    ("of", "at", "refused"),
    [
        (SUMMER, "2022-08-31T22:59:59Z", ["achieved_in_future"]),
        (SUMMER, "2022-08-31T23:00:00Z", []),
        (WINTER, "2022-11-30T23:59:59Z", ["achieved_in_future"]),
        (WINTER, "2022-12-01T00:00:00Z", []),
    ],
)
async def test_beforehand_and_on_record_the_day_begins_at_london_midnight(
    door: FrontDoor, of: dict[str, Any], at: str, refused: list[str]
) -> None:
    now = datetime.fromisoformat(at)
    event = evidenced(at=now, **of)

    beforehand = (await door.post("/v1/claims/pre-check", CASEWORKER, as_said(event), at=now)).json()
    [claim_id] = await raised(door, event)
    recorded = (await shown(door, claim_id))["assessment"]

    for said in (beforehand, recorded):
        assert [check["code"] for check in said["checks"] if check["verdict"] != "pass"] == refused
