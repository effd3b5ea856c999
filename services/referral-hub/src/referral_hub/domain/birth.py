"""When someone was born, as well as it is known: to the day, within a stretch of time, or not at all."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from .dates import age_on

Certainty = Literal["exact", "estimated", "unknown"]

OLDEST_AGE = 120


@dataclass(frozen=True, slots=True)
class Birth:
    """The first and the last day on which someone may have been born; the same day when it is known exactly."""

    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def on(cls, day: date) -> "Birth":
        return cls(day, day)

    @classmethod
    def in_year(cls, year: int) -> "Birth":
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_age(cls, age: int, day: date) -> "Birth":
        """Who is said to be of an age, in whole years, on a day."""
        return cls(_years_before(day, age + 1) + timedelta(days=1), _years_before(day, age))

    @property
    def certainty(self) -> Certainty:
        if self.earliest is None or self.latest is None:
            return "unknown"
        return "exact" if self.earliest == self.latest else "estimated"

    @property
    def exactly(self) -> date | None:
        """The day, when it is known."""
        return self.earliest if self.certainty == "exact" else None

    @property
    def is_given_to_many(self) -> bool:
        """1 January stands in many papers because nobody knew the day."""
        return self.exactly is not None and (self.exactly.month, self.exactly.day) == (1, 1)

    def ages_on(self, day: date) -> tuple[int, int]:
        """The least and the greatest age, in whole years, that someone may have on a day."""
        if self.earliest is None or self.latest is None:
            return 0, OLDEST_AGE
        return max(age_on(day, self.latest), 0), age_on(day, self.earliest)

    def may_be(self, other: "Birth") -> bool:
        """Whether both can be the same day."""
        if self.earliest is None or self.latest is None or other.earliest is None or other.latest is None:
            return True
        return self.earliest <= other.latest and other.earliest <= self.latest


UNKNOWN = Birth()


def is_under(age: int, birth: Birth, day: date) -> bool | None:
    """Whether someone is under an age on a day; none when it cannot be told."""
    youngest, oldest = birth.ages_on(day)
    if oldest < age:
        return True
    return False if youngest >= age else None


def _years_before(day: date, years: int) -> date:
    """The same day years before; 28 February for a 29 February that year lacks."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
