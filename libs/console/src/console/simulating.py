"""Past claims under a draft of a rate card: asked page by page, and added up by provider and cohort."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .doors import A_PAGE, Doors

REPLAY = "/v1/rate-cards/replay"
Progress = Callable[[int, int], None]
"""Told how many claims are done, of how many."""


@dataclass(slots=True)
class SimulationResult:
    """What a draft would change: each claim, and sums in pence over all that were replayed."""

    claims: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tallies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    replayed: int = 0
    unknown: int = 0
    """Claims judged before what they rest on was kept: counted as they stand."""

    def add(self, page: Mapping[str, Any]) -> None:
        self.claims += page["items"]
        self.tallies += page["tallies"]
        self.replayed += page["replayed"]
        self.unknown += page["unknown"]

    def by(self, name: str) -> dict[Any, Counter[str]]:
        """Sums by `provider_id` or `cohort`."""
        return {key: _sums(one for one in self.tallies if one[name] == key) for key in self._keys(name)}

    def total(self) -> Counter[str]:
        return _sums(self.tallies)

    def _keys(self, name: str) -> list[Any]:
        return sorted({one[name] for one in self.tallies})

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "claims": self.claims,
            "by_provider": [{"provider_id": key, **sums} for key, sums in self.by("provider_id").items()],
            "by_cohort": [{"cohort": key, **sums} for key, sums in self.by("cohort").items()],
            "total": dict(self.total()),
            "replayed": self.replayed,
            "unknown": self.unknown,
        }


def untold(_: int, __: int) -> None:
    """Nobody watches."""


async def simulate(
    doors: Doors,
    card: Mapping[str, Any] | None = None,
    days: Mapping[str, str] = MappingProxyType({}),
    tell: Progress = untold,
) -> SimulationResult:
    """Replay every past claim under a card, or under the versions they keep.

    Raises:
        Refused: the card cannot be read, or the asker may not see what it would change.
    """
    replay, query = SimulationResult(), {"limit": str(A_PAGE)}
    while True:
        body = {"card": card, **days}
        page = (await doors.ask("claims", "POST", REPLAY, json=body, params=query)).json()
        replay.add(page)
        tell(replay.replayed, page["claims"])
        if page["next"] is None:
            return replay
        query["cursor"] = page["next"]


def _sums(tallies: Iterable[Mapping[str, Any]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for tally in tallies:
        sums.update({name: value for name, value in tally.items() if name not in ("provider_id", "cohort")})
    return sums
