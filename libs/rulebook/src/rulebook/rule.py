"""One class for each kind of rule: from it come the rate card's schema, the form, the decision tables and the check."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform
from uuid import UUID

from .fact import Fact
from .outcome import PlanKind
from .refusal import Refusal

if TYPE_CHECKING:
    from .question import Question  # which holds the rate, whose rules these are

KINDS: dict[str, type["Rule"]] = {}
"""The kinds of rule a rate card may name, with parameters of its own."""
ALWAYS: list["Rule"] = []
"""Asked of every outcome."""
DECLARED: dict[str, Fact[Any]] = {}
"""Every fact that a kind declares, by name: the same fact is asked for in the same words everywhere."""


class NotARule(TypeError):
    """A kind of rule lacks something, or contradicts another."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Rule(ABC):
    """A kind of rule, and with its parameters one rule of a rate.

    A subclass that decides is a kind. Its name says what is so when it passes, and in snake case is the `kind` on a
    card; its docstring says what it means and where that is from; annotated attributes are its parameters, and every
    `Fact` is a question it asks. A kind is known as soon as it is written: nothing else lists it.
    """

    kind: ClassVar[str]
    passed: ClassVar[str]
    """What is said when it passes. In braces it may name a parameter."""
    rests_on_other_claims: ClassVar[bool] = False
    """It looks at what else is on record: what it answered may change when another claim comes or goes."""
    declared: ClassVar[tuple[Fact[Any], ...]] = ()

    def __init_subclass__(cls, *, always: bool = False) -> None:
        meaning = vars(cls).get("__doc__")
        dataclass(frozen=True, kw_only=True)(cls)
        members: list[Any] = [value for base in reversed(cls.__mro__) for value in vars(base).values()]
        cls.declared = tuple(fact for fact in members if isinstance(fact, Fact))  # pyright: ignore[reportUnknownArgumentType] - of any answer
        if "decide" not in vars(cls):
            return
        if not meaning or not getattr(cls, "passed", ""):
            raise NotARule(f"{cls.__name__} needs a docstring that says what it means, and `passed`")
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        if cls.kind in KINDS or any(rule.kind == cls.kind for rule in ALWAYS):
            raise NotARule(f"there is a rule {cls.kind} already")
        for fact in cls.declared:
            if DECLARED.setdefault(fact.name, fact).question != fact.question:
                raise NotARule(f"{cls.__name__} asks for {fact.name} in other words than another rule")
        if always:
            ALWAYS.append(cls())
        else:
            KINDS[cls.kind] = cls

    @abstractmethod
    def decide(self, question: "Question") -> Refusal | None:
        """Nothing, or why not. Raises `FactMissing` where it cannot tell."""

    def looks_at(self, question: "Question") -> tuple[UUID, ...]:
        """The items it looks at: evidence, assessments, a plan."""
        return ()

    @property
    def plan_kinds(self) -> frozenset[PlanKind]:
        """The kinds of plan it asks for."""
        return frozenset()

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}  # pyright: ignore[reportArgumentType, reportUnknownVariableType, reportUnknownMemberType] - every subclass is a dataclass

    @cached_property
    def asks(self) -> tuple[Fact[Any], ...]:
        """The facts it asks for, in words that know its parameters."""
        return tuple(fact.put(self.parameters) for fact in self.declared)

    @cached_property
    def sentence(self) -> str:
        """What is said when it passes."""
        return self.passed.format(**self.parameters)

    @classmethod
    def meaning(cls) -> str:
        """What it means, and the source: the first paragraph of its docstring."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Self:
        """The rule with parameters as JSON has them. Raises `TypeError` for one that it does not take."""
        days = {field.name for field in fields(cls) if field.type is date}  # pyright: ignore[reportArgumentType, reportUnknownVariableType, reportUnknownMemberType] - as above
        return cls(**{name: _as_parameter(value, name in days) for name, value in parameters.items()})


def _as_parameter(value: Any, is_day: bool) -> Any:
    if is_day and isinstance(value, str):
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def facts_asked(rules: Iterable[Rule], conditions: Iterable[Fact[Any]] = ()) -> tuple[Fact[Any], ...]:
    """Every fact that rules ask for, each once, then those on which evidence counts; needed if one of them needs it."""
    facts: dict[str, Fact[Any]] = {}
    for fact in (fact for rule in rules for fact in rule.asks):
        before = facts.get(fact.name)
        facts[fact.name] = replace(fact, needed=fact.needed or (before is not None and before.needed))
    for fact in conditions:
        facts.setdefault(fact.name, fact)
    return tuple(facts.values())
