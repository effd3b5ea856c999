"""A submitted month is remembered as it was submitted, and vacancies show beside the contract's targets."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from common.contracts import cases, claims
from common.ids import new_id
from reporting.events.heard import REACTIONS
from tests.parts.api import FrontDoor, records_of, someone
from tests.reporting.api.programme import COUNCIL, HORTON, PRIME, STRANGER, a_part, load, some_targets
from tests.reporting.story import an, an_accepted_outcome

NOVEMBER = "2019-11"
DECEMBER = datetime(2019, 12, 2, 9, tzinfo=UTC)
ELSEWHERE = someone("provider-manager", organisation="nobody-known", kind="provider")


async def submit(door: FrontDoor, who: str, status: int = 201, at: datetime = DECEMBER, **body: Any) -> dict[str, Any]:
    answer = await door.post("/v1/monthly-reports", who, {"month": NOVEMBER, **body}, at=at)
    assert answer.status_code == status, answer.text
    return answer.json()


async def tracker(door: FrontDoor, who: str = HORTON, **query: Any) -> dict[str, Any]:
    answer = await door.get("/v1/kpi-tracker", who, month=query.pop("month", NOVEMBER), **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def row(shown: dict[str, Any], name: str = "three-months") -> dict[str, Any]:
    return next(one for one in shown["rows"] if one["row"] == name)


async def test_what_is_corrected_after_a_report_is_known_now_and_the_report_stands(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    story = an_accepted_outcome(person)
    await door.hear(REACTIONS, records_of(story))
    await submit(door, HORTON)
    await door.hear(REACTIONS, records_of([*story, an(claims.EvidenceReturned, person)]))
    await load(door, targets=[])

    reported, known = await tracker(door), await tracker(door, known="now")
    sheets = [
        [
            (await door.get(f"/v1/kpi-tracker/{kind}", HORTON, month=NOVEMBER, known=one)).content
            for one in ("submitted", "now")
        ]
        for kind in ("csv", "xlsx")
    ]
    assert (reported["submitted_on"], known["submitted_on"]) == ("2019-12-02", None)
    assert (row(reported)["actuals_to_date"], row(reported)["target_to_date"]) == (1, 30)
    assert (row(known)["actuals_to_date"], row(known)["target_to_date"]) == (0, 0)
    assert (await tracker(door, PRIME, provider="horton")) == reported
    assert all(submitted != now for submitted, now in sheets)


async def test_the_partnerships_report_is_the_primes_and_no_providers(door: FrontDoor) -> None:
    await load(door)
    await submit(door, PRIME, staffing={"posts_hundredths": 100, "filled_hundredths": 0})

    whole, mine = await tracker(door, COUNCIL), await tracker(door)
    assert (whole["submitted_on"], mine["submitted_on"]) == ("2019-12-02", None)
    assert row(whole)["capacity_adjusted"]["target_to_date"] == row(whole)["target_to_date"] == 36


@pytest.mark.row("S-102")
async def test_a_month_is_submitted_once_after_it_has_ended(door: FrontDoor) -> None:
    await load(door)

    early = await submit(door, HORTON, 409, datetime(2019, 11, 30, 23, 59, tzinfo=UTC))
    await submit(door, HORTON)
    again = await submit(door, HORTON, 409)

    assert (early["type"], early["detail"]) == ("/problems/month-not-ended", "Submit 2019-11 from 2019-12-01.")
    assert again["type"] == "/problems/report-submitted"
    assert again["detail"] == (
        "2019-11 stands as submitted on 2019-12-02. Correct it while nobody has accepted it "
        "(POST /v1/monthly-reports/2019-11/corrections); later, corrections show in later months."
    )


async def test_a_month_submitted_twice_at_once_stands_once(door: FrontDoor) -> None:
    await load(door)

    body = {"month": NOVEMBER}
    answers = await asyncio.gather(*(door.post("/v1/monthly-reports", HORTON, body, at=DECEMBER) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await door.rows("select 1 from monthly_report")) == 1


@pytest.mark.row("S-121")
async def test_vacancies_show_beside_the_contracts_targets_and_never_instead(door: FrontDoor) -> None:
    await load(door)
    await door.hear(REACTIONS, records_of([one for _ in range(24) for one in an_accepted_outcome(new_id())]))
    await submit(door, HORTON, staffing={"posts_hundredths": 450, "filled_hundredths": 225})

    shown, partnership = row(await tracker(door)), row(await tracker(door, PRIME))
    assert (shown["target_to_date"], shown["variance"], shown["percent_of_target"]) == (30, -6, "80.0%")
    assert shown["capacity_adjusted"] == {"target_to_date": 25, "variance": -1, "percent_of_target": "96.0%"}
    assert (partnership["target_to_date"], partnership["capacity_adjusted"]["target_to_date"]) == (36, 31)
    december = row(await tracker(door, month="2019-12"))
    assert (december["target_to_date"], december["capacity_adjusted"]["target_to_date"]) == (40, 35)


@pytest.mark.row("S-121")
async def test_a_target_of_one_a_month_shrinks_with_half_the_posts_filled(door: FrontDoor) -> None:
    """Four months at half the posts, of 1 a month in one row and 19 in another: 2 and 38, not 4 and 40."""
    await load(door, targets=[some_targets("horton", referrals=19, three_months=1)])
    for month in ("2019-09", "2019-10", "2019-11", "2019-12"):
        half = {"posts_hundredths": 400, "filled_hundredths": 200}
        await submit(door, HORTON, at=datetime(2020, 1, 6, 9, tzinfo=UTC), month=month, staffing=half)

    shown = await tracker(door, month="2019-12")
    assert [row(shown, name)["capacity_adjusted"]["target_to_date"] for name in ("three-months", "referrals")] == [
        2,
        38,
    ]
    assert row(shown, "total-outcomes")["capacity_adjusted"]["target_to_date"] == 2


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        (HORTON, {"month": "2019-13"}, 422),
        (HORTON, {"staffing": {"posts_hundredths": 0, "filled_hundredths": 0}}, 422),
        (HORTON, {"staffing": {"posts_hundredths": 100, "filled_hundredths": 101}}, 422),
        (HORTON, {"staffing": {"posts_hundredths": 100, "filled_hundredths": -1}}, 422),
        (HORTON, {"staffing": {"posts_hundredths": 1.5, "filled_hundredths": 1}}, 422),
        (HORTON, {"whose": "horton"}, 422),
        (HORTON, {"provider": "pdap"}, 404),
        (PRIME, {"provider": "horton"}, 404),
        (ELSEWHERE, {}, 404),
        (STRANGER, {}, 409),
        (COUNCIL, {}, 403),
    ],
)
async def test_nobody_reports_nonsense_or_for_somebody_else(
    door: FrontDoor, who: str, body: dict[str, Any], status: int
) -> None:
    await load(door)

    await submit(door, who, status, **body)

    assert await door.rows("select 1 from monthly_report") == []


@pytest.mark.row("S-102")
async def test_a_report_is_never_rewritten(door: FrontDoor) -> None:
    await load(door)
    await submit(door, HORTON)

    for statement in ("update monthly_report set figures = '{}' returning 1", "delete from monthly_report returning 1"):
        with pytest.raises(Exception, match="permission denied"):
            await door.rows(statement)


async def test_targets_nobody_stated_are_said_and_the_counts_go_on(door: FrontDoor) -> None:
    await load(door, targets=[{"provider_id": "horton", "from_on": "2019-10-01", "monthly": {"three-months": 10}}])
    await door.hear(REACTIONS, records_of([an(cases.OutcomeRecorded, new_id())]))

    mine, whole = await tracker(door), await tracker(door, PRIME)
    [missing] = mine["targets_missing"]
    assert (missing["provider_id"], missing["months"]) == ("horton", ["2019-09-01"])
    assert missing["says"].startswith("No targets are stated for horton for 2019-09: they count as 0.")
    assert [one["provider_id"] for one in whole["targets_missing"]] == ["horton", "pdap"]
    assert (row(mine)["target_to_date"], row(mine)["evidence_outstanding"]) == (20, 1)
    assert date.fromisoformat(mine["month"]) == date(2019, 11, 1)


async def correct(door: FrontDoor, who: str, status: int = 201, **body: Any) -> dict[str, Any]:
    path = f"/v1/monthly-reports/{NOVEMBER}/corrections"
    answer = await door.post(path, who, {"reason": "Two posts were counted twice.", **body}, at=DECEMBER)
    assert answer.status_code == status, answer.text
    return answer.json()


async def accept(door: FrontDoor, who: str, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = await door.post(f"/v1/monthly-reports/{NOVEMBER}/acceptance", who, {"version": 1, **body}, at=DECEMBER)
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(door: FrontDoor, who: str = HORTON, status: int = 200, **query: Any) -> dict[str, Any]:
    answer = await door.get(f"/v1/monthly-reports/{query.pop('month', NOVEMBER)}", who, **query)
    assert answer.status_code == status, answer.text
    return answer.json()


async def listed(door: FrontDoor, who: str, at: datetime = DECEMBER, **query: Any) -> list[tuple[Any, ...]]:
    """Every page of the list: month, provider and state."""
    found: list[tuple[Any, ...]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await door.get("/v1/monthly-reports", who, at=at, **query, **cursor)
        assert answer.status_code == 200, answer.text
        found += [(one["month"], one["provider_id"], one["state"]) for one in answer.json()["items"]]
        if answer.json()["next"] is None:
            return found
        cursor = {"cursor": answer.json()["next"]}


FULLY = {"posts_hundredths": 400, "filled_hundredths": 400}
HALF = {"posts_hundredths": 400, "filled_hundredths": 200}


@pytest.mark.row("S-102")
async def test_a_report_is_read_as_it_was_submitted_by_whom_it_is_for(door: FrontDoor) -> None:
    await load(door)
    await submit(door, HORTON, staffing=HALF)

    mine = await read(door)
    assert (mine["version"], mine["state"], mine["staffing"], mine["reason"]) == (1, "submitted", HALF, None)
    assert mine["tracker"] == await tracker(door)
    assert await read(door, PRIME, provider="horton") == await read(door, COUNCIL, provider="horton") == mine
    for who, query in ((PRIME, {}), (PRIME, {"provider": "pdap"}), (HORTON, {"version": 2}), (ELSEWHERE, {})):
        assert (await read(door, who, 404, **query))["type"] == "/problems/no-such-report"
    assert (await read(door, HORTON, 404, provider="pdap"))["type"] == "/problems/no-such-provider"
    await read(door, STRANGER, 404, provider="horton")


@pytest.mark.row("S-102")
async def test_a_report_is_corrected_with_its_reason_and_the_earlier_one_stays_readable(door: FrontDoor) -> None:
    await load(door)
    await submit(door, HORTON, staffing=HALF)
    await door.hear(REACTIONS, records_of(an_accepted_outcome(new_id())))

    corrected = await correct(door, HORTON, staffing=FULLY)

    mine, before = await read(door), await read(door, version=1)
    assert (corrected["version"], mine["version"], before["version"]) == (2, 2, 1)
    assert [one["reason"] for one in mine["versions"]] == [None, "Two posts were counted twice."]
    assert (before["staffing"], mine["staffing"]) == (HALF, FULLY)
    assert [row(one["tracker"])["actuals_to_date"] for one in (before, mine)] == [0, 1]
    assert await tracker(door) == mine["tracker"], "the newest version stands"
    assert row(await tracker(door, month="2019-12"))["capacity_adjusted"]["target_to_date"] == 40, "the half is gone"


@pytest.mark.row("S-102")
async def test_what_was_accepted_is_corrected_no_more(door: FrontDoor) -> None:
    await load(door)
    await correct(door, HORTON, 404)
    await accept(door, PRIME, 404, provider="horton")
    await submit(door, HORTON)
    await correct(door, HORTON)

    assert (await accept(door, PRIME, 409, provider="horton"))["type"] == "/problems/report-corrected"
    assert (await accept(door, PRIME, provider="horton", version=2))["accepted_on"] == "2019-12-02"
    assert (await accept(door, PRIME, 409, provider="horton", version=2))["type"] == "/problems/report-accepted"
    refused = await correct(door, HORTON, 409)
    assert refused["detail"] == "2019-11 was accepted on 2019-12-02 and stands; corrections show in later months."
    assert (await read(door))["state"] == "accepted"


async def test_nobody_accepts_their_own_report(door: FrontDoor) -> None:
    await load(door)
    await submit(door, HORTON)
    await submit(door, PRIME)

    for who, body in ((HORTON, {}), (HORTON, {"provider": "horton"}), (PRIME, {}), (COUNCIL, {"provider": "horton"})):
        await accept(door, who, 403, **body)
    await accept(door, PRIME, provider="horton")
    await accept(door, COUNCIL)


async def test_a_report_accepted_and_corrected_at_once_is_one_of_both(door: FrontDoor) -> None:
    await load(door)
    await submit(door, HORTON)

    path = f"/v1/monthly-reports/{NOVEMBER}"
    answers = await asyncio.gather(
        door.post(f"{path}/acceptance", PRIME, {"provider": "horton", "version": 1}, at=DECEMBER),
        door.post(f"{path}/corrections", HORTON, {"reason": "A late outcome."}, at=DECEMBER),
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.row("S-102")
async def test_who_has_submitted_and_who_has_not_is_listed_page_by_page(door: FrontDoor) -> None:
    await load(door)
    await submit(door, HORTON)
    await submit(door, PRIME)
    await accept(door, PRIME, provider="horton")

    everyone = await listed(door, PRIME, limit=2)
    assert everyone[:3] == [
        ("2019-11", None, "submitted"), ("2019-11", "horton", "accepted"), ("2019-11", "pdap", "missing"),
    ]  # fmt: skip
    assert [month for month, _, __ in everyone] == ["2019-11"] * 3 + ["2019-10"] * 3 + ["2019-09"] * 3
    assert await listed(door, COUNCIL) == everyone
    assert await listed(door, HORTON) == [one for one in everyone if one[1] == "horton"]
    assert await listed(door, PRIME, month=NOVEMBER, state="missing") == [("2019-11", "pdap", "missing")]
    assert await listed(door, PRIME, provider="pdap", state="submitted") == []
    assert await listed(door, HORTON, datetime(2019, 9, 30, 9, tzinfo=UTC), state="missing") == []


async def test_a_provider_that_left_owes_no_report_afterwards(door: FrontDoor) -> None:
    leaving = a_part()["providers"]
    leaving[1]["left_on"] = "2019-10-15"
    await load(door, providers=leaving)

    assert await listed(door, PRIME, provider="pdap") == [
        ("2019-10", "pdap", "missing"),
        ("2019-09", "pdap", "missing"),
    ]
