"""Invented people. Names are drawn from common ones; nobody is meant."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from zlib import crc32

GIVEN = {
    "female": ("Aisha", "Beth", "Carol", "Donna", "Emma", "Farah", "Grace", "Hannah", "Iram", "Julie", "Kelly", "Lena"),
    "male": ("Adam", "Bilal", "Craig", "Dean", "Ethan", "Faisal", "Gary", "Hamza", "Ian", "Jordan", "Kyle", "Liam"),
}
FAMILY = (
    "Ackroyd", "Begum", "Crowther", "Dyson", "Earnshaw", "Firth", "Greenwood", "Haigh", "Iqbal", "Jagger", "Khan",
    "Lockwood", "Mahmood", "Netherwood", "Oldroyd", "Priestley", "Quarmby", "Ramsden", "Sykes", "Thackray",
)  # fmt: skip
SEXES = (("female", 0.55), ("male", 0.45))
UNDER_25 = ((True, 0.17), (False, 0.83))
"""Published shares (001:2397-2398)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who comes to the hub."""

    given_name: str
    family_name: str
    date_of_birth: date
    sex: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def identity(self) -> tuple[str, date]:
        """What the hub knows them again by."""
        return self.name, self.date_of_birth

    @property
    def number(self) -> str:
        """What is written on their papers, for no name is."""
        return f"{crc32(repr(self).encode()):08x}"

    def as_given(self) -> dict[str, str]:
        """As a referrer writes it down."""
        return {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "date_of_birth": self.date_of_birth.isoformat(),
            "sex": self.sex,
        }


def someone(chance: Random, sex: str, young: bool, referred_on: date) -> Person:
    """A person of the cohort, 17 to 24 years old when young, else 25 to 66."""
    years = chance.randint(17, 23) if young else chance.randint(25, 66)
    born_on = referred_on - timedelta(days=365 * years + chance.randint(30, 329))
    if (born_on.month, born_on.day) == (1, 1):
        born_on += timedelta(days=1)  # many papers say so for want of the day, and a person decides who they are
    return Person(chance.choice(GIVEN[sex]), chance.choice(FAMILY), born_on, sex)
