"""Finding claims and what was kept about them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.claims import Act, Claim, ClaimAssessment, HeardOutcome, claim_numbers
from claims.storage.tables.participants import ParticipantAlias
from claims.storage.tables.payment import Adjustment, ClaimValuation
from claims.storage.tables.requests import Agreement, ItemRequest, SourceAnswer
from rulebook.claims_on_record import NOT_LIVE, ClaimOnRecord
from rulebook.codes import ClaimState
from rulebook.fact import Facts

from .audits import claims_stated_in

ClaimPlace = tuple[date, UUID]
"""Where a claim stands in a list: by the day achieved, then by id."""

NOT_UNDONE = ClaimValuation.ending.is_distinct_from("undone")
"""What is, or was, worth something: what was undone is as if it had never been verified."""

LISTED = [column for column in Claim.__table__.c if column.key != "recorded_by"]
"""What a list shows; an array costs more to read than the rest of its row."""

LOCK_SUBJECT = text("select pg_advisory_xact_lock(hashtextextended('claims/' || :programme || '/' || :subject, 0))")


async def lock_subjects(session: AsyncSession, programme_id: str, *subjects: UUID) -> None:
    """Until this transaction ends nobody else raises, revises, reopens or merges claims for these participants."""
    for subject in sorted(subjects):
        await session.execute(LOCK_SUBJECT, {"programme": programme_id, "subject": str(subject)})


async def survivor_of(session: AsyncSession, programme_id: str, participant_id: UUID) -> UUID:
    """The id a participant is known by since records were merged; mostly their own."""
    return await session.scalar(_survivor(programme_id, participant_id)) or participant_id


def _survivor(programme_id: str, participant_id: UUID) -> Select[UUID]:
    return select(ParticipantAlias.survivor_id).where(
        ParticipantAlias.programme_id == programme_id, ParticipantAlias.alias_id == participant_id
    )


async def subject_of(session: AsyncSession, programme_id: str, claim_id: UUID) -> UUID | None:
    """Whose keys a claim uses up, as of now; none where there is no such claim."""
    asked = select(Claim.subject_id).where(Claim.programme_id == programme_id, Claim.claim_id == claim_id)
    return await session.scalar(asked)


async def id_of_outcome(session: AsyncSession, programme_id: str, outcome_id: UUID) -> UUID | None:
    """The one claim for an outcome, by its id alone."""
    asked = select(Claim.claim_id).where(Claim.programme_id == programme_id, Claim.outcome_id == outcome_id)
    return await session.scalar(asked)


async def claim_to_change(session: AsyncSession, programme_id: str, claim_id: UUID) -> Claim | None:
    """The claim, locked and fresh."""
    return await session.scalar(
        select(Claim)
        .where(Claim.programme_id == programme_id, Claim.claim_id == claim_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def claim_seen(session: AsyncSession, claim_id: UUID) -> Claim | None:
    """The claim, if the asker may see it."""
    return await session.get(Claim, claim_id)


async def claims_of_subject(session: AsyncSession, programme_id: str, subject_id: UUID) -> Sequence[Claim]:
    """All claims that use up a participant's keys, locked, oldest first."""
    found = await session.scalars(
        select(Claim)
        .where(Claim.programme_id == programme_id, Claim.subject_id == subject_id)
        .order_by(Claim.raised_on, Claim.claim_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def refused_as_duplicates(session: AsyncSession, claim_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Of these, the claims that a rule refused because another used up their key, and nobody has moved since."""
    last = select(func.max(Act.position)).where(Act.claim_id.in_(claim_ids)).group_by(Act.claim_id)
    found = select(Claim.claim_id).join(Act, Act.claim_id == Claim.claim_id).where(Act.position.in_(last))
    return frozenset(await session.scalars(found.where(Claim.state == "refused", Act.verb == "refuse-duplicate")))


async def taken_back_for(session: AsyncSession, claim_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of these, the claims that an adjustment reversed because another was verified, with that other."""
    found = select(Adjustment.claim_id, Adjustment.instead_of_id).where(Adjustment.claim_id.in_(claim_ids))
    told = await session.execute(found.order_by(Adjustment.adjustment_id))
    last = {claim_id: other for claim_id, other in told}
    return {claim_id: other for claim_id, other in last.items() if other is not None}


async def claims_on_record(session: AsyncSession, programme_id: str, subject_id: UUID) -> tuple[ClaimOnRecord, ...]:
    """All claims for a participant by any provider on any referral, aliases resolved, with the facts they rest on."""
    aliases = select(ParticipantAlias.alias_id).where(
        ParticipantAlias.programme_id == programme_id, ParticipantAlias.survivor_id == subject_id
    )
    known = (Claim.claim_id, Claim.outcome_id, Claim.outcome, Claim.slot, Claim.state, Claim.achieved_on)
    found = await session.execute(
        select(*known, HeardOutcome.body["facts"], Claim.taken_back_on, Claim.revision)
        .join(HeardOutcome, (HeardOutcome.claim_id == Claim.claim_id) & (HeardOutcome.revision == Claim.revision))
        .where(Claim.programme_id == programme_id, or_(Claim.subject_id == subject_id, Claim.subject_id.in_(aliases)))
        .order_by(Claim.raised_on, Claim.claim_id)
    )
    return tuple(
        ClaimOnRecord(
            claim_id,
            outcome_id,
            outcome,
            slot,
            cast(ClaimState, state),
            achieved_on,
            Facts(facts),
            back is not None,
            revision,
        )
        for claim_id, outcome_id, outcome, slot, state, achieved_on, facts, back, revision in found
    )


async def heard_of_subject(
    session: AsyncSession, programme_id: str, subject_id: UUID
) -> Sequence[tuple[Claim, HeardOutcome]]:
    """Live claims for a participant that the asker may see, each with the revision it stands on, oldest first."""
    aliases = select(ParticipantAlias.alias_id).where(
        ParticipantAlias.programme_id == programme_id, ParticipantAlias.survivor_id == subject_id
    )
    found = await session.execute(
        select(Claim, HeardOutcome)
        .join(HeardOutcome, (HeardOutcome.claim_id == Claim.claim_id) & (HeardOutcome.revision == Claim.revision))
        .where(Claim.programme_id == programme_id, or_(Claim.subject_id == subject_id, Claim.subject_id.in_(aliases)))
        .where(Claim.state.not_in(NOT_LIVE), Claim.taken_back_on.is_(None))
        .order_by(Claim.achieved_on, Claim.claim_id)
    )
    return [(claim, heard) for claim, heard in found]


async def claims_evidenced_by(
    session: AsyncSession, programme_id: str, outcome: str, kind: str
) -> Sequence[tuple[UUID, UUID]]:
    """Claims for an outcome that stand on evidence of a kind, shown or answered, each with whose keys it uses up."""
    shown = HeardOutcome.body["evidence"].contains([{"kind": kind}])
    answered = exists().where(SourceAnswer.claim_id == Claim.claim_id, SourceAnswer.kind == kind)
    found = await session.execute(
        select(Claim.claim_id, Claim.subject_id)
        .join(HeardOutcome, (HeardOutcome.claim_id == Claim.claim_id) & (HeardOutcome.revision == Claim.revision))
        .where(Claim.programme_id == programme_id, Claim.outcome == outcome, or_(shown, answered))
        .order_by(Claim.claim_id)
    )
    return [(claim_id, subject_id) for claim_id, subject_id in found]


async def next_number(session: AsyncSession, programme_id: str) -> str:
    """A readable number for life: `KBOP-000123`. Numbers rise; they may leave gaps."""
    return f"{programme_id.upper()}-{await session.scalar(claim_numbers.next_value()):06d}"


async def heard_revision(session: AsyncSession, claim: Claim) -> HeardOutcome:
    """The revision a claim stands on."""
    return await session.get_one(HeardOutcome, (claim.claim_id, claim.revision))


async def heard_revisions(session: AsyncSession, claim_id: UUID) -> Sequence[HeardOutcome]:
    found = await session.scalars(
        select(HeardOutcome).where(HeardOutcome.claim_id == claim_id).order_by(HeardOutcome.revision)
    )
    return found.all()


async def last_assessment(session: AsyncSession, claim_id: UUID) -> ClaimAssessment | None:
    """The newest; ids are made in order under the claim's lock."""
    return await session.scalar(
        select(ClaimAssessment)
        .where(ClaimAssessment.claim_id == claim_id)
        .order_by(ClaimAssessment.assessment_id.desc())
        .limit(1)
    )


async def agreements_on(session: AsyncSession, claim_id: UUID) -> Sequence[str]:
    return (await session.scalars(select(Agreement.code).where(Agreement.claim_id == claim_id))).all()


async def requests_on(session: AsyncSession, claim_id: UUID) -> Sequence[ItemRequest]:
    found = await session.scalars(
        select(ItemRequest).where(ItemRequest.claim_id == claim_id).order_by(ItemRequest.request_id)
    )
    return found.all()


async def acts_on(session: AsyncSession, claim_id: UUID) -> Sequence[Act]:
    return (await session.scalars(select(Act).where(Act.claim_id == claim_id).order_by(Act.position))).all()


async def valuation_of(session: AsyncSession, claim_id: UUID) -> ClaimValuation | None:
    """What it is worth, or was until it was taken back; none where its verification was undone."""
    return await session.scalar(
        select(ClaimValuation)
        .where(ClaimValuation.claim_id == claim_id, NOT_UNDONE)
        .order_by(ClaimValuation.event_id.desc())
        .limit(1)
    )


async def valuations_of(session: AsyncSession, claim_id: UUID) -> Sequence[ClaimValuation]:
    """All that it was ever worth, in order."""
    asked = select(ClaimValuation).where(ClaimValuation.claim_id == claim_id).order_by(ClaimValuation.event_id)
    return (await session.scalars(asked)).all()


async def claims_listed(
    session: AsyncSession,
    wanted: dict[str, Any],
    after: ClaimPlace | None,
    most: int,
    *,
    basis_changed: bool = False,
    stated_in: str | None = None,
    quarters: frozenset[str] | None = None,
) -> Sequence[Any]:
    """Claims the asker may see, newest business date first; `wanted` filters columns by equality where not None.

    `stated_in` is the month, as `2019-10`, whose statement has a line of theirs; `quarters` are those beyond which
    nothing is shown. They are plain rows: nobody changes what is listed.
    """
    asked = select(*LISTED).order_by(Claim.achieved_on.desc(), Claim.claim_id.desc()).limit(most)
    for column, value in wanted.items():
        if value is not None:
            asked = asked.where(getattr(Claim, column) == value)
    if basis_changed:
        asked = asked.where(Claim.basis_changed_on.is_not(None))
    if stated_in is not None:
        stated = (Act.claim_id == Claim.claim_id, Act.verb == "state", Act.detail["month"].astext == stated_in)
        asked = asked.where(exists().where(*stated))
    if quarters is not None:
        asked = asked.where(Claim.claim_id.in_(claims_stated_in(quarters)))
    if after is not None:
        asked = asked.where(tuple_(Claim.achieved_on, Claim.claim_id) < after)
    return (await session.execute(asked)).all()


async def claims_keeping_theirs(
    session: AsyncSession, programme_id: str, card: str, version: str, from_on: date
) -> int:
    """How many claims of outcomes achieved from a day on are kept under other versions of a card."""
    asked = select(func.count()).where(
        Claim.programme_id == programme_id,
        Claim.rate_card == card,
        Claim.rate_card_version != version,
        Claim.achieved_on >= from_on,
    )
    return await session.scalar(asked) or 0


async def participants_of(session: AsyncSession, claim_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Whom these claims are about, each once."""
    asked = select(Claim.participant_id).where(Claim.claim_id.in_(claim_ids)).distinct().order_by(Claim.participant_id)
    return (await session.scalars(asked)).all()
