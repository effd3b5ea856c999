"""Business dates are dates in Kirklees, whatever the instant says in UTC."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def in_utc(instant: datetime) -> datetime:
    """The same moment in UTC, where differences are true. ValueError without a time zone: that names no moment."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def london_date(instant: datetime) -> date:
    """The business date of an instant. ValueError as for `in_utc`."""
    return in_utc(instant).astimezone(LONDON).date()


def day_begins(day: date) -> datetime:
    """The instant, in UTC, at which a business date begins."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def age_on(day: date, born_on: date) -> int:
    """Whole years lived. Someone born on 29 February comes of age on 1 March in a common year."""
    birthday_to_come = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - birthday_to_come
