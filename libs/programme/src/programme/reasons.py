"""`reasons.toml`: the codes with which people say why, in words, for every act that asks for one (F-7).

One catalogue for all services: the hub takes from it why a referral may be declined and what a referrer is asked, case
management why a case may close or become need-to-know and why an outcome is taken back, claims why a claim is returned,
queried, refused, withdrawn or put right.
"""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from .model import Line, Model, Sentence

Act = Literal[
    "decline",
    "closure",
    "return",
    "query",
    "refusal",
    "withdrawal",
    "reopening",
    "undoing",
    "challenge",
    "basis-decision",
    "reinstatement",
    "outcome-withdrawal",
    "restriction",
    "question",
]
"""What somebody gives a reason for, and a `question`. By a `query` the council holds a claim back without refusing it
(BR-F6)."""
ACTS: tuple[Act, ...] = get_args(Act)
ASKS_SOMEBODY: frozenset[Act] = frozenset({"return", "query", "refusal"})
"""Somebody else is to mend what these say, and is told what usually does (BR-F3)."""

ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
"""`wrong-person`; a reason that is a rule's has the rule's own code: `evidence_missing`."""


class Reason(Model):
    """One code, with its words, and what it may be said of."""

    code: ReasonCode
    title: Line
    mend: Sentence | None = None
    """What usually mends it."""
    acts: Annotated[tuple[Act, ...], Field(min_length=1)]
    from_on: date | None = None
    until_on: date | None = None
    """The last day on which it may be chosen; what was decided with it stays as it is."""

    def may_be_given_on(self, day: date) -> bool:
        """Whether it is in the catalogue on this business day, both ends included."""
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day <= self.until_on)


class ReasonsFile(Model):
    """`reasons.toml`."""

    illustrative: bool = True
    """The sources print no such list: it is ours."""
    reasons: tuple[Reason, ...]

    def codes_for(self, act: Act) -> tuple[str, ...]:
        """In the order of the file, whatever their days."""
        return tuple(reason.code for reason in self.reasons if act in reason.acts)
