"""Loading a programme: new versions are proposed, accepted ones never altered."""

import asyncio
from copy import deepcopy
from typing import Any

import pytest

from tests.claims.builders import KBOP
from tests.claims.parts import (
    AT,
    CASEWORKER,
    FINANCE,
    MANAGER,
    OPERATOR,
    PART,
    PRIME,
    VERIFIER,
    evidenced,
    load,
    verified,
)
from tests.parts.api import FrontDoor, someone
from tests.parts.cards import accept_cards

PATH = "/v1/programmes/kbop"


@pytest.mark.row("S-69")
async def test_every_version_is_published_once(door: FrontDoor) -> None:
    again = await door.put(PATH, OPERATOR, PART, at=AT)

    assert again.json() | {"version": 1} == {
        "programme_id": "kbop",
        "version": 1,
        "changed": False,
        "cards_proposed": [],
        "cards_waiting": [],
    }
    published = await door.announced("RateCardPublished")
    assert {(event["card"], event["version"]) for event in published} == {
        (card.card, card.version) for card in KBOP.claims_part().rate_cards
    }


async def test_two_loads_at_once_propose_each_version_once(door: FrontDoor) -> None:
    new = with_a_new_version()

    answers = await asyncio.gather(*(door.put(PATH, OPERATOR, new, at=AT) for _ in range(3)))

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert sorted(answer.json()["cards_proposed"] for answer in answers) == [[], [], ["generic/2023-01"]]
    assert [answer.json()["cards_waiting"] for answer in answers] == [["generic/2023-01"]] * 3
    assert len(await door.rows("select change_id from rate_card_change where version = '2023-01'")) == 1


def with_a_new_version() -> dict[str, Any]:
    """The shipped programme with a successor to the open generic card, which it ends."""
    part = deepcopy(PART)
    last = next(card for card in part["rate_cards"] if (card["card"], card["version"]) == ("generic", "2020-07"))
    part["rate_cards"].append(deepcopy(last) | {"version": "2023-01", "in_force_from": "2023-01-01"})
    part["rate_cards"][part["rate_cards"].index(last)] = last | {"in_force_until": "2022-12-31"}
    return part


async def test_a_successor_ends_an_open_version_and_alters_none_of_its_terms(door: FrontDoor) -> None:
    answer = await door.put(PATH, OPERATOR, with_a_new_version(), at=AT)

    assert answer.json()["cards_proposed"] == ["generic/2023-01"]
    still = (await door.get("/v1/rate-cards", PRIME, card="generic", on="2023-01-01")).json()["items"]
    assert [(card["version"], card["in_force_until"]) for card in still] == [("2020-07", None)]
    await accept_cards(door, at=AT)
    in_force = (await door.get("/v1/rate-cards", PRIME, card="generic", on="2022-12-31")).json()["items"]
    next_day = (await door.get("/v1/rate-cards", PRIME, card="generic", on="2023-01-01")).json()["items"]
    assert [card["version"] for card in in_force + next_day] == ["2020-07", "2023-01"]


async def test_an_accepted_version_is_never_altered(door: FrontDoor) -> None:
    part = deepcopy(PART)
    part["rate_cards"][0]["rates"][0]["price_pence"] += 1

    answer = await door.put(PATH, OPERATOR, part, at=AT)

    assert answer.status_code == 409
    card, code = part["rate_cards"][0], part["rate_cards"][0]["rates"][0]["code"]
    assert answer.json()["differences"] == [
        {"card": card["card"], "version": card["version"], "where": f"rates/{code}/price_pence"}
    ]


async def test_an_accepted_version_is_not_ended_by_a_folder_alone(door: FrontDoor) -> None:
    part = with_a_new_version()
    part["rate_cards"].pop()

    answer = await door.put(PATH, OPERATOR, part, at=AT)

    assert answer.status_code == 409
    assert answer.json()["differences"] == [{"card": "generic", "version": "2020-07", "where": "in_force_until"}]


async def test_a_proposed_version_does_not_change_while_it_is_read(door: FrontDoor) -> None:
    part = with_a_new_version()
    await door.put(PATH, OPERATOR, part, at=AT)
    changed = deepcopy(part)
    changed["rate_cards"][-1]["rates"][0]["price_pence"] += 1

    answer = await door.put(PATH, OPERATOR, changed, at=AT)
    again = await door.put(PATH, OPERATOR, part, at=AT)

    code = part["rate_cards"][-1]["rates"][0]["code"]
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/rate-card-version-proposed")
    assert [each["where"] for each in answer.json()["differences"]] == [f"rates/{code}/price_pence"]
    assert (again.json()["changed"], again.json()["cards_waiting"]) == (False, ["generic/2023-01"])


async def test_what_was_rejected_is_not_proposed_again_until_it_is_changed(door: FrontDoor) -> None:
    part = with_a_new_version()
    await door.put(PATH, OPERATOR, part, at=AT)
    [change] = (await door.get("/v1/rate-card-changes", PRIME, state="proposed")).json()["items"]
    await door.post(f"/v1/rate-card-changes/{change['id']}/rejection", PRIME, {"reason": "Too dear."}, at=AT)

    same = (await door.put(PATH, OPERATOR, part, at=AT)).json()
    part["rate_cards"][-1]["rates"][0]["price_pence"] -= 1
    other = (await door.put(PATH, OPERATOR, part, at=AT)).json()

    assert (same["cards_proposed"], same["cards_waiting"]) == ([], [])
    assert other["cards_proposed"] == ["generic/2023-01"]


async def test_two_versions_in_force_on_one_day_are_refused(door: FrontDoor) -> None:
    part = deepcopy(PART)
    last = next(card for card in part["rate_cards"] if (card["card"], card["version"]) == ("generic", "2020-07"))
    part["rate_cards"].append(last | {"version": "2023-01", "in_force_from": "2023-01-01"})

    answer = await door.put(PATH, OPERATOR, part, at=AT)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_a_cap_below_what_is_payable_is_refused(door: FrontDoor) -> None:
    await verified(door, evidenced("EMP_26W"))
    part = PART | {"money": PART["money"] | {"cap_pence": 1}}

    answer = await door.put(PATH, OPERATOR, part, at=AT)

    assert answer.json()["type"] == "/problems/cap-below-payable"


async def test_new_money_terms_are_a_new_version_of_the_contract(door: FrontDoor) -> None:
    before = (await door.put(PATH, OPERATOR, PART, at=AT)).json()["version"]

    await load(door, cap_pence=5)

    assert (await door.put(PATH, OPERATOR, PART, at=AT)).json()["version"] == before + 2


@pytest.mark.parametrize("cap", [10**30, -1, "1"])
async def test_a_cap_that_is_no_sum_of_money_is_refused(door: FrontDoor, cap: object) -> None:
    answer = await door.put(PATH, OPERATOR, PART | {"money": PART["money"] | {"cap_pence": cap}}, at=AT)

    assert answer.status_code == 422


async def test_only_an_operator_of_this_programme_loads_it(door: FrontDoor) -> None:
    elsewhere = someone("operator", organisation="operations", kind="operator", programme="elsewhere")

    assert (await door.put(PATH, PRIME, PART)).status_code == 403
    assert (await door.put(PATH, elsewhere, PART)).status_code == 403
    assert (await door.put("/v1/programmes/other", OPERATOR, PART)).status_code == 403


@pytest.mark.row("S-128")
async def test_definitions_are_for_all_and_prices_for_some(door: FrontDoor) -> None:
    path = "/v1/rate-cards/generic/2020-07"
    referrer = someone("referrer", organisation="hm-prisons", kind="agency")

    card = (await door.get(path, referrer)).json()
    prices = (await door.get(f"{path}/prices", FINANCE)).json()["items"]

    assert "price" not in str(card)
    assert len(card["outcomes"]) == len(prices)
    published = {item["outcome"]: item["price_pence"] for item in prices if not item["illustrative"]}
    assert published == {"EMP_ENTRY": 50_000, "EMP_26W": 220_000}
    seen = [(await door.get(f"{path}/prices", who)).status_code for who in (CASEWORKER, MANAGER, VERIFIER)]
    assert seen == [403, 200, 200]


async def test_a_card_nobody_published_is_not_found(door: FrontDoor) -> None:
    assert (await door.get("/v1/rate-cards/generic/1999-01", PRIME)).status_code == 404
