from collections.abc import Callable

import pytest

from referral_hub.domain.identifiers import UnreadableIdentifier, email, national_insurance, nhs_number, telephone

NOT_INSURANCE = ("hello", "QQ123456C", "AO123456C", "BG123456A", "AB12345C", "AB123456E")


@pytest.mark.parametrize(
    ("form", "said", "kept"),
    [
        (national_insurance, "ab 12 34 56 c", "AB123456C"),
        (nhs_number, "943 476 5919", "9434765919"),
        (nhs_number, "943-476-5919", "9434765919"),
        (telephone, "01484 221000", "+441484221000"),
        (telephone, "07700 900123", "+447700900123"),
        (telephone, "+44 (0)113 496 0000", "+441134960000"),
        (telephone, "+48 22 123 45 67", "+48221234567"),
        (email, "Amina@EXAMPLE.org", "Amina@example.org"),
    ],
)
def test_what_names_a_person_is_kept_in_one_form(form: Callable[[str], str], said: str, kept: str) -> None:
    assert form(said) == kept
    assert form(kept) == kept


@pytest.mark.parametrize(
    ("form", "said"),
    [
        *(
            (national_insurance, said)
            for said in ("hello", "QQ123456C", "AO123456C", "BG123456A", "AB12345C", "AB123456E")
        ),
        *((nhs_number, said) for said in ("hello", "9434765918", "943476591", "٩434765919")),
        *((telephone, said) for said in ("not a phone", "12", "0")),
        *((email, said) for said in ("nope", "a@b", "a b@example.org", "@nowhere.org")),
    ],
)
def test_what_can_be_no_such_thing_is_refused_with_its_form(form: Callable[[str], str], said: str) -> None:
    with pytest.raises(UnreadableIdentifier) as refused:
        form(said)

    assert refused.value.sentence.startswith("This is no ")
    assert said not in refused.value.sentence
