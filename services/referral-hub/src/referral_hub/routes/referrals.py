from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import Field
from sqlalchemy import ColumnElement

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.fields import Prose
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.routing import Routes
from referral_hub.domain.identity import possible_matches
from referral_hub.domain.referral import standing_shown
from referral_hub.operations.allocation.weigh_providers import weigh_providers
from referral_hub.operations.loading import policy_in_force, speak_for_the_hub
from referral_hub.operations.problems import NoSuchReferral
from referral_hub.operations.referrals.receive_referral import receive_referral
from referral_hub.operations.requests import ReferralIn
from referral_hub.storage.decisions import ruled_out_for
from referral_hub.storage.lists import REFERRALS
from referral_hub.storage.participants import identity_of, ids_of, known_like, participant_of
from referral_hub.storage.referrals import (
    is_shown_as,
    joined_to,
    referral_of,
    referrals_with,
    requests_about,
)
from referral_hub.storage.tables.referrals import ReferralRow

from .corrections import corrections_shown
from .names import names_of
from .responses.allocations import RecommendationOut
from .responses.corrections import CorrectionOut
from .responses.referrals import (
    ContributionOut,
    InformationRequestOut,
    OwnReferral,
    PossibleMatchOut,
    ReferralLine,
    ReferralOut,
    ReferralReceipt,
    ReferralStatus,
)
from .roles import PROVIDER_ROLES

router = Routes(prefix="/v1/referrals", tags=["referrals"])

WITHHELD: dict[str, Any] = {"notes": None, "aspirations": [], "strengths": []}
"""What is left of a person's own words, and words about them, where only facts are needed."""

Spoken = Annotated[list[Prose], Field(max_length=20)]


@router.post("", status_code=201)
async def receive(body: ReferralIn, tx: Annotated[Transaction, writing("hub", "referrer")]) -> ReferralReceipt:
    """Refer someone (BR-A1). A returning participant is recognised by name and date of birth (S-14).

    Where the person has an open referral already, this one joins it, and the hub is told to which (BR-A5). 422
    `refused`: why, and what to do. 409 `external-id-taken`: your system calls another referral so.
    """
    referral, recognition = await receive_referral(tx, body)
    if tx.actor.has("hub"):
        facts: dict[str, Any] = {
            "participant_id": referral.participant_id,
            "state": referral.state,
            "returning": recognition.returning,
            "possible_matches": recognition.possible_matches,
            "joined_to": referral.joined_to,
        }
    else:
        facts = dict.fromkeys(("participant_id", "returning", "possible_matches", "joined_to")) | {"state": "received"}
    return tx.answered(ReferralReceipt(id=referral.id, priority=referral.priority, version=referral.version, **facts))


@router.get("")
async def list_all(
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "referrer")],
    query: Annotated[Asked, asking(REFERRALS)],
) -> Page[ReferralLine] | Page[ReferralStatus]:
    """Referrals, newest first. A referring agency sees its own, and of them the state only, by which it asks."""
    outside = _is_referrer(tx)
    conditions: list[ColumnElement[bool]] = []
    if outside:
        await speak_for_the_hub(tx)
        filters = {name: value for name, value in query.said.items() if name not in ("agency", "provider", "state")}
        conditions = [is_shown_as(query.said["state"])] if "state" in query.said else []
        query = query.by(agency=tx.actor.organisation, **filters)
    results = await query.found(tx, *conditions)
    names = await names_of(tx, results.rows)
    if outside:
        standing = await _standing(tx, results.rows)
        return Page[ReferralStatus](**dict(results.page(lambda one: _status(one, standing))))
    return Page[ReferralLine](**dict(results.page(lambda one: _line(one, names))))


@router.get("/{referral_id}")
async def read(
    referral_id: UUID,
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", "referrer", *PROVIDER_ROLES)],
    response: Response,
) -> ReferralOut | OwnReferral:
    """One referral; the referring agency sees its state and what it is asked, a provider the ones placed with it."""
    referral = await referral_of(tx.session, referral_id)
    if referral is None or (_is_referrer(tx) and referral.agency_id != tx.actor.organisation):
        raise NoSuchReferral("Check the id.")
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")
    if _is_referrer(tx):
        await speak_for_the_hub(tx)
        status = _status(referral, await _standing(tx, [referral]))
        return OwnReferral(**dict(status), **await _asked(tx, referral))
    response.headers["ETag"] = f'"{referral.version}"'
    return await _in_full(tx, referral)


@router.get("/{referral_id}/candidates")
async def candidates(
    referral_id: UUID, tx: Annotated[Transaction, reading("hub", "prime-manager")]
) -> RecommendationOut:
    """Weigh every provider for a triaged participant, as it stands now; nobody is placed by it (BR-A3, BR-A12).

    409 `move-not-possible`: the referral is not triaged, or is placed already.
    """
    return RecommendationOut.model_validate(await weigh_providers(tx, referral_id))


async def _standing(tx: Transaction, referrals: Sequence[ReferralRow]) -> dict[UUID, ReferralRow]:
    """What an agency's referrals were joined to: the hub asks, of every agency alike, and shows it to none."""
    return await referrals_with(tx.session, [one.joined_to for one in referrals if one.joined_to])


def _status(referral: ReferralRow, standing: dict[UUID, ReferralRow]) -> ReferralStatus:
    """As an agency sees it; of one that joined another, how that one stands."""
    stands = standing.get(referral.joined_to, referral) if referral.joined_to else referral
    return ReferralStatus(
        id=referral.id,
        state=standing_shown(referral.state, None if stands is referral else stands.state),
        agency_id=referral.agency_id,
        referred_on=referral.referred_on,
        closed_on=stands.closed_on,
    )


def _without_words(correction: CorrectionOut) -> CorrectionOut:
    values = {side: _but_words(getattr(correction, side)) for side in ("before", "after")}
    return correction.model_copy(update=values)


def _but_words(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in WITHHELD}


def _line(referral: ReferralRow, names: dict[UUID, str]) -> ReferralLine:
    line = ReferralLine.model_validate(referral)
    return line.model_copy(update={"name": names.get(referral.participant_id)})


def _is_referrer(tx: Transaction) -> bool:
    """Asks from outside: nothing but a referrer, or a provider's people."""
    return not tx.actor.has("hub", "prime-manager", "council-oversight", *PROVIDER_ROLES)


async def _asked(tx: Transaction, referral: ReferralRow) -> dict[str, Any]:
    requests = await requests_about(tx.session, [referral.id])
    return {"information_requests": [InformationRequestOut.model_validate(one) for one in requests]}


async def _in_full(tx: Transaction, referral: ReferralRow) -> ReferralOut:
    if tx.actor.has(*PROVIDER_ROLES):
        withheld: dict[str, Any] = {} if referral.consent_to_share else {"notes": None}
        return ReferralOut.model_validate(referral).model_copy(update=withheld)
    corrections = (await corrections_shown(tx, referral.id))[referral.id]
    if not tx.actor.has("hub", "prime-manager"):
        overseen: dict[str, Any] = {"corrections": [_without_words(one) for one in corrections]}
        return ReferralOut.model_validate(referral).model_copy(update=overseen | WITHHELD)
    names = await names_of(tx, [referral])
    more: dict[str, Any] = {"name": names.get(referral.participant_id), **await _asked(tx, referral)}
    more["corrections"] = corrections
    joiners = await joined_to(tx.session, [referral.id])
    more["contributions"] = [ContributionOut.model_validate(one) for one in joiners]
    if tx.actor.has("hub"):
        more["possible_matches"] = await _possible_matches(tx, referral)
    return ReferralOut.model_validate(referral).model_copy(update=more)


async def _possible_matches(tx: Transaction, referral: ReferralRow) -> list[PossibleMatchOut]:
    participant = await participant_of(tx.session, referral.participant_id)
    if participant is None:
        return []
    placeholders = (await policy_in_force(tx)).placeholders
    identity = identity_of(participant, placeholders)
    ruled_out = await ruled_out_for(tx.session, await ids_of(tx.session, participant.id))
    participants = await known_like(tx.session, tx.programme_id, identity)
    possible = possible_matches(identity, participants, {participant.id, *ruled_out})
    tx.touched(*(f"participant/{one.participant_id}" for one in possible))
    return [PossibleMatchOut.model_validate(one, from_attributes=True) for one in possible]
