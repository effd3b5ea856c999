"""What one price is for, how much one claim counts, and how much of it all is paid."""

from datetime import date

import pytest

from claims.domain.eligibility import Basis, assess
from claims.domain.valuation import unpaid_units
from rulebook.kinds.weeks import WeeksAreCountedOnce
from tests.claims.builders import REFERRED_ON, TODAY, a_card, a_claim_on_record, a_rate, an_outcome, codes


@pytest.mark.row("S-88")
@pytest.mark.parametrize(
    ("before", "quantity", "unpaid"),
    [(0, 1, 0), (299, 1, 0), (300, 1, 1), (301, 1, 1), (298, 5, 3), (0, 300, 0), (0, 301, 1)],
)
def test_three_hundred_are_paid_and_the_next_is_not(before: int, quantity: int, unpaid: int) -> None:
    assert unpaid_units(300, quantity, before) == unpaid
    assert unpaid_units(None, quantity, before) == 0


@pytest.mark.parametrize(("quantity", "refused"), [(1, []), (13, []), (14, ["quantity_beyond_one_claim"])])
def test_one_claim_counts_so_many_units(quantity: int, refused: list[str]) -> None:
    card = a_card(a_rate(unit="week", most_per_claim=13))

    assert codes(assess(an_outcome(quantity=quantity, unit="week"), card, Basis(TODAY))) == refused


def test_a_card_that_counts_outcomes_pays_for_one() -> None:
    assert codes(assess(an_outcome(quantity=10_000), a_card(a_rate()), Basis(TODAY))) == ["quantity_beyond_one_claim"]


@pytest.mark.parametrize("subject", ["family", "cohort"])
def test_an_outcome_is_claimed_for_whoever_the_card_pays_for(subject: str) -> None:
    assert codes(assess(an_outcome(subject_kind=subject), a_card(a_rate()), Basis(TODAY))) == [
        "subject_of_another_kind"
    ]


@pytest.mark.parametrize(
    ("began_on", "refused"),
    [(date(2022, 3, 7), ["weeks_counted_before"]), (date(2022, 3, 8), []), (date(2022, 3, 9), [])],
)
def test_weeks_begin_where_the_last_claim_ended(began_on: date, refused: list[str]) -> None:
    rate = a_rate(unit="week", most_per_claim=13, rules=(WeeksAreCountedOnce(),), slots=("1", "2"), limit=2)
    earlier = a_claim_on_record(
        "ACC_PREV", slot="1", achieved_on=date(2022, 3, 8), facts={"period_began_on": REFERRED_ON}
    )
    outcome = an_outcome(slot="2", unit="week", facts={"period_began_on": began_on})

    assert codes(assess(outcome, a_card(rate), Basis(TODAY, (earlier,)))) == refused
