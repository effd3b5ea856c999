"""Case management's part of a programme, as last loaded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import JSON, Date, Text, bindparam, column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.storage.tables.programme import ProgrammeRow
from common.database.lookup import versioned
from programme.cases import CasesGuide, ClosureTerms, EvidenceKind, Fund, Instrument, Origin, Recording
from programme.rate_card import SubjectKind

OF_PART = text("select part -> :key as value from programme where programme_id = :programme")
OUTCOME = text("""
select part -> 'recording' as recording,
       jsonb_path_query_array(part, '$.guides[*].outcomes[*] ? (@.outcome == $code).slots[*]', told) as slots,
       jsonb_path_query_first(part, '$.guides[*].outcomes[*] ? (@.outcome == $code)', told) as guide
from programme, jsonb_build_object('code', cast(:outcome as text)) as told
where programme_id = :programme
""").columns(column("recording", JSON), column("slots", JSON), column("guide", JSON))
OUTCOMES = text("""
select distinct outcome ->> 'outcome'
from programme,
     jsonb_path_query(part, '$.guides[*].outcomes[*]') as outcome
where programme_id = :programme
""")
PARTNERS = text("""
select partner ->> 'provider_id'
from programme,
     jsonb_array_elements(part -> 'provider_cards') as partner
where programme_id = :programme
  and coalesce(cast(partner ->> 'joined_on' as date), '-infinity') <= :day
  and coalesce(cast(partner ->> 'left_on' as date), 'infinity') >= :day
""")
PLAN_KINDS = text("""
select kind.value #>> '{}' as kind, cast(guide ->> 'in_force_from' as date) as since,
       cast(guide ->> 'in_force_until' as date) as until
from programme,
     jsonb_array_elements(part -> 'provider_cards') as paid,
     jsonb_array_elements(part -> 'guides') as guide,
     jsonb_array_elements(coalesce(guide -> 'plans', '[]')) as kind
where programme_id = :programme and paid ->> 'provider_id' = :provider and guide ->> 'card' = paid ->> 'card'
""").columns(column("kind", Text), column("since", Date), column("until", Date))
"""The kinds of plan that each version of the provider's card asks for, and when it is in force."""


@dataclass(frozen=True, slots=True)
class CountingGuide:
    """Whose outcome it is, and what is counted; alike on every card of a programme."""

    subject: SubjectKind = "participant"
    unit: str = "outcome"


@dataclass(frozen=True, slots=True)
class RecordingGuide:
    """What the programme says about recording one of its outcomes."""

    slots: frozenset[str] = frozenset()
    """Those any version of a card has for it; empty when none pays for it."""
    counted: CountingGuide = CountingGuide()
    recording: Recording = Recording()  # noqa: RUF009 - frozen


async def find_programme(session: AsyncSession, programme_id: str, *, to_change: bool = False) -> ProgrammeRow | None:
    return await session.get(ProgrammeRow, programme_id, with_for_update=to_change or None)


def guide_of(row: ProgrammeRow) -> CasesGuide:
    return CasesGuide.model_validate(row.part)


async def instruments_of(session: AsyncSession, programme_id: str) -> dict[str, Instrument]:
    """By code; none while the programme is not loaded."""
    items: list[Any] = await _of_part(session, programme_id, "instruments") or []
    return {one["instrument"]: Instrument.model_validate(one) for one in items}


def _origins(items: Any) -> Mapping[str, Origin]:
    return {kind.kind: kind.origin for kind in map(EvidenceKind.model_validate, items or ())}


ORIGINS = versioned(
    select(ProgrammeRow.version, ProgrammeRow.part["evidence_kinds"].label("kinds")).where(
        ProgrammeRow.programme_id == bindparam("programme")
    ),
    _origins,
)
"""Where each kind of evidence comes from; none while the programme is not loaded."""


async def outcomes_of_cards(session: AsyncSession, programme_id: str) -> frozenset[str]:
    """Every outcome that any version of a card has."""
    return frozenset(await session.scalars(OUTCOMES, {"programme": programme_id}))


async def providers_on(session: AsyncSession, programme_id: str, day: date) -> frozenset[str]:
    """The providers of the programme on a day."""
    return frozenset(await session.scalars(PARTNERS, {"programme": programme_id, "day": day}))


async def closure_of(session: AsyncSession, programme_id: str) -> ClosureTerms | None:
    part = await _of_part(session, programme_id, "closure")
    return ClosureTerms.model_validate(part) if part else None


async def reasons_for(
    session: AsyncSession, programme_id: str, act: Literal["restriction", "outcome_withdrawal"]
) -> frozenset[str]:
    """Which codes say why; none where the programme is not loaded, or was before there was a catalogue."""
    return frozenset(await _of_part(session, programme_id, f"{act}_reasons") or ())


async def recording_of(session: AsyncSession, programme_id: str) -> Recording:
    """When outcomes count; as usual, while the programme is not loaded."""
    return Recording.model_validate(await _of_part(session, programme_id, "recording") or {})


async def fund_of(session: AsyncSession, programme_id: str) -> Fund | None:
    """None when the programme has no personalisation fund, or is not loaded."""
    part = await _of_part(session, programme_id, "fund")
    return Fund.model_validate(part) if part else None


async def plan_kinds_of(session: AsyncSession, programme_id: str, provider_id: str, day: date) -> frozenset[str]:
    """The kinds of plan that the provider's card in force on the day asks for; none when it asks for none."""
    rows = await session.execute(PLAN_KINDS, {"programme": programme_id, "provider": provider_id})
    return kinds_on(rows, day)


def kinds_on(kinds: Iterable[tuple[str, date, date | None]], day: date) -> frozenset[str]:
    """Of `PLAN_KINDS`, those of the card in force on the day."""
    return frozenset(kind for kind, since, until in kinds if since <= day and (until is None or day <= until))


def recording_guide(row: tuple[Any, Any, Any] | None) -> RecordingGuide:
    """Made of what `OUTCOME` finds; none while the programme is not loaded."""
    if row is None:
        return RecordingGuide()
    slots, recording = row[1], dict[str, Any](row[0] or {})
    guide: dict[str, Any] = row[2] or {}
    counting = CountingGuide(guide.get("subject", CountingGuide.subject), guide.get("unit", CountingGuide.unit))
    return RecordingGuide(frozenset(slots), counting, Recording.model_validate(recording))


async def _of_part(session: AsyncSession, programme_id: str, key: str) -> Any:
    return await session.scalar(OF_PART, {"programme": programme_id, "key": key})


async def programmes_loaded(session: AsyncSession) -> frozenset[str]:
    """Those this database has a part of."""
    return frozenset(await session.scalars(select(ProgrammeRow.programme_id)))
