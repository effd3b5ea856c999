"""What an outcome is worth, what must be shown for it, and which version says so on which day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from .fact import YesNo, in_words
from .rule import Rule


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What must be shown: every one of `all_of`, one of `any_of`, and beside it one of `plus` (BR-E1, BR-E2)."""

    all_of: Collection[str] = ()
    any_of: Collection[str] = ()
    """In the order in which they are asked for, the least intrusive first (BR-N10)."""
    plus: Collection[str] = ()
    supporting: Collection[str] = ()
    """Accepted beside other evidence; satisfies nothing by itself (BR-E7, A-07)."""
    only_if: Mapping[str, str] = field(default_factory=dict[str, str])
    """Kinds that count only when a fact holds: a business plan for the self-employed, a GP letter with its reason."""

    conditions: Mapping[str, YesNo] = field(init=False, repr=False)
    """The same, as the questions that are asked."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", {kind: condition(kind, fact) for kind, fact in self.only_if.items()})

    @property
    def accepted(self) -> frozenset[str]:
        """Every kind of evidence that counts for the outcome."""
        return frozenset((*self.all_of, *self.any_of, *self.plus, *self.supporting))


def condition(kind: str, fact: str) -> YesNo:
    """The question on whose answer it hangs whether a kind of evidence counts."""
    return YesNo(f"So that {kind} counts: {in_words(fact)}?", needed=False, name=fact)


@dataclass(frozen=True, slots=True)
class Rate:
    """One outcome on a card: its price, how often it may be claimed, its evidence and its rules."""

    code: str
    title: str
    price_pence: int
    slots: tuple[str, ...]
    limit: int
    evidence: EvidenceRule
    rules: tuple[Rule, ...] = ()
    illustrative: bool = False
    """The price is ours: the source documents publish only two."""
    subject: str = "participant"
    unit: str = "outcome"
    """What one price is for."""
    most_per_claim: int = 1
    paid_units: int | None = None
    """Units paid for in the whole programme; none for no limit (M-03)."""


@dataclass(frozen=True, slots=True)
class RateCard:
    """A version of a card, in force from one day until another, both included."""

    card: str
    version: str
    in_force_from: date
    in_force_until: date | None
    rates: Mapping[str, Rate]

    @property
    def plan_kinds(self) -> frozenset[str]:
        """The kinds of plan that its rules ask for (S-33, S-34)."""
        return frozenset(kind for rate in self.rates.values() for rule in rate.rules for kind in rule.plan_kinds)

    def in_force_on(self, day: date) -> bool:
        """Whether outcomes achieved on this day are judged by it; both ends included (A-12)."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


def overlapping(cards: Iterable[RateCard]) -> tuple[RateCard, RateCard] | None:
    """Two versions of one card that would both be in force on some day, if there are any."""
    versions = sorted(cards, key=lambda each: (each.card, each.in_force_from, each.version))
    for earlier, later in pairwise(versions):
        if earlier.card == later.card and earlier.in_force_on(later.in_force_from):
            return earlier, later
    return None
