"""No fact, however odd, breaks a rule of the shipped cards: it passes, fails or cannot tell."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from claims.domain.eligibility import Basis, assess
from programme import facts_asked
from rulebook.fact import FactValue
from rulebook.outcome import Outcome
from tests.claims.builders import CARDS, EVERY_ROW, KBOP, TODAY, a_good_outcome, card_in_force

ASKED = sorted(
    {fact.name for card in KBOP.claims_part().rate_cards for rate in card.rates for fact in facts_asked(rate)}
)
VALUES: st.SearchStrategy[FactValue] = st.one_of(
    st.booleans(),
    st.integers(),
    st.dates(),
    st.dates().map(date.isoformat),
    st.from_regex(r"\A[A-Za-z0-9_.:/-]{1,12}\Z"),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EVERY_ROW), st.dictionaries(st.sampled_from(ASKED), VALUES))
def test_every_rule_answers_whatever_is_recorded(row: tuple[str, str], facts: dict[str, FactValue]) -> None:
    card, code = row
    outcome: Outcome = a_good_outcome(card, code, facts=facts)

    assessment = assess(outcome, card_in_force(CARDS, card, outcome.achieved_on), Basis(TODAY))

    assert {check.verdict for check in assessment.checks} <= {"pass", "fail", "cannot-tell"}
