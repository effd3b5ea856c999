"""Why something may not be, and what would satisfy."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import ParamSpec

Asked = ParamSpec("Asked")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's no: a stable code for machines, a sentence for people, and what would satisfy the rule."""

    code: str
    reason: str
    remedy: str


def unknown(code: str, what: str, named: str, known: Iterable[str]) -> Refusal:
    """The refusal of a code that is none of the programme's: it lists those that are."""
    return Refusal(code, f"The programme does not know the {what} {named}.", choose_from(known))


def choose_from(known: Iterable[str]) -> str:
    """A remedy that lists what is allowed."""
    return f"Choose from {', '.join(sorted(known)) or 'none: the programme has not been given any'}."


def reason_is_the_programmes(reason: str, known: Collection[str]) -> Refusal | None:
    """A programme loaded before there was a catalogue takes any code."""
    return None if not known or reason in known else unknown("unknown_reason", "reason", reason, known)


def every_refusal(
    rules: Iterable[Callable[Asked, Refusal | None]], *asked: Asked.args, **named: Asked.kwargs
) -> tuple[Refusal, ...]:
    """Run all the rules and keep every refusal, so that nobody learns their faults one at a time."""
    return tuple(refusal for rule in rules if (refusal := rule(*asked, **named)))
