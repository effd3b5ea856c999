"""How a version of a rate card comes to be in force, and what stands in its way."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.domain.card_change import (
    MOVES,
    CardChange,
    Difference,
    Hand,
    differences,
    ended_by,
    move_is_there,
    period_is_free,
    refusals_of_acceptance,
    state_once_accepted,
    withdrawal_is_by_its_own,
)
from rulebook.rate_card import RateCard

PRIME, COUNCIL, OPERATOR = (
    Hand("manager", "prime"),
    Hand("oversight", "council"),
    Hand("operator", "operations"),
)
TODAY = date(2022, 10, 3)
OPEN = RateCard("generic", "2020-07", date(2020, 7, 1), None, {})
CLOSED = RateCard("generic", "2020-04", date(2020, 4, 1), date(2020, 6, 30), {})
NEXT = RateCard("generic", "2023-01", date(2023, 1, 1), None, {})


def a_change(**but: Any) -> CardChange:
    usual: dict[str, Any] = {"card": NEXT, "state": "proposed", "brought_by": OPERATOR}
    return CardChange(**usual | but)


def codes(change: CardChange, side: Any = "prime", by: Hand = PRIME, today: date = TODAY) -> list[str]:
    return [each.code for each in refusals_of_acceptance(change, side, by, today, (CLOSED, OPEN))]


def test_it_is_accepted_once_both_sides_have() -> None:
    first, second = a_change(), a_change(accepted={"prime": PRIME})

    assert codes(first) == codes(second, "council", COUNCIL) == []
    assert (state_once_accepted(first, "prime"), state_once_accepted(second, "council")) == ("proposed", "accepted")


@pytest.mark.parametrize("state", ["draft", "accepted", "rejected", "withdrawn"])
def test_only_what_is_proposed_is_accepted(state: Any) -> None:
    assert codes(a_change(state=state)) == ["no_such_move"]


def test_a_side_accepts_once() -> None:
    assert codes(a_change(accepted={"prime": PRIME}), "prime", Hand("another", "prime")) == ["side_has_accepted"]


@pytest.mark.parametrize("by", [PRIME, Hand("manager", "council"), Hand("another", "prime")])
def test_two_people_of_two_organisations_accept(by: Hand) -> None:
    assert codes(a_change(accepted={"prime": PRIME}), "council", by) == ["same_hands"]


def test_whoever_brought_it_may_accept_for_their_own_side() -> None:
    assert codes(a_change(brought_by=PRIME)) == []


@pytest.mark.parametrize(("today", "expected"), [(date(2023, 1, 1), []), (date(2023, 1, 2), ["day_is_past"])])
def test_it_is_accepted_on_its_first_day_at_the_latest(today: date, expected: list[str]) -> None:
    assert codes(a_change(), today=today) == expected
    assert codes(a_change(retroactive=True), today=today) == []


def test_an_open_version_ends_on_the_day_before() -> None:
    ended = ended_by(NEXT, OPEN)

    assert ended is not None
    assert ended.in_force_until == date(2022, 12, 31)
    assert ended_by(NEXT, CLOSED) is None


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (date(2020, 7, 1), None, False),  # with the open one
        (date(2020, 7, 2), None, True),
        (date(2020, 6, 30), date(2020, 6, 30), False),  # on the last day of the closed one
        (date(2020, 3, 1), date(2020, 3, 31), True),
        (date(2020, 3, 1), None, False),
        (date(2020, 3, 1), date(2020, 4, 1), False),
    ],
)
def test_on_every_day_there_is_one_version(first: date, last: date | None, free: bool) -> None:
    card = replace(NEXT, in_force_from=first, in_force_until=last)

    refusal = period_is_free(card, (CLOSED, OPEN))

    assert (refusal is None) == free
    assert period_is_free(replace(card, card="pdap"), (CLOSED, OPEN)) is None


def test_every_state_that_is_not_an_end_has_a_way_out() -> None:
    ends = {"accepted", "rejected", "withdrawn"}
    reached = {after for moves in MOVES.values() for states in moves.values() for after in states}

    assert reached - ends <= set(MOVES)
    assert not ends & set(MOVES)


def test_a_refused_move_says_what_can_be_done() -> None:
    draft, gone = move_is_there(a_change(state="draft"), "accept"), move_is_there(a_change(state="rejected"), "reject")

    assert draft is not None
    assert draft.remedy == "It can take: propose, withdraw."
    assert gone is not None
    assert gone.remedy == "Draft a new version."


def test_only_whoever_brought_it_withdraws_it() -> None:
    assert withdrawal_is_by_its_own(a_change(), Hand("another", "operations")) is None
    assert withdrawal_is_by_its_own(a_change(), PRIME) is not None


def test_differences_name_every_key_path() -> None:
    had = {
        "version": "1",
        "rates": [{"code": "A", "price_pence": 1, "rules": [{"kind": "lasted", "months": 3}]}, {"code": "B"}],
    }
    has = {
        "version": "2",
        "rates": [{"code": "C"}, {"code": "A", "price_pence": 2, "rules": [{"kind": "lasted", "months": 6}]}],
    }

    assert differences(had, had) == ()
    assert differences(had, has) == (
        Difference("rates/A/price_pence", 1, 2),
        Difference("rates/A/rules/lasted/months", 3, 6),
        Difference("rates/B", {"code": "B"}, None),
        Difference("rates/C", None, {"code": "C"}),
        Difference("version", "1", "2"),
    )
