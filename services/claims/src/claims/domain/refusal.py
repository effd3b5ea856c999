"""What a rule answers when it is not satisfied."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule stands against a claim: a code for machines, a sentence, and what would satisfy it (BR-F3)."""

    code: str
    reason: str
    remedy: str
    fact: str | None = None
    """The fact nobody has recorded yet: the rule cannot tell, it does not say no."""
    items: tuple[UUID, ...] = ()
    """What the rule took offence at, where that is narrower than all it looked at."""
    from_on: date | None = None
    """The first day achieved on which it can be satisfied, where it waits for one."""
