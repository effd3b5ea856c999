"""Finding claims and what was kept about them."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, exists, func, or_, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.claims import ActRow, ClaimAssessmentRow, ClaimRow, HeardOutcomeRow, claim_numbers
from claims.storage.tables.participants import ParticipantAliasRow
from claims.storage.tables.payment import AdjustmentRow, ClaimValuationRow
from claims.storage.tables.requests import AgreementRow, ItemRequestRow, SourceAnswerRow
from common.contracts import ParticipantEvent
from rulebook.claims_on_record import NOT_LIVE, ClaimOnRecord
from rulebook.codes import ClaimState
from rulebook.fact import Facts

NOT_UNDONE = ClaimValuationRow.ending.is_distinct_from("undone")
"""What is, or was, worth something: what was undone is as if it had never been verified."""

LOCK_SUBJECT = text("select pg_advisory_xact_lock(hashtextextended('claims/' || :programme || '/' || :subject, 0))")

HOLD_SUBJECTS = text("""
select pg_advisory_xact_lock(hashtextextended('claims/' || :programme || '/' || subject, 0))
from (select subject from unnest(cast(:subjects as uuid[])) as subject
      union select survivor_id from participant_alias
      where programme_id = :programme and alias_id = any(cast(:subjects as uuid[]))
      order by subject) as in_order
""")


async def lock_subjects(session: AsyncSession, programme_id: str, *subjects: UUID) -> None:
    """Until this transaction ends nobody else raises, revises, reopens or merges claims for these participants."""
    for subject in sorted(subjects):
        await session.execute(LOCK_SUBJECT, {"programme": programme_id, "subject": str(subject)})


async def hold_participants(session: AsyncSession, events: Sequence[ParticipantEvent]) -> None:
    """Lock as `lock_subjects` does for everybody these are about, and for whom they were merged with, in its order."""
    for programme_id, of_programme in groupby(sorted(events, key=_programme), _programme):
        ids = {
            each for event in of_programme for each in (event.participant_id, getattr(event, "alias_id", None)) if each
        }
        await session.execute(HOLD_SUBJECTS, {"programme": programme_id, "subjects": sorted(ids)})


def _programme(event: ParticipantEvent) -> str:
    return event.programme_id


async def survivor_of(session: AsyncSession, programme_id: str, participant_id: UUID) -> UUID:
    """The id a participant is known by since records were merged; mostly their own."""
    return await session.scalar(_survivor(programme_id, participant_id)) or participant_id


def _survivor(programme_id: str, participant_id: UUID) -> Select[UUID]:
    return select(ParticipantAliasRow.survivor_id).where(
        ParticipantAliasRow.programme_id == programme_id, ParticipantAliasRow.alias_id == participant_id
    )


async def subject_of(session: AsyncSession, programme_id: str, claim_id: UUID) -> UUID | None:
    """Whose keys a claim uses up, as of now; none where there is no such claim."""
    query = select(ClaimRow.subject_id).where(ClaimRow.programme_id == programme_id, ClaimRow.claim_id == claim_id)
    return await session.scalar(query)


async def id_of_outcome(session: AsyncSession, programme_id: str, outcome_id: UUID) -> UUID | None:
    """The one claim for an outcome, by its id alone."""
    query = select(ClaimRow.claim_id).where(ClaimRow.programme_id == programme_id, ClaimRow.outcome_id == outcome_id)
    return await session.scalar(query)


async def claim_to_change(session: AsyncSession, programme_id: str, claim_id: UUID) -> ClaimRow | None:
    """The claim, locked and fresh."""
    return await session.scalar(
        select(ClaimRow)
        .where(ClaimRow.programme_id == programme_id, ClaimRow.claim_id == claim_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def claim_seen(session: AsyncSession, claim_id: UUID) -> ClaimRow | None:
    """The claim, if the asker may see it."""
    return await session.get(ClaimRow, claim_id)


async def claims_of_subject(session: AsyncSession, programme_id: str, subject_id: UUID) -> Sequence[ClaimRow]:
    """All claims that use up a participant's keys, locked, oldest first."""
    rows = await session.scalars(
        select(ClaimRow)
        .where(ClaimRow.programme_id == programme_id, ClaimRow.subject_id == subject_id)
        .order_by(ClaimRow.raised_on, ClaimRow.claim_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def refused_as_duplicates(session: AsyncSession, claim_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Of these, the claims that a rule refused because another used up their key, and nobody has moved since."""
    last = select(func.max(ActRow.position)).where(ActRow.claim_id.in_(claim_ids)).group_by(ActRow.claim_id)
    query = (
        select(ClaimRow.claim_id).join(ActRow, ActRow.claim_id == ClaimRow.claim_id).where(ActRow.position.in_(last))
    )
    return frozenset(await session.scalars(query.where(ClaimRow.state == "refused", ActRow.verb == "refuse-duplicate")))


async def taken_back_for(session: AsyncSession, claim_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Of these, the claims that an adjustment reversed because another was verified, with that other."""
    query = select(AdjustmentRow.claim_id, AdjustmentRow.instead_of_id).where(AdjustmentRow.claim_id.in_(claim_ids))
    rows = await session.execute(query.order_by(AdjustmentRow.adjustment_id))
    last = {claim_id: other for claim_id, other in rows}
    return {claim_id: other for claim_id, other in last.items() if other is not None}


SUBJECT = bindparam("subject_id", type_=Uuid)
KEYS_OF_SUBJECT = func.array(
    union_all(
        select(SUBJECT),
        select(ParticipantAliasRow.alias_id).where(
            ParticipantAliasRow.programme_id == bindparam("programme"), ParticipantAliasRow.survivor_id == SUBJECT
        ),
    ).scalar_subquery(),
    type_=ARRAY(Uuid),
)
"""The id that uses up a participant's keys, and every id merged into it."""
ON_RECORD = (
    select(
        ClaimRow.claim_id,
        ClaimRow.outcome_id,
        ClaimRow.outcome,
        ClaimRow.slot,
        ClaimRow.state,
        ClaimRow.achieved_on,
        HeardOutcomeRow.body["facts"].label("facts"),
        ClaimRow.taken_back_on,
        ClaimRow.revision,
    )
    .join(
        HeardOutcomeRow,
        (HeardOutcomeRow.claim_id == ClaimRow.claim_id) & (HeardOutcomeRow.revision == ClaimRow.revision),
    )
    .where(ClaimRow.programme_id == bindparam("programme"), ClaimRow.subject_id == any_(KEYS_OF_SUBJECT))
    .order_by(ClaimRow.raised_on, ClaimRow.claim_id)
)


async def claims_on_record(session: AsyncSession, programme_id: str, subject_id: UUID) -> tuple[ClaimOnRecord, ...]:
    """All claims for a participant by any provider on any referral, aliases resolved, with the facts they rest on."""
    return on_record(await session.execute(ON_RECORD, {"programme": programme_id, "subject_id": subject_id}))


def on_record(rows: Iterable[Any]) -> tuple[ClaimOnRecord, ...]:
    """Made of what `ON_RECORD` finds."""
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
        for claim_id, outcome_id, outcome, slot, state, achieved_on, facts, back, revision in rows
    )


async def heard_of_subject(
    session: AsyncSession, programme_id: str, subject_id: UUID
) -> Sequence[tuple[ClaimRow, HeardOutcomeRow]]:
    """Live claims for a participant that the asker may see, each with the revision it stands on, oldest first."""
    aliases = select(ParticipantAliasRow.alias_id).where(
        ParticipantAliasRow.programme_id == programme_id, ParticipantAliasRow.survivor_id == subject_id
    )
    rows = await session.execute(
        select(ClaimRow, HeardOutcomeRow)
        .join(
            HeardOutcomeRow,
            (HeardOutcomeRow.claim_id == ClaimRow.claim_id) & (HeardOutcomeRow.revision == ClaimRow.revision),
        )
        .where(
            ClaimRow.programme_id == programme_id,
            or_(ClaimRow.subject_id == subject_id, ClaimRow.subject_id.in_(aliases)),
        )
        .where(ClaimRow.state.not_in(NOT_LIVE), ClaimRow.taken_back_on.is_(None))
        .order_by(ClaimRow.achieved_on, ClaimRow.claim_id)
    )
    return [(claim, revision) for claim, revision in rows]


async def claims_evidenced_by(
    session: AsyncSession, programme_id: str, outcome: str, kind: str
) -> Sequence[tuple[UUID, UUID]]:
    """Claims for an outcome that stand on evidence of a kind, shown or answered, each with whose keys it uses up."""
    evidence = HeardOutcomeRow.body["evidence"].contains([{"kind": kind}])
    answer = exists().where(SourceAnswerRow.claim_id == ClaimRow.claim_id, SourceAnswerRow.kind == kind)
    rows = await session.execute(
        select(ClaimRow.claim_id, ClaimRow.subject_id)
        .join(
            HeardOutcomeRow,
            (HeardOutcomeRow.claim_id == ClaimRow.claim_id) & (HeardOutcomeRow.revision == ClaimRow.revision),
        )
        .where(ClaimRow.programme_id == programme_id, ClaimRow.outcome == outcome, or_(evidence, answer))
        .order_by(ClaimRow.claim_id)
    )
    return [(claim_id, subject_id) for claim_id, subject_id in rows]


async def next_number(session: AsyncSession, programme_id: str) -> str:
    """A readable number for life: `KBOP-000123`. Numbers rise; they may leave gaps."""
    return number_of(programme_id, await session.scalar(claim_numbers.next_value()))


def number_of(programme_id: str, number: int) -> str:
    """As people read it."""
    return f"{programme_id.upper()}-{number:06d}"


CLAIM = bindparam("claim_id", type_=Uuid)
HEARD_REVISION = select(HeardOutcomeRow).where(
    HeardOutcomeRow.claim_id == CLAIM, HeardOutcomeRow.revision == bindparam("revision")
)
HEARD_REVISIONS = select(HeardOutcomeRow).where(HeardOutcomeRow.claim_id == CLAIM).order_by(HeardOutcomeRow.revision)
LAST_ASSESSMENT = (
    select(ClaimAssessmentRow)
    .where(ClaimAssessmentRow.claim_id == CLAIM)
    .order_by(ClaimAssessmentRow.assessment_id.desc())
    .limit(1)
)
"""The newest; ids are made in order under the claim's lock."""
AGREEMENTS = select(AgreementRow.code).where(AgreementRow.claim_id == CLAIM)
REQUESTS = select(ItemRequestRow).where(ItemRequestRow.claim_id == CLAIM).order_by(ItemRequestRow.request_id)
ACTS = select(ActRow).where(ActRow.claim_id == CLAIM).order_by(ActRow.position)
VALUATIONS = select(ClaimValuationRow).where(ClaimValuationRow.claim_id == CLAIM).order_by(ClaimValuationRow.event_id)


async def heard_revision(session: AsyncSession, claim: ClaimRow) -> HeardOutcomeRow:
    """The revision a claim stands on."""
    return await session.get_one(HeardOutcomeRow, (claim.claim_id, claim.revision))


async def heard_revisions(session: AsyncSession, claim_id: UUID) -> Sequence[HeardOutcomeRow]:
    return (await session.scalars(HEARD_REVISIONS, {"claim_id": claim_id})).all()


async def last_assessment(session: AsyncSession, claim_id: UUID) -> ClaimAssessmentRow | None:
    return await session.scalar(LAST_ASSESSMENT, {"claim_id": claim_id})


async def agreements_on(session: AsyncSession, claim_id: UUID) -> Sequence[str]:
    return (await session.scalars(AGREEMENTS, {"claim_id": claim_id})).all()


async def requests_on(session: AsyncSession, claim_id: UUID) -> Sequence[ItemRequestRow]:
    return (await session.scalars(REQUESTS, {"claim_id": claim_id})).all()


async def acts_on(session: AsyncSession, claim_id: UUID) -> Sequence[ActRow]:
    return (await session.scalars(ACTS, {"claim_id": claim_id})).all()


async def valuation_of(session: AsyncSession, claim_id: UUID) -> ClaimValuationRow | None:
    """What it is worth, or was until it was taken back; none where its verification was undone."""
    return await session.scalar(
        select(ClaimValuationRow)
        .where(ClaimValuationRow.claim_id == claim_id, NOT_UNDONE)
        .order_by(ClaimValuationRow.event_id.desc())
        .limit(1)
    )


async def claims_keeping_theirs(
    session: AsyncSession, programme_id: str, card: str, version: str, from_on: date
) -> int:
    """How many claims of outcomes achieved from a day on are kept under other versions of a card."""
    query = select(func.count()).where(
        ClaimRow.programme_id == programme_id,
        ClaimRow.rate_card == card,
        ClaimRow.rate_card_version != version,
        ClaimRow.achieved_on >= from_on,
    )
    return await session.scalar(query) or 0


async def participants_of(session: AsyncSession, claim_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Whom these claims are about, each once."""
    query = (
        select(ClaimRow.participant_id)
        .where(ClaimRow.claim_id.in_(claim_ids))
        .distinct()
        .order_by(ClaimRow.participant_id)
    )
    return (await session.scalars(query)).all()
