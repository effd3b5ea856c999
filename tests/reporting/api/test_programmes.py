from pathlib import Path
from typing import Any

import pytest

from programme import load_folder
from simulation.scaled import scaled
from tests.parts.api import FrontDoor
from tests.reporting.api.programme import COUNCIL, OPERATOR, PRIME, a_part, a_row, load, some_targets

KBOP = Path(__file__).parents[3] / "programmes/kbop"


async def test_a_programme_is_accepted_once_and_the_same_content_again_changes_nothing(door: FrontDoor) -> None:
    first = await door.put("/v1/programmes/kbop", OPERATOR, a_part())
    again = await door.put("/v1/programmes/kbop", OPERATOR, a_part())

    assert first.json() == {"programme_id": "kbop", "version": 1, "changed": True}
    assert again.json() == {"programme_id": "kbop", "version": 1, "changed": False}
    assert len(await door.rows("select version from programme")) == 1


async def test_a_change_is_a_new_version_and_the_accepted_one_stays(door: FrontDoor) -> None:
    await load(door)
    await load(door, targets=[some_targets("horton", three_months=11)])

    kept = await door.rows("select version, monthly from kpi_targets where provider_id = 'horton' order by version")
    assert kept == [
        {"version": 1, "monthly": {"referrals": 12, "three-months": 10}},
        {"version": 2, "monthly": {"three-months": 11}},
    ]


async def test_loading_is_audited_and_announces_nothing(door: FrontDoor) -> None:
    await load(door)

    [audited] = await door.rows("select action, subjects from audit")
    assert audited == {"action": "put_programme", "subjects": ["programme/kbop"]}
    assert await door.announced() == []


async def test_only_an_operator_loads_a_programme(door: FrontDoor) -> None:
    answer = await door.put("/v1/programmes/kbop", PRIME, a_part())

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")


@pytest.mark.parametrize(("path", "body"), [("elsewhere", "elsewhere"), ("kbop", "elsewhere"), ("elsewhere", "kbop")])
async def test_a_programme_other_than_the_tokens_is_refused(door: FrontDoor, path: str, body: str) -> None:
    answer = await door.put(f"/v1/programmes/{path}", OPERATOR, a_part(programme_id=body))

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/another-programme")


async def test_what_reporting_does_not_know_is_refused_and_named(door: FrontDoor) -> None:
    answer = await door.put("/v1/programmes/kbop", OPERATOR, a_part(prices=[]))

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "body.prices", "problem": "Extra inputs are not permitted", "pointer": "#/prices"}
    ]


async def test_two_target_periods_of_a_provider_from_one_day_are_refused(door: FrontDoor) -> None:
    twice = [some_targets("horton", three_months=10), some_targets("horton", three_months=11)]
    answer = await door.put("/v1/programmes/kbop", OPERATOR, a_part(targets=twice))

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/targets-stated-twice")


async def test_an_activity_row_that_does_not_say_what_it_counts_is_told_what_it_may(
    door: FrontDoor,
) -> None:
    answer = await door.put("/v1/programmes/kbop", OPERATOR, a_part(rows=[a_row("new-starts", kind="activity")]))

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/rows-count-amiss")
    assert "new-starts" in answer.json()["detail"]
    assert "drop-ins" in answer.json()["detail"]


async def test_the_shipped_programme_loads_and_its_tracker_ends_with_the_total(door: FrontDoor) -> None:
    part = load_folder(KBOP).reporting_part()
    loaded = await door.put("/v1/programmes/kbop", OPERATOR, part.model_dump(mode="json"))
    shown = await door.get("/v1/kpi-tracker", COUNCIL, month="2019-12")

    assert loaded.status_code == 200
    rows = [row["row"] for row in shown.json()["rows"]]
    assert rows[:3] == ["referrals", "new-starts", "initial-wellbeing"]
    assert rows[-2:] == ["added-value", "total-outcomes"]
    assert all(row["target_to_date"] == 4 * row["monthly_target"] for row in shown.json()["rows"][:1])


@pytest.mark.parametrize(
    "but",
    [
        {"name": "nothing\x00here"},
        {"targets": [some_targets("horton", three_months=10**400)]},
        {"targets": [some_targets("horton", three_months=-1)]},
        {"starts_on": "0001-01-01"},
    ],
)
async def test_what_no_programme_says_never_breaks_the_tracker(door: FrontDoor, but: dict[str, Any]) -> None:
    loaded = await door.put("/v1/programmes/kbop", OPERATOR, a_part(**but))
    shown = await door.get("/v1/kpi-tracker", COUNCIL, month="2099-12")

    assert loaded.status_code in (200, 422)
    assert shown.status_code in (200, 409)


async def test_a_programme_scaled_to_few_is_accepted_and_its_targets_add_up(door: FrontDoor) -> None:
    part = scaled(load_folder(KBOP), 200).reporting_part().model_dump(mode="json")
    loaded = await door.put("/v1/programmes/kbop", OPERATOR, part)

    assert loaded.status_code == 200, loaded.text
    shown = (await door.get("/v1/kpi-tracker", PRIME, month="2024-03")).json()
    starts = next(row for row in shown["rows"] if row["row"] == "new-starts")
    assert (shown["targets_missing"], shown["illustrative_targets"]) == ([], True)
    assert 160 <= starts["target_to_date"] <= 200
