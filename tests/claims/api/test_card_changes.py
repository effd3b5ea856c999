"""A version of a rate card judges nothing until prime and council have accepted it; then everything from its day."""

import asyncio
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.claims.parts import (
    AT,
    CASEWORKER,
    FINANCE,
    MANAGER,
    OPERATOR,
    OTHER_PRIME,
    OVERSIGHT,
    PART,
    PRIME,
    VERIFIER,
    evidenced,
    raised,
    shown,
    step,
    verified,
)
from tests.parts.api import FrontDoor
from tests.parts.cards import CHANGES
from tests.parts.postgres import connect

NEW_YEAR = datetime(2023, 2, 6, 9, 0, tzinfo=UTC)
WHY = {"rationale": "Landlords ask for more."}


def a_card(version: str = "2023-01", from_on: str = "2023-01-01", **price_pence: int) -> dict[str, Any]:
    """The open generic card, as another version, with some other prices."""
    last = next(card for card in PART["rate_cards"] if (card["card"], card["version"]) == ("generic", "2020-07"))
    card = deepcopy(last) | {"version": version, "in_force_from": from_on}
    for rate in card["rates"]:
        rate["price_pence"] = price_pence.get(rate["code"], rate["price_pence"])
    return card


async def drafted(door: FrontDoor, who: str = PRIME, *, retroactive: bool = False, **card: Any) -> str:
    answer = await door.post(CHANGES, who, {"card": a_card(**card), "retroactive": retroactive}, at=AT)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def proposed(door: FrontDoor, who: str = PRIME, **card: Any) -> str:
    change_id = await drafted(door, who, **card)
    await moved(door, change_id, "proposal", who, WHY)
    return change_id


async def moved(
    door: FrontDoor, change_id: str, verb: str, who: str, body: Any = None, *, at: datetime = AT, status: int = 200
) -> dict[str, Any]:
    answer = await door.post(f"{CHANGES}/{change_id}/{verb}", who, body, at=at)
    assert answer.status_code == status, answer.text
    return answer.json()


async def accepted(door: FrontDoor, *, at: datetime = AT, **card: Any) -> str:
    change_id = await proposed(door, **card)
    await moved(door, change_id, "acceptance", PRIME, at=at)
    await moved(door, change_id, "acceptance", OVERSIGHT, at=at)
    return change_id


def codes(problem: dict[str, Any]) -> list[str]:
    return [refusal["code"] for refusal in problem["refusals"]]


async def versions(door: FrontDoor, on: str) -> list[str]:
    return [
        card["version"]
        for card in (await door.get("/v1/rate-cards", PRIME, card="generic", on=on, at=AT)).json()["items"]
    ]


@pytest.mark.row("S-72")
async def test_it_is_in_force_from_its_day_once_both_have_accepted(door: FrontDoor) -> None:
    change_id = await proposed(door, ACC_PREV=12_345)
    first = await moved(door, change_id, "acceptance", PRIME)
    between = await versions(door, "2023-01-01")
    second = await moved(door, change_id, "acceptance", OVERSIGHT)

    assert (first["state"], between, second["state"]) == ("proposed", ["2020-07"], "accepted")
    assert [await versions(door, day) for day in ("2022-12-31", "2023-01-01")] == [["2020-07"], ["2023-01"]]
    [event] = [event for event in await door.announced("RateCardPublished") if event["version"] == "2023-01"]
    assert event["sha256"] == (await door.get(f"{CHANGES}/{change_id}", PRIME, at=AT)).json()["sha256"]


@pytest.mark.row("S-72")
async def test_claims_are_priced_by_the_version_in_force_on_the_day_achieved(door: FrontDoor) -> None:
    await accepted(door, ACC_PREV=12_345)
    old, new = [evidenced(achieved_on=day, at=NEW_YEAR) for day in (date(2022, 12, 31), date(2023, 1, 1))]

    ids = await raised(door, old, new)
    for claim_id in ids:
        await step(door, claim_id, "approval", PRIME, {}, at=NEW_YEAR)
        await step(door, claim_id, "verification", VERIFIER, at=NEW_YEAR)

    values = [(await door.get(f"/v1/claims/{claim_id}/value", PRIME, at=NEW_YEAR)).json() for claim_id in ids]
    assert [value["rate_card_version"] for value in values] == ["2020-07", "2023-01"]
    assert values[1]["price_pence"] == 12_345 != values[0]["price_pence"]


async def test_what_is_proposed_judges_nothing(door: FrontDoor) -> None:
    change_id = await proposed(door, ACC_PREV=12_345)
    await moved(door, change_id, "acceptance", OVERSIGHT)
    [claim_id] = await raised(door, evidenced(achieved_on=date(2023, 1, 1), at=NEW_YEAR))

    assert (await shown(door, claim_id))["rate_card_version"] == "2020-07"


async def test_a_change_shows_every_key_path_that_differs_from_the_version_in_force(door: FrontDoor) -> None:
    card = a_card(ACC_PREV=12_345)
    was = next(rate["price_pence"] for rate in a_card()["rates"] if rate["code"] == "ACC_PREV")
    change_id = await proposed(door, ACC_PREV=12_345)

    told = (await door.get(f"{CHANGES}/{change_id}", OVERSIGHT, at=AT)).json()

    assert (told["compared_with"], told["document"]["rates"]) == ("2020-07", card["rates"])
    assert [(each["where"], each["old"], each["new"]) for each in told["differences"]] == [
        ("in_force_from", "2020-07-01", "2023-01-01"),
        ("rates/ACC_PREV/price_pence", was, 12_345),
        ("version", "2020-07", "2023-01"),
    ]


async def test_a_day_that_is_past_is_refused_unless_the_version_says_it_is_retroactive(door: FrontDoor) -> None:
    change_id = await proposed(door)
    await moved(door, change_id, "acceptance", PRIME, at=AT)

    late = await moved(door, change_id, "acceptance", OVERSIGHT, at=NEW_YEAR, status=409)

    assert codes(late) == ["day_is_past"]
    await moved(door, change_id, "withdrawal", PRIME, {"reason": "Too late."})
    await accepted(door, retroactive=True, at=NEW_YEAR)
    assert await versions(door, "2023-01-01") == ["2023-01"]


async def test_a_version_accepted_late_leaves_claims_raised_before_as_they_were(door: FrontDoor) -> None:
    raised_before, verified_before = evidenced(), evidenced("ACC_3M")
    [early] = await raised(door, raised_before)
    [paid] = await verified(door, verified_before)
    value = (await door.get(f"/v1/claims/{paid}/value", PRIME, at=AT)).json()

    change_id = await accepted(door, from_on="2022-01-01", retroactive=True, ACC_PREV=12_345, ACC_3M=1)
    [late] = await raised(door, evidenced())
    for claim_id in (early, late):
        await step(door, claim_id, "approval", PRIME, {})
        await step(door, claim_id, "verification", VERIFIER)

    told = [(await door.get(f"/v1/claims/{claim_id}/value", PRIME, at=AT)).json() for claim_id in (early, late)]
    assert [each["rate_card_version"] for each in told] == ["2020-07", "2023-01"]
    assert told[0]["price_pence"] != told[1]["price_pence"] == 12_345
    assert (await door.get(f"/v1/claims/{paid}/value", PRIME, at=AT)).json() == value
    assert (await door.get(f"{CHANGES}/{change_id}", PRIME, at=AT)).json()["keeping_theirs"] == 2
    assert await door.announced("ClaimBasisChanged") == []


async def test_a_move_that_is_not_there_says_why_and_what_to_do(door: FrontDoor) -> None:
    change_id = await drafted(door)
    early = await moved(door, change_id, "acceptance", PRIME, status=409)
    await moved(door, change_id, "proposal", PRIME, WHY)
    await moved(door, change_id, "acceptance", PRIME)

    again = await moved(door, change_id, "acceptance", OTHER_PRIME, status=409)
    foreign = await moved(door, change_id, "withdrawal", OVERSIGHT, {"reason": "No."}, status=409)

    assert early["refusals"][0]["remedy"] == "It can take: propose, withdraw."
    assert codes(again) == ["side_has_accepted"]
    assert codes(foreign) == ["not_yours"]


async def test_a_rejected_version_may_be_drafted_anew(door: FrontDoor) -> None:
    change_id = await proposed(door)
    await moved(door, change_id, "rejection", OVERSIGHT, {"reason": "Too dear."})
    gone = await moved(door, change_id, "acceptance", PRIME, status=409)

    again = await proposed(door, who=OVERSIGHT)

    assert codes(gone) == ["no_such_move"]
    told = (await door.get(CHANGES, PRIME, card="generic", limit=2, at=AT)).json()["items"]
    assert [(each["id"], each["state"], each["reason"]) for each in told] == [
        (again, "proposed", None),
        (change_id, "rejected", "Too dear."),
    ]


async def test_a_version_is_drafted_once_and_not_over_one_in_force(door: FrontDoor) -> None:
    await drafted(door)
    twice = await door.post(CHANGES, OVERSIGHT, {"card": a_card()}, at=AT)
    over = await door.post(CHANGES, PRIME, {"card": a_card("2020-07", "2020-07-01")}, at=AT)

    assert [answer.json()["type"] for answer in (twice, over)] == ["/problems/rate-card-version-taken"] * 2


async def test_days_of_an_accepted_version_are_not_taken_over(door: FrontDoor) -> None:
    change_id = await drafted(door, from_on="2020-05-01", retroactive=True)

    assert codes(await moved(door, change_id, "proposal", PRIME, WHY, status=409)) == ["period_taken"]


async def test_both_accept_at_once_and_it_is_published_once(door: FrontDoor) -> None:
    change_id = await proposed(door)

    answers = await asyncio.gather(
        *(door.post(f"{CHANGES}/{change_id}/acceptance", who, at=AT) for who in (PRIME, OVERSIGHT, OTHER_PRIME))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
    published = [event for event in await door.announced("RateCardPublished") if event["version"] == "2023-01"]
    assert len(published) == 1


async def test_a_stale_acceptance_and_one_sent_twice(door: FrontDoor) -> None:
    change_id = await proposed(door)
    path = f"{CHANGES}/{change_id}/acceptance"

    stale = await door.post(path, PRIME, at=AT, version=1)
    first = await door.post(path, PRIME, at=AT, version=2, key="accept-once")
    twice = await door.post(path, PRIME, at=AT, version=2, key="accept-once")

    assert (stale.status_code, first.status_code) == (412, 200)
    assert twice.json() == first.json()


async def test_only_the_two_sides_accept_and_providers_see_nothing(door: FrontDoor) -> None:
    change_id = await proposed(door, who=OPERATOR)

    for who in (OPERATOR, FINANCE, VERIFIER, MANAGER, CASEWORKER):
        await moved(door, change_id, "acceptance", who, status=403)
    assert [(await door.get(CHANGES, who, at=AT)).status_code for who in (MANAGER, CASEWORKER)] == [403, 403]


@pytest.mark.parametrize(
    "card",
    [
        {"rates": [{"code": "X"}]},
        {"in_force_from": "soon"},
        {"rates": [a_card()["rates"][0] | {"rules": [{"kind": "no_such_rule"}]}]},
        {"rates": [a_card()["rates"][0] | {"price_pence": -1}]},
    ],
)
async def test_a_card_that_is_none_is_not_drafted(door: FrontDoor, card: dict[str, Any]) -> None:
    assert (await door.post(CHANGES, PRIME, {"card": a_card() | card}, at=AT)).status_code == 422


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update rate_card_change set state = 'accepted', revision = 9", "ck_rate_card_change_both"),
        (
            "update rate_card_change set state = 'accepted', revision = 9, prime_by = 'a', prime_organisation = 'p',"
            " prime_on = '2022-10-03', council_by = 'a', council_organisation = 'c', council_on = '2022-10-03'",
            "ck_rate_card_change_hands",
        ),
        (
            "update rate_card_change set state = 'accepted', revision = 9, prime_by = 'a', prime_organisation = 'p',"
            " prime_on = '2022-10-03', council_by = 'b', council_organisation = 'c', council_on = '2023-01-02'",
            "ck_rate_card_change_in_time",
        ),
        ("update rate_card_change set document = '{}', revision = 9", "ck_rate_card_change_kept"),
        ("update rate_card_change set rationale = 'Another.', revision = 9", "ck_rate_card_change_kept"),
        ("update rate_card_change set state = 'draft', revision = 9", "ck_rate_card_change_move"),
        (
            "insert into rate_card select programme_id, card, version, in_force_from, in_force_until, document, sha256,"
            " change_id, now(), change_id from rate_card_change where state = 'proposed'",
            "ck_rate_card_accepted",
        ),
        ("update rate_card set in_force_until = '2030-01-01' where version = '2020-04'", "ck_rate_card_ended_once"),
    ],
)
async def test_the_database_itself_keeps_to_it(door: FrontDoor, statement: str, constraint: str) -> None:
    change_id = await proposed(door)
    if statement.startswith("update rate_card_change"):
        statement += f" where change_id = '{UUID(change_id)}'"
    connection = await connect(door.database.admin_dsn)
    try:
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await connection.execute(statement)
    finally:
        await connection.close()

    assert getattr(refused.value, "constraint_name", None) == constraint
