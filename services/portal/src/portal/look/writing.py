"""Figures, days and times as people write them."""

from datetime import date, datetime
from typing import Any

from common.clock import LONDON


class WrittenNumber(str):
    """A number as people write it, or none: in a table it stands to the right."""


def is_written_number(value: Any) -> bool:
    """Whether a cell of a table is one."""
    return isinstance(value, WrittenNumber)


def money(pence: int | None) -> str:
    """Pence as pounds: 125000 is £1,250.00."""
    if pence is None:
        return WrittenNumber()
    sign = "\N{MINUS SIGN}" if pence < 0 else ""
    return WrittenNumber(f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02}")


def day(value: str | date | None) -> str:
    """A day, or the London day of an instant: 3 April 2024."""
    if not value:
        return ""
    moment = _moment(value)
    return f"{moment.day} {moment:%B %Y}"


def month(value: str | None) -> str:
    """A month: `2024-04` is April 2024."""
    return f"{date.fromisoformat(f'{value}-01'):%B %Y}" if value else ""


def instant(value: str | datetime | None) -> str:
    """An instant as London's clocks have it: 3 April 2024 at 2:15pm."""
    if not value:
        return ""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = moment.astimezone(LONDON)
    return f"{day(local.date())} at {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def figure(value: float | None) -> str:
    """A number: 6,395."""
    return WrittenNumber("" if value is None else f"{value:,}")


def _moment(value: str | date) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value
