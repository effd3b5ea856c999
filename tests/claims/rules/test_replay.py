"""Past claims judged and valued again: what a claim would leave to those verified after it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.domain.eligibility import Basis
from claims.domain.replay import (
    ClaimStanding,
    FixedTerms,
    PastClaim,
    Running,
    cohort_of,
    drafts_turn,
    replayed,
    valued_again,
)
from rulebook.rate_card import RateCard
from tests.claims.builders import CARDS, a_good_outcome

TODAY = date(2022, 10, 3)
CARD = next(card for card in CARDS if (card.card, card.version) == ("generic", "2020-07"))
STOOD = ClaimStanding((), 75_000, 75_000)


def a_past_claim(**but: Any) -> PastClaim:
    usual: dict[str, Any] = {
        "outcome": a_good_outcome("generic", "ACC_PREV"),
        "basis": Basis(TODAY),
        "card": CARD,
        "live": True,
        "before": STOOD,
        "verified": FixedTerms("outcome", 0, None, None),
    }
    return PastClaim(**usual | but)


def priced(pence: int, **but: Any) -> RateCard:
    """The card with another price, or another limit, for the outcome."""
    rate = replace(CARD.rates["ACC_PREV"], price_pence=pence, **but)
    return replace(CARD, version="draft", rates={**CARD.rates, "ACC_PREV": rate})


def test_under_its_own_version_a_claim_stands_as_it_stood() -> None:
    assert replayed(a_past_claim(), CARD, Running()) == (STOOD, Running())
    assert valued_again(a_past_claim(), Running()) == (STOOD, Running())


def test_what_it_gains_is_less_for_those_after_it() -> None:
    capped = FixedTerms("outcome", 0, 100_000, None)
    first, running = replayed(a_past_claim(verified=capped), priced(90_000), Running())
    later = replace(capped, payable_before_pence=75_000)
    second, left = valued_again(a_past_claim(before=ClaimStanding((), 75_000, 25_000), verified=later), running)

    assert (first.payable_pence, running.payable_pence) == (90_000, 15_000)
    assert (second.payable_pence, left.payable_pence) == (10_000, 0)


def test_a_limit_that_is_new_counts_from_the_first_claim_replayed() -> None:
    limited, running = priced(75_000, paid_units=1), Running()
    first, running = replayed(a_past_claim(), limited, running)
    second, _ = replayed(a_past_claim(), limited, running)

    assert [each.payable_pence for each in (first, second)] == [75_000, 0]
    assert second.value_pence == 75_000


def test_a_limit_that_was_keeps_its_own_count() -> None:
    limited = replace(priced(75_000, paid_units=5), version=CARD.version)
    past = a_past_claim(card=limited, verified=FixedTerms("outcome", 0, None, 4))

    assert replayed(past, limited, Running()) == (STOOD, Running())


def test_a_payment_taken_back_is_worth_nothing_and_leaves_nothing_otherwise() -> None:
    past = a_past_claim(live=False, before=ClaimStanding((), 0, 0), verified=FixedTerms("outcome", 0, None, None, True))

    assert replayed(past, priced(90_000), Running()) == (ClaimStanding((), 0, 0), Running())


def test_outside_payment_by_outcome_nothing_is_payable_under_any_price() -> None:
    past = a_past_claim(before=ClaimStanding((), 75_000, 0), verified=FixedTerms("payment-for-service", 0, None, None))

    assert replayed(past, priced(90_000), Running())[0] == ClaimStanding((), 90_000, 0)


def test_a_promise_holds_for_its_own_version_alone() -> None:
    bare = replace(a_good_outcome("generic", "ACC_PREV"), evidence=())
    past = a_past_claim(outcome=bare, promised=frozenset({"one_accepted_item_is_there"}))

    own, other = replayed(past, CARD, Running())[0], replayed(past, priced(75_000), Running())[0]

    assert (own.against, len(other.against)) == ((), 1)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((None, None), True),
        ((date(2022, 9, 1), None), False),
        ((None, date(2022, 8, 31)), True),
        ((None, date(2022, 8, 30)), False),
        ((date(2022, 8, 31), date(2022, 8, 31)), True),
    ],
)
def test_a_draft_is_tried_on_its_own_card_and_the_days_asked_about(days: Any, expected: bool) -> None:
    past = a_past_claim(outcome=replace(a_good_outcome("generic", "ACC_PREV"), achieved_on=date(2022, 8, 31)))

    assert drafts_turn(past, priced(1), days) == expected
    assert not drafts_turn(replace(past, card=replace(CARD, card="pdap")), priced(1), days)
    assert not drafts_turn(replace(past, card=None), priced(1), days)


@pytest.mark.parametrize(
    ("referred_on", "cohort"),
    [
        (date(2019, 8, 1), 1),
        (date(2019, 9, 1), 1),
        (date(2020, 8, 31), 1),
        (date(2020, 9, 1), 2),
        (date(2024, 2, 29), 5),
    ],
)
def test_a_cohort_is_the_programmes_year_of_referral(referred_on: date, cohort: int) -> None:
    assert cohort_of(referred_on, date(2019, 9, 1)) == cohort
