"""What a correction changed, and what passed before and still stands (BR-F4)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rulebook.outcome import EvidenceItem, Outcome

from .eligibility import Check, Verdict

CheckPlace = tuple[str, int]
"""A rule, and which of its occurrences: a card may name a rule twice."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a revision changed in the revision before it."""

    evidence_added: tuple[UUID, ...] = ()
    evidence_removed: tuple[UUID, ...] = ()
    facts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """Anything else, by name: `achieved_on`, `slot`, `plan`, `assessments` …"""


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """What a rule answered before, and since which revision it has been passed without a break."""

    verdict: Verdict
    passed_since: int | None


@dataclass(frozen=True, slots=True)
class ComparedCheck:
    """A rule's answer now, beside its answer before."""

    check: Check
    before: Verdict | None
    passed_since: int | None


def what_changed(before: Outcome, after: Outcome) -> Changes:
    """Item by item and fact by fact, so that nobody reads again what has not changed."""
    had, has = fingerprints(before.evidence), fingerprints(after.evidence)
    old, new = before.facts.values, after.facts.values
    names = ("code", "slot", "achieved_on", "referred_on", "service_started_on", "quantity", "plan", "assessments")
    return Changes(
        evidence_added=tuple(item for item, mark in has.items() if had.get(item) != mark),
        evidence_removed=tuple(item for item in had if item not in has),
        facts=tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))),
        parts=tuple(name for name in names if getattr(before, name) != getattr(after, name)),
    )


def names_of(changes: Changes) -> tuple[str, ...]:
    """What changed, in short codes: `evidence`, `facts.earned_pence`, `achieved_on` …"""
    evidence = ("evidence",) if changes.evidence_added or changes.evidence_removed else ()
    return (*evidence, *(f"facts.{name}" for name in changes.facts), *changes.parts)


def places(rules: Iterable[str]) -> tuple[CheckPlace, ...]:
    """Each rule with the number of its occurrence."""
    counts: Counter[str] = Counter()
    pairs: list[CheckPlace] = []
    for rule in rules:
        pairs.append((rule, counts[rule]))
        counts[rule] += 1
    return tuple(pairs)


def compared(
    checks: Sequence[Check], before: Mapping[CheckPlace, RuleStanding], revision: int
) -> tuple[ComparedCheck, ...]:
    """Every check beside the last assessment's: what passed before stays visibly passed."""
    return tuple(
        _compared(check, before.get(place), revision)
        for check, place in zip(checks, places(check.rule for check in checks), strict=True)
    )


def items_since(revisions: Sequence[Sequence[EvidenceItem]]) -> dict[UUID, int]:
    """Since which revision each item of the last one has been there unchanged; revisions in order, counted from 1."""
    since: dict[UUID, int] = {}
    had: dict[UUID, str | None] = {}
    for revision, items in enumerate(revisions, start=1):
        has = fingerprints(items)
        since = {item: since[item] if item in had and had[item] == has[item] else revision for item in has}
        had = has
    return since


def _compared(check: Check, before: RuleStanding | None, revision: int) -> ComparedCheck:
    if check.verdict != "pass":
        return ComparedCheck(check, before.verdict if before else None, None)
    still = before.passed_since if before else None
    return ComparedCheck(check, before.verdict if before else None, still or revision)


def fingerprints(items: Iterable[EvidenceItem]) -> dict[UUID, str | None]:
    """Each item with the hash of its document; none for a case note."""
    return {item.item_id: item.sha256 for item in items}
