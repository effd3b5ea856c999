from datetime import date

import pytest

from claims.domain.eligibility import Basis, assess
from rulebook.fact import Day, FactMissing, Facts, Number
from rulebook.rate_card import overlapping
from rulebook.reading import read_rate_card
from tests.claims.builders import (
    CARDS,
    KBOP,
    TODAY,
    a_card,
    a_claim_on_record,
    a_good_outcome,
    a_rate,
    an_outcome,
    card_in_force,
    codes,
    evidence,
    judged,
)


@pytest.mark.row("S-69")
@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2019, 8, 31), None),
        (date(2019, 9, 1), "2019-09"),
        (date(2020, 3, 31), "2019-09"),
        (date(2020, 4, 1), "2020-04"),
        (date(2020, 6, 30), "2020-04"),
        (date(2020, 7, 1), "2020-07"),
        (date(2024, 9, 30), "2020-07"),
    ],
)
@pytest.mark.parametrize("card", ["generic", "pdap"])
def test_the_version_in_force_on_the_day_achieved_judges(card: str, day: date, version: str | None) -> None:
    in_force = card_in_force(CARDS, card, day)

    assert (in_force.version if in_force else None) == version


ENTERED_ON = Day("On which day?", name="entered_on")


def test_a_version_does_not_judge_a_day_it_was_not_in_force() -> None:
    past = a_card(a_rate(), in_force_until=date(2022, 8, 31))

    assert codes(assess(an_outcome(), past, Basis(TODAY))) == ["not_on_rate_card"]
    assert assess(an_outcome(achieved_on=date(2022, 8, 31)), past, Basis(TODAY)).ready


def test_a_limit_below_the_slots_is_still_a_limit() -> None:
    card = a_card(a_rate(slots=("first", "second", "third"), limit=2))
    two = [a_claim_on_record("ACC_PREV", slot=slot) for slot in ("first", "second")]

    assert codes(assess(an_outcome(slot="third"), card, Basis(TODAY, tuple(two)))) == ["limit_reached"]
    assert assess(an_outcome(slot="second"), card, Basis(TODAY, tuple(two[:1]))).ready


def test_a_card_that_names_an_unknown_rule_fails_aloud() -> None:
    document = next(iter(KBOP.claims_part().documents()))
    document["rates"][0]["rules"] = [{"kind": "no_such_rule"}]

    with pytest.raises(KeyError, match="no_such_rule"):
        read_rate_card(document)


def test_the_price_is_carried_with_the_word_that_it_is_ours() -> None:
    rate = CARDS[0].rates["ACC_3M"]

    assert rate.illustrative
    assert judged(a_good_outcome("generic", "ACC_3M")).rate is not None


@pytest.mark.parametrize("value", [True, "soon", "2021-02-30"])
def test_a_fact_of_another_kind_is_a_fact_not_recorded(value: bool | str) -> None:
    facts = Facts({"entered_on": value, "earned_pence": value})

    with pytest.raises(FactMissing):
        facts[ENTERED_ON]
    with pytest.raises(FactMissing):
        facts[Number("How much?", name="earned_pence")]


def test_a_date_may_come_as_text() -> None:
    assert Facts({"entered_on": "2020-02-29"})[ENTERED_ON] == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("card", "begins_on", "overlap"),
    [
        ("generic", date(2022, 8, 31), True),
        ("generic", date(2022, 9, 1), False),
        ("pdap", date(2022, 8, 31), False),
    ],
)
def test_two_versions_of_one_card_are_not_in_force_on_one_day(card: str, begins_on: date, overlap: bool) -> None:
    past = a_card(version="past", in_force_until=date(2022, 8, 31))
    later = a_card(card=card, version="later", in_force_from=begins_on)

    assert (overlapping((later, past)) is not None) is overlap


@pytest.mark.parametrize(("achieved_on", "accepted"), [(date(2020, 6, 30), False), (date(2020, 7, 1), True)])
@pytest.mark.parametrize(("code", "kind"), [("EMP_26W", "hmrc-check"), ("EMP_ENTRY", "self-certification")])
def test_evidence_is_what_the_version_of_the_day_accepts(
    achieved_on: date, accepted: bool, code: str, kind: str
) -> None:
    early = date(2019, 10, 1)
    detailed = {"employer_recorded": True, "role_recorded": True, "salary_recorded": True}
    outcome = a_good_outcome(
        "generic",
        code,
        achieved_on=achieved_on,
        referred_on=early,
        service_started_on=early,
        evidence=evidence(kind, "case-note"),
        facts=detailed | {"employment_started_on": early},
    )

    assert codes(judged(outcome)) == ([] if accepted else ["evidence_missing"])


def test_what_is_missing_is_asked_for_with_the_least_intrusive_first() -> None:
    [refusal] = judged(a_good_outcome("generic", "EMP_26W", evidence=())).refusals

    assert refusal.remedy.startswith("Attach any one of: employer-letter, hmrc-check,")
    assert "payslip. trading-evidence counts once this is recorded: self employed." in refusal.remedy
