"""Two nows (design §6): business now is an argument; machine now is for tokens, retries and `recorded_at`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def machine_now() -> datetime:
    """The machine's clock in UTC; never a basis for a business decision."""
    return datetime.now(UTC)


def london_date(instant: datetime) -> date:
    """The business date of an instant: the calendar date in London, summer time included."""
    return instant.astimezone(LONDON).date()
