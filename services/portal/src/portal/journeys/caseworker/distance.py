"""Distance travelled: the scores of one instrument over time, as a line that a table beside it says again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 48, 24, 32
"""What the axes take, in the drawing's units."""


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One assessment, and where it stands in the drawing."""

    x: float
    y: float
    assessment: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Distance:
    """The assessments of one instrument in the order of their days, and how far it is from the first to the last."""

    title: str
    lowest: int
    highest: int
    better: str
    points: tuple[ScorePoint, ...]

    @property
    def line(self) -> str:
        """As SVG's `points`."""
        return " ".join(f"{one.x},{one.y}" for one in self.points)

    @property
    def change(self) -> int:
        """From the first score to the last, in points of the scale."""
        return self.points[-1].assessment["score"] - self.points[0].assessment["score"]

    @property
    def direction(self) -> str:
        """`better`, `worse` or `same`, as the instrument counts."""
        if self.change == 0:
            return "same"
        return "better" if (self.change > 0) == (self.better == "higher") else "worse"


def distances(assessments: Sequence[Mapping[str, Any]], instruments: Sequence[Mapping[str, Any]]) -> list[Distance]:
    """One for each instrument that was used; what was taken back is left out."""
    scales = {one["instrument"]: one for one in instruments}
    scores = [one for one in assessments if one["withdrawn_on"] is None]
    in_order = sorted(scores, key=lambda one: (one["instrument"], one["assessed_on"]))
    return [_distance(scales[code], list(each)) for code, each in groupby(in_order, lambda one: one["instrument"])]


def _distance(scale: Mapping[str, Any], assessments: Sequence[Mapping[str, Any]]) -> Distance:
    days = [date.fromisoformat(one["assessed_on"]).toordinal() for one in assessments]
    span = max(days[-1] - days[0], 1)
    scope = max(scale["highest"] - scale["lowest"], 1)
    points = tuple(
        ScorePoint(
            round(LEFT + (day - days[0]) / span * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - (one["score"] - scale["lowest"]) / scope * (HEIGHT - TOP - BOTTOM), 1),
            one,
        )
        for day, one in zip(days, assessments, strict=True)
    )
    return Distance(scale["title"], scale["lowest"], scale["highest"], scale["better"], points)
