"""A fact about an outcome: what it is called, how a form asks for it, and how its answer is read."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar

YEARS = range(1900, 2200)
"""A date outside these is a slip, and as good as none: months are never counted past the end of the calendar."""

FactValue = bool | int | date | str
AnswerKind = Literal["yes-no", "number", "date", "code"]
T = TypeVar("T", bound=FactValue)


class FactMissing(LookupError):
    """A rule asked for a fact nobody has recorded, or that is not of the kind it asked for."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"{fact} is not recorded")
        self.fact = fact


@dataclass(frozen=True)
class Fact(Generic[T]):
    """A question whose answer a rule needs. As an attribute of a rule it is named by the attribute.

    The question stands by itself, for it is also what is said when the answer is missing. In braces it may name a
    parameter of the rule.
    """

    question: str
    needed: bool = True
    """Whether the rule cannot tell without it, whatever else is recorded."""
    codes: tuple[str, ...] = ()
    """The answers to choose from, where the card lists them."""
    codes_in: str = ""
    """The parameter in which the card lists them."""
    name: str = ""

    answer: ClassVar[AnswerKind]

    def __set_name__(self, owner: type[Any], name: str) -> None:
        if not self.name:
            object.__setattr__(self, "name", name)

    @abstractmethod
    def read(self, value: FactValue | None) -> T:
        """The answer. Raises `FactMissing` where there is none of this kind."""

    def put(self, parameters: Mapping[str, Any]) -> Self:
        """The question with the card's own parameters in it."""
        codes = tuple(parameters[self.codes_in]) if self.codes_in else self.codes
        return replace(self, question=self.question.format(**parameters), codes=codes)


class YesNo(Fact[bool]):
    answer = "yes-no"

    def read(self, value: FactValue | None) -> bool:
        if isinstance(value, bool):
            return value
        raise FactMissing(self.name)


class Number(Fact[int]):
    """Pence, hours and the like are said in the question."""

    answer = "number"

    def read(self, value: FactValue | None) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise FactMissing(self.name)


class Day(Fact[date]):
    answer = "date"

    def read(self, value: FactValue | None) -> date:
        day = day_in(value)
        if day is None:
            raise FactMissing(self.name)
        return day


class Code(Fact[str]):
    answer = "code"

    def read(self, value: FactValue | None) -> str:
        if isinstance(value, str):
            return value
        raise FactMissing(self.name)


def day_in(value: FactValue | None) -> date | None:
    """The day a value is; in JSON it is text."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def in_words(name: str) -> str:
    """The name of a fact, or of a rule, as words."""
    return name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded, by name. Asking for a fact that is missing stops the rule: it cannot tell."""

    values: Mapping[str, FactValue] = field(default_factory=dict[str, FactValue])

    def __getitem__(self, fact: Fact[T]) -> T:
        return fact.read(self.values.get(fact.name))

    def get(self, fact: Fact[T], otherwise: T) -> T:
        """The answer, or what stands for none. One of another kind still stops the rule."""
        value = self.values.get(fact.name)
        return otherwise if value is None else fact.read(value)

    def holds(self, fact: Fact[Any]) -> bool:
        """Recorded, and not as a no. Never stops a rule."""
        return self.values.get(fact.name, False) is not False


NO_FACTS = Facts()
