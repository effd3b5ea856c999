"""Ratios as people read them: to one decimal, half up, and `n/a` where there is nothing to divide by (BR-K7)."""

from dataclasses import dataclass

NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two counts and their relation, kept as counts so that sums stay exact."""

    part: int
    whole: int

    def __add__(self, other: "Ratio") -> "Ratio":
        """Counts added, not percentages averaged: a roll-up weighs every participant the same."""
        return Ratio(self.part + other.part, self.whole + other.whole)

    @property
    def percent(self) -> str:
        """`80.0%`, or `n/a`."""
        return self._rendered(100, "%")

    @property
    def each(self) -> str:
        """How many of the part to one of the whole: `5.7`, or `n/a`."""
        return self._rendered(1, "")

    def _rendered(self, scale: int, sign: str) -> str:
        if self.whole == 0:
            return NOT_APPLICABLE
        tenths = half_up(self.part * scale * 10, self.whole)
        return f"{tenths // 10}.{tenths % 10}{sign}"


def half_up(dividend: int, divisor: int) -> int:
    """The quotient to the nearest whole number, halves upwards. ValueError for a negative count or no divisor."""
    if dividend < 0 or divisor < 1:
        raise ValueError("counts are never negative, and nothing is divided by zero")
    return (2 * dividend + divisor) // (2 * divisor)
