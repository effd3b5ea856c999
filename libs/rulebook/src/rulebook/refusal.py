"""What a rule answers when it is not satisfied."""

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import Literal, ParamSpec
from uuid import UUID

RefusalKind = Literal["state", "size", "type", "rule"]
"""What stands in the way: the state a thing is in, a document's size or its type, or what is asked.

It decides the status of the answer; of several, the first in this order.
"""

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's no: a stable code for machines, a sentence for people, and what would satisfy the rule (BR-F3)."""

    code: str
    reason: str
    remedy: str
    _: KW_ONLY
    kind: RefusalKind = "rule"
    fact: str | None = None
    """The fact nobody has recorded yet: the rule cannot tell, it does not say no."""
    items: tuple[UUID, ...] = ()
    """The pieces of evidence, or the claims, that stand in the way, where they are fewer than the rule looked at."""
    from_on: date | None = None
    """The first day achieved on which it can be satisfied, where it waits for one."""

    @property
    def told(self) -> dict[str, str]:
        """What whoever asked is told."""
        return {"code": self.code, "reason": self.reason, "remedy": self.remedy}


def every_refusal(
    rules: Iterable[Callable[P, Refusal | None]], *args: P.args, **kwargs: P.kwargs
) -> tuple[Refusal, ...]:
    """Run all the rules and keep every refusal, so that nobody learns their faults one at a time."""
    return tuple(refusal for rule in rules if (refusal := rule(*args, **kwargs)))
