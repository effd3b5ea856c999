"""What an outcome is worth, what must be shown for it, and which version says so on which day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

Parameter = bool | int | str | tuple[str, ...]


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

    @property
    def accepted(self) -> frozenset[str]:
        return frozenset((*self.all_of, *self.any_of, *self.plus, *self.supporting))


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """A kind of rule, by name, with the parameters agreed for one outcome."""

    kind: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])


@dataclass(frozen=True, slots=True)
class Rate:
    """One outcome on a card: its price, how often it may be claimed, its evidence and its rules."""

    code: str
    title: str
    price_pence: int
    slots: tuple[str, ...]
    limit: int
    evidence: EvidenceRule
    rules: tuple[RuleTerms, ...] = ()
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
        rules = (terms for rate in self.rates.values() for terms in rate.rules)
        return frozenset(str(terms.parameters["plan"]) for terms in rules if terms.kind == "plan_was_agreed")

    def in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


def overlapping(cards: Iterable[RateCard]) -> tuple[RateCard, RateCard] | None:
    """Two versions of one card that would both be in force on some day, if there are any."""
    ordered = sorted(cards, key=lambda each: (each.card, each.in_force_from, each.version))
    for earlier, later in pairwise(ordered):
        if earlier.card == later.card and earlier.in_force_on(later.in_force_from):
            return earlier, later
    return None


def read_rate_card(document: Mapping[str, Any]) -> RateCard:
    """The card in a JSON document as `programme.RateCard` writes it."""
    return RateCard(
        card=document["card"],
        version=document["version"],
        in_force_from=date.fromisoformat(document["in_force_from"]),
        in_force_until=_day_or_none(document.get("in_force_until")),
        rates={rate["code"]: _read_rate(rate) for rate in document["rates"]},
    )


def _read_rate(document: Mapping[str, Any]) -> Rate:
    return Rate(
        code=document["code"],
        title=document["title"],
        price_pence=document["price_pence"],
        slots=tuple(document["slots"]),
        limit=document["limit"],
        evidence=_read_evidence(document["evidence"]),
        rules=tuple(_read_terms(terms) for terms in document["rules"]),
        illustrative=document["illustrative"],
        subject=document.get("subject", "participant"),
        unit=document.get("unit", "outcome"),
        most_per_claim=document.get("most_per_claim", 1),
        paid_units=document.get("paid_units"),
    )


def _read_evidence(document: Mapping[str, Any]) -> EvidenceRule:
    return EvidenceRule(
        all_of=tuple(document["all_of"]),
        any_of=tuple(document["any_of"]),
        plus=tuple(document["plus"]),
        supporting=tuple(document["supporting"]),
        only_if=dict(document["only_if"]),
    )


def _read_terms(document: Mapping[str, Any]) -> RuleTerms:
    agreed = {name: _parameter(value) for name, value in document.items() if name not in ("kind", "illustrative")}
    return RuleTerms(document["kind"], agreed)


def _parameter(value: bool | int | str | list[str]) -> Parameter:
    return tuple(value) if isinstance(value, list) else value


def _day_or_none(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
