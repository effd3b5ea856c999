"""Whether two records are one person (BR-C6). Only a plain match decides itself; the rest a person decides."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal
from unicodedata import category, combining, normalize
from uuid import UUID

from rulebook.refusal import Refusal

from .birth import UNKNOWN, Birth

ALIKE = 0.8
"""How alike two names must be, from 0 to 1, to be shown to a person as possibly one."""

Verdict = Literal["same", "different"]
"""What a person at the hub says of two records."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who someone says they are. Either part of a name may be empty; `placeholders` are words that are no name."""

    given_name: str
    family_name: str
    birth: Birth = UNKNOWN
    national_insurance: str | None = None
    nhs_number: str | None = None
    placeholders: frozenset[str] = frozenset()

    @property
    def given_key(self) -> str:
        return self._named(self.given_name)

    @property
    def name_key(self) -> str:
        """The whole name as it is compared and indexed; empty when it names nobody."""
        whole = f"{normalised(self.given_name)} {normalised(self.family_name)}".strip()
        return "" if whole in self.placeholders else f"{self.given_key} {self._named(self.family_name)}".strip()

    @property
    def has_a_placeholder(self) -> bool:
        """Whether a part of the name stands for one that nobody knew."""
        parts = (part for part in (self.given_name, self.family_name) if part)
        return not self.name_key or any(not self._named(part) for part in parts)

    def _named(self, part: str) -> str:
        key = normalised(part)
        return "" if key in self.placeholders else key


@dataclass(frozen=True, slots=True)
class KnownParticipant:
    """A participant, and every identity they are recorded with: their own, and those of records joined to it."""

    participant_id: UUID
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A known participant who may be the same person: what suggests it, and what speaks against deciding it alone."""

    participant_id: UUID
    signs: tuple[str, ...]
    doubts: tuple[str, ...] = ()


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


def _has_the_same_name(one: Identity, other: Identity) -> bool:
    return bool(one.name_key) and one.name_key == other.name_key


def _born_the_same_day(one: Identity, other: Identity) -> bool:
    return one.birth.exactly is not None and one.birth.exactly == other.birth.exactly


def _same_name_same_birth_date(one: Identity, other: Identity) -> bool:
    return _has_the_same_name(one, other) and _born_the_same_day(one, other)


def _same_name_born_perhaps_the_same_day(one: Identity, other: Identity) -> bool:
    certain = one.birth.exactly is not None and other.birth.exactly is not None
    return _has_the_same_name(one, other) and not certain and one.birth.may_be(other.birth)


def _same_national_insurance(one: Identity, other: Identity) -> bool:
    """The last letter tells nobody apart."""
    here, there = one.national_insurance, other.national_insurance
    return here is not None and there is not None and here[:8] == there[:8]


def _same_nhs_number(one: Identity, other: Identity) -> bool:
    return one.nhs_number is not None and one.nhs_number == other.nhs_number


def _born_the_same_day_with_a_name_alike(one: Identity, other: Identity) -> bool:
    named = one.name_key and other.name_key and one.name_key != other.name_key
    return bool(named) and _born_the_same_day(one, other) and _ratio(one, other) >= ALIKE


def _ratio(one: Identity, other: Identity) -> float:
    return SequenceMatcher(None, one.name_key, other.name_key).ratio()


def _name_alike_born_perhaps_the_same_day(one: Identity, other: Identity) -> bool:
    """Letters that differ, or words in another order, where a birth date is not known to the day."""
    certain = one.birth.exactly is not None and other.birth.exactly is not None
    named = one.name_key and other.name_key and one.name_key != other.name_key
    if certain or not named or not one.birth.may_be(other.birth):
        return False
    return _has_the_same_words(one, other) or _ratio(one, other) >= ALIKE


def _has_the_same_words(one: Identity, other: Identity) -> bool:
    return bool(one.name_key) and sorted(one.name_key.split()) == sorted(other.name_key.split())


def _born_the_same_day_with_names_in_another_order(one: Identity, other: Identity) -> bool:
    return _born_the_same_day(one, other) and _has_the_same_words(one, other) and one.name_key != other.name_key


def _born_the_same_day_with_the_same_given_name(one: Identity, other: Identity) -> bool:
    first, second = one.given_key.split()[:1], other.given_key.split()[:1]
    return bool(first) and first == second and one.name_key != other.name_key and _born_the_same_day(one, other)


def _same_name_with_day_and_month_swapped(one: Identity, other: Identity) -> bool:
    here, there = one.birth.exactly, other.birth.exactly
    if here is None or there is None or here == there:
        return False
    swapped = (here.year, here.day, here.month) == (there.year, there.month, there.day)
    return swapped and _has_the_same_name(one, other)


def _same_name_with_one_part_of_the_birth_date_different(one: Identity, other: Identity) -> bool:
    here, there = one.birth.exactly, other.birth.exactly
    if here is None or there is None:
        return False
    parts = zip(here.timetuple()[:3], there.timetuple()[:3], strict=True)
    return _has_the_same_name(one, other) and sum(this != that for this, that in parts) == 1


PLAINLY = "same-name-same-birth-date"

SIGNS: tuple[tuple[str, Callable[[Identity, Identity], bool]], ...] = (
    (PLAINLY, _same_name_same_birth_date),
    ("same-name-birth-date-uncertain", _same_name_born_perhaps_the_same_day),
    ("same-national-insurance", _same_national_insurance),
    ("same-nhs-number", _same_nhs_number),
    ("name-alike-same-birth-date", _born_the_same_day_with_a_name_alike),
    ("name-alike-birth-date-uncertain", _name_alike_born_perhaps_the_same_day),
    ("names-in-another-order", _born_the_same_day_with_names_in_another_order),
    ("same-given-name-same-birth-date", _born_the_same_day_with_the_same_given_name),
    ("day-and-month-swapped", _same_name_with_day_and_month_swapped),
    ("birth-date-differs-in-one-part", _same_name_with_one_part_of_the_birth_date_different),
)
"""What suggests that two are one."""


def _has_another_national_insurance(one: Identity, other: Identity) -> bool:
    return bool(one.national_insurance and other.national_insurance) and not _same_national_insurance(one, other)


def _has_another_nhs_number(one: Identity, other: Identity) -> bool:
    return bool(one.nhs_number and other.nhs_number) and one.nhs_number != other.nhs_number


def _birth_date_is_not_known_to_the_day(one: Identity, other: Identity) -> bool:
    return one.birth.exactly is None or other.birth.exactly is None


def _was_born_on_the_first_of_january(one: Identity, other: Identity) -> bool:
    return one.birth.is_given_to_many or other.birth.is_given_to_many


def _has_a_placeholder_for_a_name(one: Identity, other: Identity) -> bool:
    return one.has_a_placeholder or other.has_a_placeholder


CONTRADICTIONS: tuple[tuple[str, Callable[[Identity, Identity], bool]], ...] = (
    ("another-national-insurance", _has_another_national_insurance),
    ("another-nhs-number", _has_another_nhs_number),
)
"""What speaks against one person, whichever of their records it stands in."""

DOUBTS: tuple[tuple[str, Callable[[Identity, Identity], bool]], ...] = (
    *CONTRADICTIONS,
    ("birth-date-uncertain", _birth_date_is_not_known_to_the_day),
    ("first-of-january", _was_born_on_the_first_of_january),
    ("placeholder-name", _has_a_placeholder_for_a_name),
)
"""What keeps a match from deciding itself: a person at the hub does (F-2)."""


def is_same_person(one: Identity, other: Identity) -> bool:
    """The same normalised name and date of birth, and nothing that speaks against it."""
    return _same_name_same_birth_date(one, other) and not _codes(DOUBTS, [(one, other)])


def recognise(arriving: Identity, participants: Iterable[KnownParticipant]) -> Recognition:
    """Find an arriving person among known ones. Two certain matches are a doubt, and go to a person to decide.

    What contradicts any record of a known person is a doubt about them all. Storage need only bring those who share
    the date of birth, the `name_key` or a number, and where a birth date is uncertain those with a word in their name
    that sounds alike: no sign looks further.
    """
    matches = possible_matches(arriving, participants)
    certain = [one.participant_id for one in matches if PLAINLY in one.signs and not one.doubts]
    return Recognition(certain[0], ()) if len(certain) == 1 else Recognition(None, matches)


def possible_matches(
    identity: Identity, participants: Iterable[KnownParticipant], ruled_out: Collection[UUID] = ()
) -> tuple[PossibleMatch, ...]:
    """Who may be the same person, in the order of their ids, but for those whom somebody said they are not."""
    candidates = sorted(participants, key=lambda participant: participant.participant_id)
    matches = (_compared(identity, one) for one in candidates if one.participant_id not in ruled_out)
    return tuple(match for match in matches if match.signs)


def _compared(arriving: Identity, participant: KnownParticipant) -> PossibleMatch:
    pairs = [(arriving, identity) for identity in participant.identities]
    plain = any(is_same_person(*pair) for pair in pairs)
    return PossibleMatch(
        participant.participant_id, _codes(SIGNS, pairs), _codes(CONTRADICTIONS if plain else DOUBTS, pairs)
    )


def _codes(
    criteria: Sequence[tuple[str, Callable[[Identity, Identity], bool]]], pairs: Sequence[tuple[Identity, Identity]]
) -> tuple[str, ...]:
    return tuple(code for code, holds in criteria if any(holds(*pair) for pair in pairs))


def signs_of(one: Identity, other: Identity) -> tuple[str, ...]:
    """Codes of everything that suggests one person."""
    return _codes(SIGNS, [(one, other)])


def two_are_named(survivor: UUID, alias: UUID) -> Refusal | None:
    if survivor != alias:
        return None
    return Refusal("same_participant", "Both are the same record.", "Name the two records that are one person.")


def somebody_is_named(parts: Sequence[str | None]) -> Refusal | None:
    if any(parts):
        return None
    return Refusal("no_name", "No name is left.", "Give a name, if only one word.")
