"""Ours and its floors, taken in turns in one run: only the ratio is worth keeping, because machines are shared."""

import gc
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

Lap = Callable[[], Awaitable[float]]
"""Prepares, does its work under the stopwatch, checks what came of it, and answers the seconds of the work alone."""

Seconds = Sequence[float]
"""One figure a round."""

ROUNDS = 5


class Stopwatch:
    """`with Stopwatch() as watch: …` and then `watch.seconds`."""

    seconds = 0.0

    def __enter__(self) -> "Stopwatch":
        gc.collect()
        self._started = perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = perf_counter() - self._started


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with its least and most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        return cls(median(figures), min(figures), max(figures))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours against one floor over the same units of work; a ratio of 1 is as fast as the floor."""

    what: str
    floor: str
    units: int
    unit: str
    ours: Seconds
    floors: Seconds

    @property
    def ratio(self) -> Spread:
        return Spread.of([floor / ours for ours, floor in zip(self.ours, self.floors, strict=True)])

    @property
    def rate(self) -> float:
        """Our units a second: of this machine in this hour, so for orientation only."""
        return self.units / median(self.ours)

    @property
    def floor_rate(self) -> float:
        return self.units / median(self.floors)

    def as_json(self) -> dict[str, Any]:
        told = {"ratio": asdict(self.ratio), "rate": round(self.rate), "floor_rate": round(self.floor_rate)}
        return asdict(self) | told


async def take_turns(laps: Mapping[str, Lap], rounds: int = ROUNDS, warm: bool = True) -> dict[str, Seconds]:
    """The seconds of every contender by round, after one that does not count; each round begins with another one."""
    for lap in laps.values() if warm else ():
        await lap()
    taken: dict[str, list[float]] = {name: [] for name in laps}
    names = list(laps)
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(await laps[name]())
    return dict(taken)


def slowest(*floors: Seconds) -> Seconds:
    """Of several floors, the binding one of each round: what needs both cannot be faster than either."""
    return [max(figures) for figures in zip(*floors, strict=True)]


def one_after_the_other(*floors: Seconds) -> Seconds:
    return [sum(figures) for figures in zip(*floors, strict=True)]


def keep(path: Path, ground: Mapping[str, str], found: Sequence[Comparison], seconds: float) -> None:
    """Write what was measured, on what, as JSON."""
    path.parent.mkdir(exist_ok=True)
    rows = [comparison.as_json() for comparison in found]
    path.write_text(json.dumps({"ground": dict(ground), "seconds": round(seconds), "rows": rows}, indent=2) + "\n")
