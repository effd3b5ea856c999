"""Whether two records are one person (BR-C6). Only a plain match decides itself; the rest a person decides."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from unicodedata import category, combining, normalize
from uuid import UUID

from .refusal import Refusal

ALIKE = 0.8
"""How alike two names must be, from 0 to 1, to be shown to a person as possibly one."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who someone says they are."""

    given_names: str
    family_name: str
    born_on: date

    @property
    def name_key(self) -> str:
        """The whole name as it is compared and indexed."""
        return f"{normalised(self.given_names)} {normalised(self.family_name)}".strip()


@dataclass(frozen=True, slots=True)
class KnownParticipant:
    participant_id: UUID
    identity: Identity


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A known participant who may be the same person, and what suggests it."""

    participant_id: UUID
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """Who the hub thinks this is: known for certain, possibly known, or new when both are empty."""

    same: UUID | None
    possible: tuple[PossibleMatch, ...]


def normalised(name: str) -> str:
    """A name without case, accents, punctuation or odd spaces: `Zoë O'Neill-Smith` is `zoe oneill smith`."""
    letters = (letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    return " ".join("".join(_plain(letter) for letter in letters).split())


def _plain(letter: str) -> str:
    if category(letter)[0] in "LMN":
        return letter
    return " " if letter.isspace() or category(letter) == "Pd" else ""


def _born_the_same_day_with_a_name_alike(one: Identity, other: Identity) -> bool:
    return one.born_on == other.born_on and SequenceMatcher(None, one.name_key, other.name_key).ratio() >= ALIKE


def _born_the_same_day_with_names_in_another_order(one: Identity, other: Identity) -> bool:
    same_words = sorted(one.name_key.split()) == sorted(other.name_key.split())
    return one.born_on == other.born_on and same_words and one.name_key != other.name_key


def _born_the_same_day_with_the_same_given_name(one: Identity, other: Identity) -> bool:
    first, second = normalised(one.given_names).split()[:1], normalised(other.given_names).split()[:1]
    return one.born_on == other.born_on and first == second


def _same_name_with_day_and_month_swapped(one: Identity, other: Identity) -> bool:
    swapped = (one.born_on.year, one.born_on.day, one.born_on.month)
    there = (other.born_on.year, other.born_on.month, other.born_on.day)
    return one.name_key == other.name_key and one.born_on != other.born_on and swapped == there


def _same_name_with_one_part_of_the_birth_date_different(one: Identity, other: Identity) -> bool:
    parts = zip(one.born_on.timetuple()[:3], other.born_on.timetuple()[:3], strict=True)
    return one.name_key == other.name_key and sum(here != there for here, there in parts) == 1


SIGNS: tuple[tuple[str, Callable[[Identity, Identity], bool]], ...] = (
    ("name-alike-same-birth-date", _born_the_same_day_with_a_name_alike),
    ("names-in-another-order", _born_the_same_day_with_names_in_another_order),
    ("same-given-name-same-birth-date", _born_the_same_day_with_the_same_given_name),
    ("day-and-month-swapped", _same_name_with_day_and_month_swapped),
    ("birth-date-differs-in-one-part", _same_name_with_one_part_of_the_birth_date_different),
)


def is_same_person(one: Identity, other: Identity) -> bool:
    """The same normalised name and date of birth. A name with no letters proves nothing."""
    return bool(one.name_key) and one.name_key == other.name_key and one.born_on == other.born_on


def recognise(arriving: Identity, known: Iterable[KnownParticipant]) -> Recognition:
    """Find an arriving person among known ones. Two certain matches are a doubt, and go to a person to decide.

    Storage need only bring those who share the date of birth or the `name_key`: no sign looks further.
    """
    candidates = sorted(known, key=lambda participant: participant.participant_id)
    same = tuple(participant for participant in candidates if is_same_person(arriving, participant.identity))
    if len(same) == 1:
        return Recognition(same[0].participant_id, ())
    matches = (PossibleMatch(one.participant_id, signs_of(arriving, one.identity)) for one in candidates)
    return Recognition(None, tuple(match for match in matches if match.signs))


def two_are_named(survivor: UUID, alias: UUID) -> Refusal | None:
    if survivor != alias:
        return None
    return Refusal("same_participant", "Both are the same record.", "Name the two records that are one person.")


def signs_of(one: Identity, other: Identity) -> tuple[str, ...]:
    """Codes of everything that suggests one person."""
    if is_same_person(one, other):
        return ("same-name-same-birth-date",)
    return tuple(code for code, suggests in SIGNS if suggests(one, other))
