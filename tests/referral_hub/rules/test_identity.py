from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_hub.domain.identity import Identity, KnownParticipant, is_same_person, normalised, recognise
from tests.referral_hub.builders import an_id, an_identity


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
    known = KnownParticipant(an_id(1), an_identity("Zoë", "O'Neill"))

    recognition = recognise(an_identity("ZOE", "ONeill"), [known])

    assert recognition.same == an_id(1)
    assert recognition.possible == ()


def test_nobody_alike_is_somebody_new() -> None:
    recognition = recognise(an_identity(), [KnownParticipant(an_id(1), an_identity("Piotr", "Nowak"))])

    assert recognition.same is None
    assert recognition.possible == ()


def test_two_certain_matches_are_left_to_a_person() -> None:
    known = [KnownParticipant(an_id(2), an_identity()), KnownParticipant(an_id(1), an_identity())]

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
    recognition = recognise(arriving, [KnownParticipant(an_id(1), an_identity())])

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
    assert recognise(arriving, [KnownParticipant(an_id(1), an_identity())]).possible == ()


def test_a_name_without_letters_proves_nothing() -> None:
    assert not is_same_person(an_identity("-", "."), an_identity("?", ""))
