from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_hub.domain.birth import UNKNOWN, Birth
from referral_hub.domain.identity import Identity, is_same_person, normalised, possible_matches, recognise
from tests.referral_hub.builders import an_id, an_identity, known_as


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("  O'Neill ", "oneill"),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Neill", "oneill"),
        ("Zoë", "zoe"),
        ("Smith-Jones", "smith jones"),
        ("Smith\N{EN DASH}Jones", "smith jones"),
        ("VAN  DER\tBERG", "van der berg"),
        ("Groß", "gross"),
        ("...", ""),
    ],
)
def test_names_are_compared_without_case_accents_or_punctuation(name: str, plain: str) -> None:
    assert normalised(name) == plain


@settings(max_examples=50, deadline=None, database=None)
@given(st.text("aZéßłŒ\u0301'-. \t?1", max_size=20))
def test_a_normalised_name_stays_as_it_is(name: str) -> None:
    assert normalised(normalised(name)) == normalised(name)


def test_the_same_name_and_birth_date_are_one_person() -> None:
    known = known_as(an_identity("Zoë", "O'Neill"))

    recognition = recognise(an_identity("ZOE", "ONeill"), [known])

    assert recognition.same == an_id(1)
    assert recognition.possible == ()


def test_nobody_alike_is_somebody_new() -> None:
    recognition = recognise(an_identity(), [known_as(an_identity("Piotr", "Nowak"))])

    assert recognition.same is None
    assert recognition.possible == ()


def test_two_certain_matches_are_left_to_a_person() -> None:
    known = [known_as(an_identity(), number=2), known_as(an_identity())]

    recognition = recognise(an_identity(), known)

    assert recognition.same is None
    assert [match.participant_id for match in recognition.possible] == [an_id(1), an_id(2)]


@pytest.mark.parametrize(
    ("arriving", "sign"),
    [
        (an_identity("Amina", "Kahn"), "name-alike-same-birth-date"),
        (an_identity("Khan", "Amina"), "names-in-another-order"),
        (an_identity("Amina", "Patel"), "same-given-name-same-birth-date"),
        (an_identity(born_on=date(1990, 4, 3)), "day-and-month-swapped"),
        (an_identity(born_on=date(1991, 3, 4)), "birth-date-differs-in-one-part"),
    ],
)
def test_a_possible_match_is_listed_for_a_person_to_decide(arriving: Identity, sign: str) -> None:
    recognition = recognise(arriving, [known_as(an_identity())])

    assert recognition.same is None
    assert [match.participant_id for match in recognition.possible] == [an_id(1)]
    assert sign in recognition.possible[0].signs


@pytest.mark.parametrize(
    "arriving",
    [
        an_identity("Piotr", "Nowak", date(1990, 4, 3)),
        an_identity("Piotr", "Nowak", date(1991, 3, 4)),
        an_identity(born_on=date(1991, 4, 4)),
        an_identity("Khan", "Amina", date(1991, 4, 4)),
    ],
)
def test_neither_name_nor_birth_date_alone_suggests_a_match(arriving: Identity) -> None:
    assert recognise(arriving, [known_as(an_identity())]).possible == ()


@pytest.mark.parametrize("arriving_birth", [Birth.in_year(1990), UNKNOWN, date(1990, 3, 4)])
@pytest.mark.parametrize("known_birth", [Birth.in_year(1990), UNKNOWN])
@pytest.mark.parametrize("name", [("Amina", "Kahn"), ("Khan", "Amina")])
def test_a_name_alike_is_left_to_a_person_where_a_birth_date_is_uncertain(
    name: tuple[str, str], arriving_birth: Birth | date, known_birth: Birth
) -> None:
    recognition = recognise(an_identity(*name, arriving_birth), [known_as(an_identity(born_on=known_birth))])

    assert recognition.same is None
    [match] = recognition.possible
    assert (match.signs, match.doubts) == (("name-alike-birth-date-uncertain",), ("birth-date-uncertain",))


@pytest.mark.parametrize(
    "arriving",
    [
        an_identity("Amina", "Kahn", Birth.in_year(1985)),
        an_identity("Amina", "Patel", UNKNOWN),
        an_identity("Unknown", "Kahn", Birth.in_year(1985)),
    ],
)
def test_an_uncertain_birth_date_suggests_nobody_by_itself(arriving: Identity) -> None:
    assert recognise(arriving, [known_as(an_identity())]).possible == ()


def test_a_name_without_letters_proves_nothing() -> None:
    assert not is_same_person(an_identity("-", "."), an_identity("?", ""))


NI: dict[str, Any] = {"national_insurance": "AB123456C"}


@pytest.mark.parametrize(
    ("arriving", "known", "doubt"),
    [
        (an_identity(**NI), an_identity(national_insurance="JG103759A"), "another-national-insurance"),
        (an_identity(nhs_number="9434765919"), an_identity(nhs_number="9434765870"), "another-nhs-number"),
        (an_identity(born_on=date(1990, 1, 1)), an_identity(born_on=date(1990, 1, 1)), "first-of-january"),
        (an_identity(born_on=Birth.in_year(1990)), an_identity(), "birth-date-uncertain"),
        (an_identity(born_on=UNKNOWN), an_identity(), "birth-date-uncertain"),
        (an_identity("Unknown", "Khan"), an_identity("", "Khan"), "placeholder-name"),
    ],
)
def test_what_speaks_against_a_plain_match_leaves_it_to_a_person(
    arriving: Identity, known: Identity, doubt: str
) -> None:
    recognition = recognise(arriving, [known_as(known)])

    assert recognition.same is None
    assert [(match.participant_id, match.doubts) for match in recognition.possible] == [(an_id(1), (doubt,))]


def test_a_number_tells_two_of_one_name_and_birth_date_apart() -> None:
    known = [known_as(an_identity(**NI)), known_as(an_identity(national_insurance="JG103759A"), number=2)]

    assert recognise(an_identity(**NI), known).same == an_id(1)
    assert recognise(an_identity(), known).same is None


def test_a_number_that_contradicts_one_record_of_a_person_contradicts_them_all() -> None:
    merged = known_as(an_identity(), an_identity("Ameena", **NI))

    assert recognise(an_identity(), [merged]).same == an_id(1)
    assert recognise(an_identity(national_insurance="JG103759A"), [merged]).same is None


@pytest.mark.parametrize("name", [("Unknown", ""), ("Not", "Known"), (".", "."), ("UNKNOWN", "unknown")])
def test_a_placeholder_for_a_name_matches_nobody(name: tuple[str, str]) -> None:
    known = known_as(an_identity(*name))

    assert possible_matches(an_identity(*name), [known]) == ()


@pytest.mark.parametrize(
    ("numbers", "sign"),
    [(NI, "same-national-insurance"), (dict[str, Any](nhs_number="9434765919"), "same-nhs-number")],
)
def test_the_same_number_suggests_one_person_whatever_the_name(numbers: dict[str, Any], sign: str) -> None:
    arriving = an_identity("Zofia", "Nowak", UNKNOWN, **numbers)

    [match] = possible_matches(arriving, [known_as(an_identity(**numbers))])

    assert sign in match.signs
    assert recognise(arriving, [known_as(an_identity(**numbers))]).same is None


def test_a_name_of_one_word_is_the_same_in_either_field() -> None:
    assert recognise(an_identity("Suharto", ""), [known_as(an_identity("", "Suharto"))]).same == an_id(1)


def test_births_that_cannot_be_the_same_day_suggest_nothing() -> None:
    assert possible_matches(an_identity(born_on=Birth.in_year(1975)), [known_as(an_identity())]) == ()


def test_two_whom_a_person_told_apart_are_no_possible_match() -> None:
    assert possible_matches(an_identity(), [known_as(an_identity())], {an_id(1)}) == ()
