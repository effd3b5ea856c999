from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from common.ids import new_id
from common.transaction import Transaction
from referral_hub.domain.birth import Birth
from referral_hub.domain.identity import Identity, recognise, signs_of
from referral_hub.operations.problems import IdTaken
from referral_hub.operations.requests import PersonIn, ReferralIn
from referral_hub.storage.participants import hold_identity, identity_of, known_like, participant_to_change, records_of
from referral_hub.storage.referrals import hold_open_referrals
from referral_hub.storage.tables.participants import IdentityChangeRow, ParticipantRow

CONTACT = ("address", "phone", "email")
FILLED_ONCE = ("sex", "national_insurance", "nhs_number")
SAID_AT_REFERRAL = "said-at-referral"


@dataclass(frozen=True, slots=True)
class RecognisedPerson:
    """The participant, whether the hub knew them, and how many others they might be."""

    participant: ParticipantRow
    returning: bool
    possible_matches: int


def born(birth: Birth) -> dict[str, date | None]:
    """A birth as the row of a participant has it: the day, or between which two days."""
    estimated = birth.certainty == "estimated"
    return {
        "date_of_birth": birth.exactly,
        "born_from": birth.earliest if estimated else None,
        "born_until": birth.latest if estimated else None,
    }


async def recognise_participant(tx: Transaction, identity: Identity, body: ReferralIn) -> RecognisedPerson:
    """The participant someone referred is, known from before or new (BR-C6, S-14), held until the transaction ends.

    From here on the hub asks, which alone sees everybody.

    The hub may mint the id of someone new, or name someone known with it and so decide a possible match.

    Raises:
        IdTaken: the id is someone else's.
    """
    await hold_identity(tx.session, tx.programme_id, identity)
    recognition = recognise(identity, await known_like(tx.session, tx.programme_id, identity))
    same = recognition.same or await _decided(tx, identity, body.participant_id)
    if same is None:
        return RecognisedPerson(_made_known(tx, identity, body), False, len(recognition.possible))
    return RecognisedPerson(await _held(tx, same), True, 0)


async def _held(tx: Transaction, participant_id: UUID) -> ParticipantRow:
    """Someone known, by the record that survives, held after their open referrals: every verb takes these first."""
    await hold_open_referrals(tx.session, records_of(participant_id))
    participant = await participant_to_change(tx.session, participant_id)
    if participant is None:
        raise IdTaken
    return await _held(tx, participant.merged_into) if participant.merged_into else participant


async def _decided(tx: Transaction, identity: Identity, asked_id: UUID | None) -> UUID | None:
    """Whom a person at the hub says this is; something must speak for it."""
    participant = await tx.session.get(ParticipantRow, asked_id) if asked_id else None
    if participant is None:
        return None
    if not signs_of(identity, identity_of(participant, identity.placeholders)):
        raise IdTaken("Choose another id, or leave it out.")
    return participant.merged_into or participant.id


def _made_known(tx: Transaction, identity: Identity, body: ReferralIn) -> ParticipantRow:
    participant = ParticipantRow(
        id=body.participant_id or new_id(),
        programme_id=tx.programme_id,
        name_key=identity.name_key,
        restricted=False,
        merged_into=None,
        version=1,
        given_name=identity.given_name,
        family_name=identity.family_name,
        **born(identity.birth),
        **body.person.model_dump(include={*CONTACT, *FILLED_ONCE}),
    )
    tx.session.add(participant)
    return participant


def bring_up_to_date(tx: Transaction, participant: ParticipantRow, person: PersonIn, *, trusted: bool) -> None:
    """Take what a referral says anew: the latest contact details, and what was not known yet; all changes are kept.

    Where the hub is in touch with someone already, what an outsider says of their contact details is not `trusted`:
    it is kept for the hub to look at, and taken only where there was none. Who seeks someone may say where they live.
    """
    for name in (*CONTACT, *FILLED_ONCE):
        value, before = getattr(person, name), getattr(participant, name)
        if value is None or value == before:
            continue
        taken = before is None or (trusted and name in CONTACT)
        change_identity(tx, participant, name, value, SAID_AT_REFERRAL, taken=taken)


def change_identity(
    tx: Transaction, participant: ParticipantRow, name: str, value: Any, reason: str, *, taken: bool = True
) -> None:
    """Write one fact about who someone is, and keep what it was."""
    before = getattr(participant, name)
    tx.session.add(
        IdentityChangeRow(
            programme_id=tx.programme_id,
            participant_id=participant.id,
            field=name,
            before=None if before is None else str(before),
            after=None if value is None else str(value),
            taken=taken,
            reason=reason,
            changed_by=tx.actor.id,
            organisation_id=tx.actor.organisation,
            changed_at=tx.now,
        )
    )
    if taken:
        setattr(participant, name, value)
        participant.version += 1
