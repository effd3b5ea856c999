"""Case management's part of a programme, as last loaded."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.programme.cases import CasesGuide, Closure, EvidenceKind, Fund, Instrument, Recording
from common.programme.rate_card import SubjectKind

from .tables import ProgrammeRow

OF_PART = text("select part -> :key as value from programme where programme_id = :programme")
SLOTS = text("""
select jsonb_path_query_array(part, '$.guides[*].outcomes[*] ? (@.outcome == $code).slots[*]',
                              jsonb_build_object('code', cast(:outcome as text))) as slots
from programme where programme_id = :programme
""")

COUNTED = text("""
select jsonb_path_query_first(part, '$.guides[*].outcomes[*] ? (@.outcome == $code)',
                              jsonb_build_object('code', cast(:outcome as text))) as guide
from programme where programme_id = :programme
""")


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose outcome it is, and what is counted; alike on every card of a programme."""

    subject: SubjectKind = "participant"
    unit: str = "outcome"


async def find_programme(session: AsyncSession, programme_id: str, *, to_change: bool = False) -> ProgrammeRow | None:
    return await session.get(ProgrammeRow, programme_id, with_for_update=to_change or None)


def guide_of(row: ProgrammeRow) -> CasesGuide:
    return CasesGuide.model_validate(row.part)


async def instrument_of(session: AsyncSession, programme_id: str, code: str) -> Instrument | None:
    """None when the programme has no such instrument, or is not loaded."""
    found: list[Any] = await _of_part(session, programme_id, "instruments") or []
    return next((Instrument.model_validate(one) for one in found if one["instrument"] == code), None)


async def evidence_kind_of(session: AsyncSession, programme_id: str, code: str) -> EvidenceKind | None:
    """None when the programme knows no such kind, or is not loaded."""
    found: list[Any] = await _of_part(session, programme_id, "evidence_kinds") or []
    return next((EvidenceKind.model_validate(one) for one in found if one["kind"] == code), None)


async def closure_of(session: AsyncSession, programme_id: str) -> Closure | None:
    found = await _of_part(session, programme_id, "closure")
    return Closure.model_validate(found) if found else None


async def fund_of(session: AsyncSession, programme_id: str) -> Fund | None:
    """None when the programme has no personalisation fund, or is not loaded."""
    found = await _of_part(session, programme_id, "fund")
    return Fund.model_validate(found) if found else None


async def recording_of(session: AsyncSession, programme_id: str) -> Recording:
    found = await _of_part(session, programme_id, "recording")
    return Recording.model_validate(found or {})


async def counted_of(session: AsyncSession, programme_id: str, outcome: str) -> Counted:
    """How the programme's cards count an outcome."""
    guide: Any = await session.scalar(COUNTED, {"programme": programme_id, "outcome": outcome}) or {}
    return Counted(guide.get("subject", Counted.subject), guide.get("unit", Counted.unit))


async def slots_of(session: AsyncSession, programme_id: str, outcome: str) -> frozenset[str]:
    """The slots any version of a card has for an outcome; empty when none pays for it."""
    found = await session.scalar(SLOTS, {"programme": programme_id, "outcome": outcome})
    return frozenset(found or ())


async def _of_part(session: AsyncSession, programme_id: str, key: str) -> Any:
    return await session.scalar(OF_PART, {"programme": programme_id, "key": key})


async def programmes_loaded(session: AsyncSession) -> frozenset[str]:
    """Those this database has a part of."""
    return frozenset(await session.scalars(select(ProgrammeRow.programme_id)))
