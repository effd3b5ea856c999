"""The simulated clock: each story carries its own, and time in it only goes forward."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common.clock import LONDON, london_date

OPENS_AT = time(9)


def at(day: date, hour: time = OPENS_AT) -> datetime:
    """An instant of a London working day."""
    return datetime.combine(day, hour, LONDON)


@dataclass(slots=True)
class Clock:
    """What time it is in one story."""

    now: datetime

    @property
    def today(self) -> date:
        return london_date(self.now)

    def pass_on(self) -> datetime:
        """The instant of the next act: a minute after the last one."""
        self.now += timedelta(minutes=1)
        return self.now

    def go_to(self, day: date) -> None:
        """Go to the morning of a day; a day already begun goes on."""
        self.now = max(self.now, at(day))


def month_of(day: date) -> str:
    """`2019-10`."""
    return f"{day:%Y-%m}"
