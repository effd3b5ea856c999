from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from common.ids import new_id
from common.transaction import Transaction
from referral_hub.domain.identity import Identity, recognise, signs_of
from referral_hub.storage.participants import hold_identity, identity_of, known_like, participant_to_change
from referral_hub.storage.tables import Participant

from .problems import IdTaken

CONTACT = ("address", "phone", "email")
FILLED_ONCE = ("sex", "national_insurance", "nhs_number")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is referred, as the referrer says."""

    given_name: str
    family_name: str
    date_of_birth: date
    sex: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    national_insurance: str | None = None
    nhs_number: str | None = None

    @property
    def identity(self) -> Identity:
        return Identity(self.given_name, self.family_name, self.date_of_birth)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The participant, whether the hub knew them, and how many others they might be."""

    participant: Participant
    returning: bool
    possible_matches: int


async def recognise_participant(tx: Transaction, person: Person, asked_id: UUID | None) -> Recognised:
    """The participant a person is, known from before or new (BR-C6, S-14), held until the transaction ends.

    `asked_id` is minted by the referrer for someone new; the hub may name someone known with it and so decide a
    possible match. The latest contact details count.

    Raises:
        IdTaken: the id is someone else's.
    """
    await hold_identity(tx.session, tx.programme_id, person.identity)
    known = await known_like(tx.session, tx.programme_id, person.identity)
    recognition = recognise(person.identity, known)
    same = recognition.same or await _decided(tx, person, asked_id)
    if same is None:
        possible = {match.participant_id for match in recognition.possible}
        return Recognised(_made_known(tx, person, asked_id), returning=False, possible_matches=len(possible))
    participant = await participant_to_change(tx.session, same)
    if participant is None:
        raise IdTaken("Choose another id.")
    _bring_up_to_date(participant, person)
    return Recognised(participant, returning=True, possible_matches=0)


async def _decided(tx: Transaction, person: Person, asked_id: UUID | None) -> UUID | None:
    """Whom a person at the hub says this is; something must speak for it."""
    named = await participant_to_change(tx.session, asked_id) if asked_id else None
    if named is None:
        return None
    if not tx.actor.has("hub") or not signs_of(person.identity, identity_of(named)):
        raise IdTaken("Choose another id, or leave it out.")
    return named.merged_into or named.id


def _made_known(tx: Transaction, person: Person, asked_id: UUID | None) -> Participant:
    participant = Participant(
        id=asked_id or new_id(),
        programme_id=tx.programme_id,
        name_key=person.identity.name_key,
        restricted=False,
        merged_into=None,
        version=1,
        **asdict(person),
    )
    tx.session.add(participant)
    return participant


def _bring_up_to_date(participant: Participant, person: Person) -> None:
    said = {name: value for name, value in asdict(person).items() if value is not None}
    news = {
        name: value
        for name, value in said.items()
        if name in CONTACT or (name in FILLED_ONCE and getattr(participant, name) is None)
    }
    if any(getattr(participant, name) != value for name, value in news.items()):
        participant.version += 1
    for name, value in news.items():
        setattr(participant, name, value)
