"""A line drawn as SVG, of values in the order of their days; the table beside it says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 48, 24, 32
"""What the axes take, in the drawing's units."""
MOST_TEXTS = 12
"""Of that many points each has its value beside it; of more, the first and the last have."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A value to draw: where it lies along the line, how high it is, and what stands under the axis there."""

    at: float
    value: float
    under: str = ""


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    """Where a value stands in the drawing, and what is written beside it."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A line from the first value to the last, between the lowest and the highest that there can be."""

    lowest: float
    highest: float
    points: tuple[DrawnPoint, ...]
    first: str
    last: str
    """What stands under the two ends of the axis."""

    @property
    def line(self) -> str:
        """As SVG's `points`."""
        return " ".join(f"{one.x},{one.y}" for one in self.points)


def drawing_of(marks: Sequence[Mark], lowest: float | None = None, highest: float | None = None) -> Drawing:
    """The line of some marks, at least one; unless said, from 0 to the highest of them."""
    bottom = 0 if lowest is None else lowest
    top = max(one.value for one in marks) if highest is None else highest
    span, scope = max(marks[-1].at - marks[0].at, 1), (top - bottom) or 1
    ends = {0, len(marks) - 1}
    points = tuple(
        DrawnPoint(
            round(LEFT + (one.at - marks[0].at) / span * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - (one.value - bottom) / scope * (HEIGHT - TOP - BOTTOM), 1),
            f"{one.value:,}" if len(marks) <= MOST_TEXTS or number in ends else "",
        )
        for number, one in enumerate(marks)
    )
    return Drawing(bottom, top, points, marks[0].under, marks[-1].under if len(marks) > 1 else "")
