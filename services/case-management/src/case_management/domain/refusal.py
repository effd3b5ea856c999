"""Why something may not be, and what would satisfy."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ParamSpec

Asked = ParamSpec("Asked")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's no: a stable code for machines, a sentence for people, and what would satisfy the rule."""

    code: str
    reason: str
    remedy: str


def every_refusal(
    rules: Iterable[Callable[Asked, Refusal | None]], *asked: Asked.args, **named: Asked.kwargs
) -> tuple[Refusal, ...]:
    """Run all the rules and keep every refusal, so that nobody learns their faults one at a time."""
    return tuple(refusal for rule in rules if (refusal := rule(*asked, **named)))
