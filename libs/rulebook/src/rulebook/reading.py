"""A rate card from the JSON in which it is kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from .kinds import KINDS
from .rate_card import EvidenceRule, Rate, RateCard
from .rule import Rule


def read_rate_card(document: Mapping[str, Any]) -> RateCard:
    """The card in a JSON document as `programme.RateCard` writes it. Raises `KeyError` for a rule it does not know."""
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
        rules=tuple(_read_rule(terms) for terms in document["rules"]),
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


def _read_rule(document: Mapping[str, Any]) -> Rule:
    parameters = {name: value for name, value in document.items() if name not in ("kind", "illustrative")}
    return KINDS[document["kind"]].read(parameters)


def _day_or_none(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
