"""What a verified claim pays: priced once, never beyond the cap, shared to the penny, stated once and for ever."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text

from claims.domain.statement import first_of_month
from common.ids import new_id
from tests.claims.builders import KBOP
from tests.claims.parts import (
    AT,
    CASEWORKER,
    FINANCE,
    FOREIGN_MANAGER,
    MANAGER,
    OTHER_VERIFIER,
    OVERSIGHT,
    PRIME,
    VERIFIER,
    asking,
    evidenced,
    load,
    raised,
    shown,
    step,
    submitted,
    verified,
)
from tests.parts.api import FrontDoor

NOVEMBER = datetime(2022, 11, 2, 9, 0, tzinfo=UTC)
DECEMBER = datetime(2022, 12, 2, 9, 0, tzinfo=UTC)
WEEKS_26 = 220_000
"""The one published price of a sustained job, in pence (001:629)."""


async def value_of(door: FrontDoor, claim_id: str, who: str = FINANCE) -> dict[str, Any]:
    return (await door.get(f"/v1/claims/{claim_id}/value", who)).json()


async def close(door: FrontDoor, month: str, at: datetime = NOVEMBER, status: int = 201) -> dict[str, Any]:
    answer = await door.post("/v1/statements", FINANCE, {"month": month}, at=at)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.row("S-86")
async def test_a_published_price_is_paid_seventy_to_thirty(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced("EMP_26W"))

    value = await value_of(door, claim_id)

    assert (value["price_pence"], value["payable_pence"], value["above_cap_pence"]) == (WEEKS_26, WEEKS_26, 0)
    assert value["shares"] == [{"payer": "kirklees-council", "pence": 154_000}, {"payer": "lcf", "pence": 66_000}]
    [announced] = await door.announced("ClaimVerified")
    assert announced["shares"] == value["shares"]
    public = await door.rows("select type from outbox where topic = 'public.claims' and type = 'ClaimVerified'")
    assert len(public) == 1


@pytest.mark.row("S-87")
async def test_the_last_pound_of_the_cap_is_split_and_the_next_claim_pays_nothing(door: FrontDoor) -> None:
    await load(door, cap_pence=100_000)
    first, second = await verified(door, evidenced("EMP_26W"), evidenced("EMP_26W"))

    crossing, beyond = await value_of(door, first), await value_of(door, second)

    assert (crossing["payable_pence"], crossing["above_cap_pence"]) == (100_000, 120_000)
    assert [share["pence"] for share in crossing["shares"]] == [70_000, 30_000]
    assert (beyond["payable_pence"], beyond["above_cap_pence"]) == (0, WEEKS_26)
    assert (await shown(door, second))["state"] == "verified"
    position = (await door.get("/v1/programme/position", OVERSIGHT)).json()
    assert (position["payable_to_date_pence"], position["remaining_pence"]) == (100_000, 0)
    assert position["value_to_date_pence"] == 2 * WEEKS_26


@pytest.mark.row("S-87")
async def test_each_share_of_the_cap_is_announced_once(door: FrontDoor) -> None:
    await load(door, cap_pence=400_000, cap_thresholds_percent=[50, 100])

    await verified(door, *(evidenced("EMP_26W") for _ in range(3)))

    reached = await door.announced("CapThresholdReached")
    assert [event["threshold_percent"] for event in reached] == [50, 100]


@pytest.mark.row("S-87")
async def test_a_share_is_announced_again_when_it_is_reached_again(door: FrontDoor) -> None:
    await load(door, cap_pence=400_000, cap_thresholds_percent=[50])
    [claim_id] = await verified(door, evidenced("EMP_26W"))

    await step(door, claim_id, "undoing", OTHER_VERIFIER, {"code": "mistake", "reason": "Not looked at."})
    await step(door, claim_id, "verification", VERIFIER)

    assert [each["payable_to_date_pence"] for each in await door.announced("CapThresholdReached")] == [WEEKS_26] * 2


@pytest.mark.row("S-87")
async def test_a_share_that_a_lower_cap_reaches_is_announced_when_the_cap_is_lowered(door: FrontDoor) -> None:
    await load(door, cap_pence=10 * WEEKS_26, cap_thresholds_percent=[50, 90])
    await verified(door, evidenced("EMP_26W"))

    await load(door, cap_pence=WEEKS_26, cap_thresholds_percent=[50, 90])
    await load(door, cap_pence=WEEKS_26, cap_thresholds_percent=[50, 90, 95])

    told = await door.announced("CapThresholdReached")
    assert [(each["threshold_percent"], each["cap_pence"]) for each in told] == [
        (50, WEEKS_26),
        (90, WEEKS_26),
        (95, WEEKS_26),
    ]


async def test_fifty_verifications_at_once_never_exceed_the_cap(door: FrontDoor) -> None:
    cap = 10 * WEEKS_26 + 1
    await load(door, cap_pence=cap)
    ids = await submitted(door, *(evidenced("EMP_26W") for _ in range(50)))

    answers = await asyncio.gather(
        *(door.post(f"/v1/claims/{claim_id}/verification", VERIFIER, at=AT) for claim_id in ids)
    )

    assert {answer.status_code for answer in answers} == {200}
    values = await door.rows("select payable_pence, payable_before_pence from valuation order by payable_before_pence")
    assert sorted(row["payable_pence"] for row in values) == [0] * 39 + [1] + [WEEKS_26] * 10
    assert sum(row["payable_pence"] for row in values) == cap
    [contract] = await door.rows("select payable_to_date_pence, value_to_date_pence from contract")
    assert contract == {"payable_to_date_pence": cap, "value_to_date_pence": 50 * WEEKS_26}


async def test_one_claim_verified_twice_at_once_is_verified_once(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())

    answers = await asyncio.gather(
        *(door.post(f"/v1/claims/{claim_id}/verification", VERIFIER, at=AT) for _ in range(2))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await door.announced("ClaimVerified")) == 1


@pytest.mark.row("S-90")
async def test_in_the_covid_window_a_claim_is_verified_pays_nothing_and_uses_up_its_key(door: FrontDoor) -> None:
    event = evidenced(achieved_on=date(2020, 5, 1), referred_on=date(2020, 1, 1), service_started_on=date(2020, 1, 2))
    [claim_id] = await verified(door, event)

    value = await value_of(door, claim_id)

    assert (value["payment_mode"], value["payable_pence"], value["above_cap_pence"]) == ("payment-for-service", 0, 0)
    assert value["price_pence"] > 0
    again = evidenced(participant_id=event.participant_id)
    _, duplicate = await raised(door, event, again)
    assert (await shown(door, duplicate))["state"] == "refused"


@pytest.mark.row("S-90")
async def test_a_grant_stands_apart_from_every_sum_and_from_the_cap(door: FrontDoor) -> None:
    window = {"mode": "payment-for-service", "from_on": "2022-10-01", "until_on": "2022-10-31"}
    await load(door, cap_pence=WEEKS_26, windows=[window | {"monthly_grant_pence": 30_000_000}])
    in_window = date(2022, 10, 1)
    await verified(door, evidenced("EMP_26W"), evidenced("ACC_3M", achieved_on=in_window))

    issued = [await close(door, month, at=DECEMBER) for month in ("2022-10", "2022-11")]

    october, november = [(await door.get(f"/v1/statements/{one['id']}", FINANCE)).json() for one in issued]
    position = (await door.get("/v1/programme/position", OVERSIGHT)).json()
    assert (october["grant_pence"], november["grant_pence"]) == (30_000_000, 0)
    assert october["payable_pence"] == WEEKS_26 == sum(share["pence"] for share in october["shares"])
    assert (october["lines"], october["above_cap_pence"], november["lines"]) == (2, 0, 0)
    assert (position["payable_to_date_pence"], position["remaining_pence"]) == (WEEKS_26, 0)
    assert [told["grant_pence"] for told in await door.announced("StatementIssued")] == [30_000_000, 0]


async def test_the_price_is_of_the_version_in_force_on_the_date_achieved(door: FrontDoor) -> None:
    ids = await verified(
        door,
        evidenced(achieved_on=date(2021, 6, 30)),
        evidenced(achieved_on=date(2020, 3, 31), referred_on=date(2020, 1, 1), service_started_on=date(2020, 1, 2)),
    )

    assert [(await value_of(door, each))["rate_card_version"] for each in ids] == ["2020-07", "2019-09"]


async def test_what_was_judged_valued_or_stated_is_never_rewritten(door: FrontDoor) -> None:
    await verified(door, evidenced())

    for table in ("valuation", "statement", "statement_line", "adjustment", "assessment", "heard_outcome", "act"):
        for statement in ("update {} set programme_id = 'other' returning 1", "delete from {} returning 1"):
            with pytest.raises(Exception, match="permission denied"):
                await door.rows(statement.format(table))


async def test_the_database_refuses_shares_that_are_not_the_whole(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced())

    with pytest.raises(Exception, match="ck_valuation_shares"):
        async with door.worker.begin() as session:
            await session.execute(
                text(
                    "insert into valuation (claim_id, programme_id, provider_id, verified_on, rate_card,"
                    " rate_card_version, quantity, price_pence, payable_pence, above_cap_pence, payable_before_pence,"
                    " payment_mode, shares, event_id) values (:id, 'kbop', 'x', '2022-01-01', 'g', 'v', 1, 10, 10, 0,"
                    ' 0, \'outcome\', \'[{"payer": "lcf", "pence": 9}]\', :id)'
                ),
                {"id": claim_id},
            )


@pytest.mark.row("S-85")
async def test_a_month_is_stated_to_the_penny(door: FrontDoor) -> None:
    await load(door, cap_pence=300_001)
    await verified(door, *(evidenced("EMP_26W") for _ in range(2)), evidenced("ACC_3M"))

    issued = await close(door, "2022-10")

    path = f"/v1/statements/{issued['id']}"
    statement = (await door.get(path, FINANCE)).json()
    lines = (await door.get(f"{path}/lines", FINANCE)).json()["items"]
    assert statement["lines"] == len(lines) == 3
    for name in ("value_pence", "payable_pence", "above_cap_pence"):
        assert statement[name] == sum(line[name] for line in lines)
    for share in statement["shares"]:
        assert share["pence"] == sum(
            s["pence"] for line in lines for s in line["shares"] if s["payer"] == share["payer"]
        )
    assert sum(share["pence"] for share in statement["shares"]) == statement["payable_pence"] == 300_001
    [announced] = await door.announced("StatementIssued")
    assert (announced["payable_pence"], announced["month"]) == (300_001, "2022-10-01")


async def test_a_month_takes_in_what_was_verified_by_london_midnight(door: FrontDoor) -> None:
    events = [evidenced() for _ in range(3)]
    ids = await submitted(door, *events)
    for claim_id, at in zip(ids, ("2022-10-31T23:59:59Z", "2022-11-01T00:00:00Z", "2022-09-30T23:30:00Z"), strict=True):
        await step(door, claim_id, "verification", VERIFIER, at=datetime.fromisoformat(at))

    await close(door, "2022-10", at=DECEMBER)

    found = await door.rows("select claim_id from statement_line")
    assert {str(row["claim_id"]) for row in found} == {ids[0], ids[2]}


@pytest.mark.row("S-85")
async def test_a_month_closes_once_in_order_and_after_it_has_ended(door: FrontDoor) -> None:
    await verified(door, evidenced())

    await close(door, "2022-11", status=409)
    await close(door, "2022-10", at=AT, status=409)
    await close(door, "2022-11", at=DECEMBER, status=409)
    await close(door, "2022-10")
    await close(door, "2022-10", status=409)
    await close(door, "2022-12", at=datetime(2023, 1, 2, tzinfo=UTC), status=409)
    await close(door, "2022-11", at=DECEMBER)

    months = [row["month"] for row in await door.rows("select month from statement order by month")]
    assert months == [first_of_month(day) for day in (date(2022, 10, 1), date(2022, 11, 1))]


async def test_nothing_is_verified_into_a_closed_month(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())
    await close(door, "2022-10")

    problem = await step(door, claim_id, "verification", VERIFIER, at=AT, status=409)

    assert problem["type"] == "/problems/month-is-closed"
    await step(door, claim_id, "verification", VERIFIER, at=NOVEMBER)


async def test_a_claim_in_dispute_holds_nobody_up(door: FrontDoor) -> None:
    await verified(door, evidenced())
    disputed, returned = await submitted(door, evidenced(), evidenced())
    await step(door, disputed, "query", VERIFIER, asking())
    await step(door, returned, "query", VERIFIER, asking())

    issued = await close(door, "2022-10")

    assert issued["lines"] == 1


@pytest.mark.parametrize("state", ["parked", "retrying", "forked"])
async def test_a_month_does_not_close_over_a_stream_that_stepped_aside_and_says_which(
    door: FrontDoor, state: str
) -> None:
    await verified(door, evidenced())
    subject = f"participant/{new_id()}"
    aside = "insert into inbox (topic, subject, programme_id, state, attempts, error_code)"
    await door.rows(f"{aside} values ('cases', :it, 'kbop', :state, 5, 'spoilt') returning 1", it=subject, state=state)
    await door.rows(f"{aside} values ('cases', 'participant/x', 'calder', 'parked', 5, null) returning 1")

    refused = await close(door, "2022-10", status=409)

    [refusal] = refused["refusals"]
    assert refusal["code"] == "streams_aside"
    assert f"cases {subject} ({state}, spoilt)" in refusal["reason"]
    assert "participant/x" not in refusal["reason"]
    await door.rows("update inbox set state = 'open' where subject = :it returning 1", it=subject)
    await close(door, "2022-10")


async def test_a_month_closed_twice_out_of_order_and_over_a_parked_stream_hears_every_reason(door: FrontDoor) -> None:
    await verified(door, evidenced())
    await close(door, "2022-10")
    await door.rows(
        "insert into inbox (topic, subject, programme_id, state, attempts)"
        " values ('cases', 'participant/1', 'kbop', 'parked', 5) returning 1"
    )

    again = await close(door, "2022-10", status=409)
    ahead = await close(door, "2022-12", status=409)

    assert [one["code"] for one in again["refusals"]] == ["month_closed", "streams_aside"]
    assert [one["code"] for one in ahead["refusals"]] == ["month_not_ended", "month_not_next", "streams_aside"]


@pytest.mark.parametrize(
    ("month", "at", "told"),
    [
        ("2022-10", DECEMBER, "2022-10 is closed, and its statement cannot be changed. Corrections are adjustments in a"
         " later statement; close 2022-11 next."),
        ("2022-09", DECEMBER, "2022-09 is closed, and its statement cannot be changed. Corrections are adjustments in a"
         " later statement; close 2022-11 next."),
        ("2022-12", datetime(2023, 1, 2, tzinfo=UTC), "2022-12 is not the next to close. Close 2022-11 next."),
        ("2022-11", NOVEMBER, "2022-11 has not ended. Close it from 2022-12-01."),
    ],
)  # fmt: skip
async def test_whoever_closes_a_month_at_the_wrong_time_reads_why_and_what_to_do(
    door: FrontDoor, month: str, at: datetime, told: str
) -> None:
    await verified(door, evidenced())
    await close(door, "2022-10")

    [refusal] = (await close(door, month, at=at, status=409))["refusals"]

    assert f"{refusal['reason']} {refusal['remedy']}" == told


async def test_the_first_month_is_none_after_the_first_verified_claim(door: FrontDoor) -> None:
    await verified(door, evidenced())

    [refusal] = (await close(door, "2022-11", at=DECEMBER, status=409))["refusals"]

    assert refusal["reason"] == "Claims were verified in 2022-10, before 2022-11."
    assert refusal["remedy"] == "Close 2022-10 first."


async def test_closing_while_verifying_loses_no_claim(door: FrontDoor) -> None:
    ids = await submitted(door, *(evidenced() for _ in range(8)))
    late = datetime(2022, 10, 31, 23, 30, tzinfo=UTC)

    answers = await asyncio.gather(
        *(door.post(f"/v1/claims/{claim_id}/verification", VERIFIER, at=late) for claim_id in ids),
        door.post("/v1/statements", FINANCE, {"month": "2022-10"}, at=NOVEMBER),
    )

    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    unstated = await door.rows("select 1 from valuation where claim_id not in (select claim_id from statement_line)")
    assert unstated == []


async def test_every_step_of_an_explanation_names_its_event(door: FrontDoor) -> None:
    event = evidenced("EMP_26W")
    [claim_id] = await verified(door, event)
    await close(door, "2022-10")

    explained = (await door.get(f"/v1/claims/{claim_id}/explain", FINANCE)).json()

    steps = {each["step"]: each for each in explained["steps"]}
    assert list(steps) == ["outcome", "rules", "rate-card", "calendar", "cap", "shares", "statement"]
    announced = {body["type"]: body["event_id"] for body in await door.announced()}
    assert steps["outcome"]["event_id"] == str(event.event_id)
    assert steps["rules"]["event_id"] == announced["ClaimRaised"]
    assert {steps[name]["event_id"] for name in ("calendar", "cap", "shares")} == {announced["ClaimVerified"]}
    assert steps["statement"]["event_id"] == announced["StatementIssued"]
    assert steps["statement"]["says"].startswith("It is line 1 of the statement of 2022-10, as claim: £")
    assert steps["rate-card"]["detail"]["price_pence"] == WEEKS_26
    assert "£2,200.00 of £2,200.00" in steps["cap"]["says"]


@pytest.mark.row("S-94")
async def test_money_is_shown_to_those_who_may_see_it(door: FrontDoor) -> None:
    [claim_id] = await verified(door, evidenced())
    path = f"/v1/claims/{claim_id}/value"

    seen = {
        who: (await door.get(path, token)).status_code
        for who, token in (("own", MANAGER), ("worker", CASEWORKER), ("foreign", FOREIGN_MANAGER), ("prime", PRIME))
    }

    assert seen == {"own": 200, "worker": 403, "foreign": 404, "prime": 200}
    assert (await door.get(f"/v1/claims/{claim_id}/explain", MANAGER)).status_code == 200
    assert (await door.get("/v1/statements", MANAGER)).status_code == 403


async def test_a_claim_has_no_value_before_it_is_verified(door: FrontDoor) -> None:
    [claim_id] = await submitted(door, evidenced())

    answer = await door.get(f"/v1/claims/{claim_id}/value", FINANCE)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-yet-valued")


async def test_outcomes_of_a_day_nobody_pays_for_are_not_verified(door: FrontDoor) -> None:
    funding = KBOP.claims_part().model_dump(mode="json")["money"]["funding"][:1]
    await load(door, funding=[funding[0] | {"until_on": "2022-08-31"}])
    [claim_id] = await submitted(door, evidenced())

    problem = await step(door, claim_id, "verification", VERIFIER, status=409)

    assert problem["type"] == "/problems/no-funding-shares"
