"""Refusals as problems: every reason at once, and the status that their kind asks for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from rulebook.refusal import Refusal, RefusalKind

from .problems import Problem


class Refused(Problem):
    """What is asked breaks rules; `refusals` lists every one with its remedy."""

    status, type, title = 422, "refused", "The rules do not allow this"
    remedy = "Each refusal says what would satisfy the rule."


class RefusedByState(Refused):
    """A rule about the state a thing is in stands against it, whatever else is asked."""

    status, type = 409, "refused-by-state"


class RefusedForSize(Refused):
    """The document is too large."""

    status, type = 413, "document-too-large"


class RefusedForType(Refused):
    """The document is not of a kind we accept, or not what it says."""

    status, type = 415, "document-not-accepted"


BY_KIND: Mapping[RefusalKind, type[Refused]] = {
    "state": RefusedByState,
    "size": RefusedForSize,
    "type": RefusedForType,
    "rule": Refused,
}


def told(refusals: Iterable[Refusal]) -> list[dict[str, str]]:
    """Refusals as members of a problem: every one, with what would satisfy it (BR-F3)."""
    return [refusal.told for refusal in refusals]


def refused(*refusals: Refusal) -> Refused:
    """The problem that gives every refusal."""
    kinds = {refusal.kind for refusal in refusals}
    first: RefusalKind = next(kind for kind in get_args(RefusalKind) if kind in kinds)
    return BY_KIND[first](" ".join(refusal.remedy for refusal in refusals), refusals=told(refusals))


def refuse_if_any(refusals: Sequence[Refusal]) -> None:
    """Go on when no rule stands against it.

    Raises:
        Refused: with every refusal.
    """
    if refusals:
        raise refused(*refusals)
