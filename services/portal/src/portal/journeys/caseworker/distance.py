"""Distance travelled: the scores of one instrument over time, as a line that a table beside it says again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from portal.look.drawing import Drawing, Mark, drawing_of


@dataclass(frozen=True, slots=True)
class Distance:
    """The assessments of one instrument in the order of their days, and how far it is from the first to the last."""

    title: str
    better: str
    assessments: Sequence[Mapping[str, Any]]
    drawing: Drawing

    @property
    def change(self) -> int:
        """From the first score to the last, in points of the scale."""
        return self.assessments[-1]["score"] - self.assessments[0]["score"]

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
    marks = [Mark(date.fromisoformat(one["assessed_on"]).toordinal(), one["score"]) for one in assessments]
    drawing = drawing_of(marks, scale["lowest"], scale["highest"])
    return Distance(scale["title"], scale["better"], assessments, drawing)
