"""How a rule stands in a rate card's file: made from the kinds in `rulebook`, each with its own parameters."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union, get_args, get_origin

from pydantic import Field, create_model

from rulebook import parameters
from rulebook.fact import AnswerKind, Fact
from rulebook.kinds import KINDS
from rulebook.outcome import AssessmentStage, PlanKind
from rulebook.rule import Rule

from .model import BasisPoints, Count, FactName, Model, OutcomeCode, Pence, Sentence, Slug

WRITTEN_AS: Mapping[Any, Any] = {
    parameters.Count: Count,
    parameters.Pence: Pence,
    parameters.BasisPoints: BasisPoints,
    parameters.Slug: Slug,
    parameters.OutcomeCode: OutcomeCode,
    parameters.FactName: FactName,
    AssessmentStage: AssessmentStage,
    PlanKind: PlanKind,
    bool: bool,
    date: date,
}
"""What a parameter may be, and what may stand in the file for it."""


class FactQuestion(Model):
    """A fact a rule asks for, so that a form can ask for it too."""

    name: FactName
    type: AnswerKind
    about: Sentence
    """The question in words, with its unit where it has one, such as pence or hours."""
    needed: bool = True
    """Whether the rule cannot tell without it, whatever else is recorded."""
    codes: tuple[Slug, ...] = ()
    """The answers to choose from, where the card lists them."""

    @classmethod
    def of(cls, fact: Fact[Any]) -> Self:
        """How a form asks for a fact of the rulebook."""
        return cls(name=fact.name, type=fact.answer, about=fact.question, needed=fact.needed, codes=fact.codes)


class Terms(Model):
    """One rule of a rate, as it is written: its kind, and what the card sets in it."""

    illustrative: bool = False
    """Whether a figure in the rule is made up for illustration, because none was published."""
    kind: str

    @cached_property
    def rule(self) -> Rule:
        """The rule itself."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return KINDS[self.kind](**{name: value for name, value in values.items() if name not in Terms.model_fields})


def _written_as(parameter: Any) -> Any:
    if get_origin(parameter) is tuple:
        return tuple[WRITTEN_AS[get_args(parameter)[0]], ...]
    return WRITTEN_AS[parameter]


def _terms_of(kind: type[Rule]) -> type[Terms]:
    """The schema of one kind. Raises `KeyError` for a parameter that no file could say."""
    field_types: dict[str, Any] = {field.name: (_written_as(field.type), ...) for field in fields(kind)}  # pyright: ignore[reportArgumentType, reportUnknownVariableType, reportUnknownMemberType, reportUnknownArgumentType] - every kind is a dataclass
    own_name: Any = Literal[kind.kind]  # pyright: ignore[reportInvalidTypeForm] - its own name, and nothing else
    return create_model(
        kind.__name__,
        __base__=Terms,
        __cls_kwargs__={"use_attribute_docstrings": False},  # no file has its source: looking for it takes a second
        __doc__=kind.meaning(),
        kind=(own_name, ...),
        **field_types,
    )


if TYPE_CHECKING:
    AnyTerms = Terms
else:
    AnyTerms = Annotated[Union[*(_terms_of(kind) for kind in KINDS.values())], Field(discriminator="kind")]
