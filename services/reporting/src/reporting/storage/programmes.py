"""The accepted versions of a programme's tracker; the newest is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.domain.targets import TargetPeriod
from reporting.domain.tracker import TrackerRow
from reporting.storage.tables.programme import KpiTargetsRow, ProgrammeRow


@dataclass(frozen=True, slots=True)
class TrackedProvider:
    """A provider as its tracker needs it."""

    provider_id: str
    rate_card: str
    joined_on: date
    left_on: date | None


@dataclass(frozen=True, slots=True)
class ProgrammeInForce:
    """What a programme says of its tracker."""

    version: int
    starts_on: date
    ends_on: date
    support_plan_days: int | None
    """Within how many days of placement a plan is to be agreed, on average; none where it was loaded without."""
    rows_by_card: tuple[tuple[TrackerRow, frozenset[str]], ...]
    """Every row, in order, with the cards on whose trackers it stands."""
    providers: tuple[TrackedProvider, ...]

    def provider(self, provider_id: str) -> TrackedProvider | None:
        return next((one for one in self.providers if one.provider_id == provider_id), None)

    def rows(self, card: str | None = None) -> tuple[TrackerRow, ...]:
        """The rows of a card's tracker, or all."""
        return tuple(row for row, cards in self.rows_by_card if card is None or card in cards)


async def newest_version(session: AsyncSession, programme_id: str) -> ProgrammeRow | None:
    return await session.scalar(
        select(ProgrammeRow)
        .where(ProgrammeRow.programme_id == programme_id)
        .order_by(ProgrammeRow.version.desc())
        .limit(1)
    )


async def programme_in_force(session: AsyncSession, programme_id: str) -> ProgrammeInForce | None:
    row = await newest_version(session, programme_id)
    return row and ProgrammeInForce(
        version=row.version,
        starts_on=date.fromisoformat(row.part["starts_on"]),
        ends_on=date.fromisoformat(row.part["ends_on"]),
        support_plan_days=row.part.get("support_plan_days"),
        rows_by_card=tuple(_rows(row.part["rows"])),
        providers=tuple(
            TrackedProvider(
                one["provider_id"],
                one["rate_card"],
                date.fromisoformat(one["joined_on"]),
                date.fromisoformat(one["left_on"]) if one["left_on"] else None,
            )
            for one in row.part["providers"]
        ),
    )


async def target_periods(
    session: AsyncSession, programme_id: str, version: int, provider_id: str | None
) -> tuple[Sequence[TargetPeriod], bool]:
    """The target periods of one provider, or of all, and whether any of them is illustrative."""
    query = select(KpiTargetsRow).where(KpiTargetsRow.programme_id == programme_id, KpiTargetsRow.version == version)
    if provider_id is not None:
        query = query.where(KpiTargetsRow.provider_id == provider_id)
    rows = (await session.scalars(query)).all()
    periods = [TargetPeriod(row.provider_id, row.from_on, row.until_on, row.monthly) for row in rows]
    return periods, any(row.illustrative for row in rows)


def _rows(items: list[dict[str, Any]]) -> list[tuple[TrackerRow, frozenset[str]]]:
    """The total is no row of its own here: the tracker adds it."""
    return [(_row(one), frozenset(one["cards"])) for one in items if one["kind"] != "total"]


def _row(item: dict[str, Any]) -> TrackerRow:
    """A version accepted before activity rows said what they count named the row after it, and is never altered."""
    counts = item.get("counts") or (item["row"] if item["kind"] == "activity" else None)
    return TrackerRow(item["row"], item["title"], item["kind"], frozenset(item["outcomes"]), counts)
