"""Invented people. Names are drawn from common ones; nobody is meant."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

GIVEN = {
    "female": ("Aisha", "Beth", "Carol", "Donna", "Emma", "Farah", "Grace", "Hannah", "Iram", "Julie", "Kelly", "Lena"),
    "male": ("Adam", "Bilal", "Craig", "Dean", "Ethan", "Faisal", "Gary", "Hamza", "Ian", "Jordan", "Kyle", "Liam"),
}
FAMILY = (
    "Ackroyd", "Begum", "Crowther", "Dyson", "Earnshaw", "Firth", "Greenwood", "Haigh", "Iqbal", "Jagger", "Khan",
    "Lockwood", "Mahmood", "Netherwood", "Oldroyd", "Priestley", "Quarmby", "Ramsden", "Sykes", "Thackray",
)  # fmt: skip
FEMALE_SHARE = 0.55
UNDER_25_SHARE = 0.17


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

    def as_given(self) -> dict[str, str]:
        """As a referrer writes it down."""
        return {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "date_of_birth": self.date_of_birth.isoformat(),
            "sex": self.sex,
        }


def someone(chance: Random, referred_on: date, number: int) -> Person:
    """A person of the cohort: 55 % women, 17 % under 25 (published shares); `number` keeps birthdays apart."""
    sex = "female" if chance.random() < FEMALE_SHARE else "male"
    years = chance.randint(17, 24) if chance.random() < UNDER_25_SHARE else chance.randint(25, 66)
    born_on = referred_on - timedelta(days=365 * years + 30 + number % 300)
    return Person(chance.choice(GIVEN[sex]), chance.choice(FAMILY), born_on, sex)
