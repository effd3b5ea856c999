"""Evidence of another kind, ruled on once by the council and good for everybody from then on (U-04)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Equivalent:
    """For one outcome, a kind that counts as another. A precedent once accepted."""

    outcome: str
    kind: str
    stands_for: str

    def __str__(self) -> str:
        return f"{self.kind} as {self.stands_for}"


def kinds_stood_for(kinds: frozenset[str], precedents: Iterable[Equivalent]) -> frozenset[str]:
    """What these kinds count as by precedent; what stands for another is not stood for again."""
    return frozenset(each.stands_for for each in precedents if each.kind in kinds)
