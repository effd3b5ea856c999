"""Problems (RFC 9457) as exceptions: what your software should look at, and what a person should read."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule that said no."""

    code: str
    """Stable: your software may act on it."""
    reason: str
    """What stands against it, in words for people."""
    remedy: str
    """What would satisfy the rule, in words for people."""


@dataclass(eq=False)
class Problem(Exception):
    """An answer of 400 or above.

    Look at `type`, or at `status` where you do not know the type; show a person `detail` and the refusals.
    """

    type: str
    """The kind of problem, such as `no-such-claim`; empty where something between you and the service answered."""
    title: str
    status: int
    detail: str
    page: str
    """Where the service tells of this kind of problem: when it comes and what to do."""
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    """Every rule that said no, not only the first."""
    errors: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    """Every field that cannot be taken, with what is wrong with it."""
    more: dict[str, Any] = field(default_factory=dict[str, Any])
    """Whatever else the service told."""

    def __str__(self) -> str:
        told = [f"{self.status} {self.title}: {self.detail}"]
        told += [f"{one.code}: {one.reason} {one.remedy}" for one in self.refusals]
        told += [f"{one.get('field')}: {one.get('problem')}" for one in self.errors]
        return "\n".join(told)

    @property
    def remedies(self) -> list[str]:
        """What to do, in words for people: what satisfies each rule, or else the detail."""
        return [one.remedy for one in self.refusals] or [self.detail]


def problem_of(answer: httpx.Response) -> Problem:
    """The problem that an answer tells of."""
    if not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
        return Problem("", answer.reason_phrase, answer.status_code, answer.text[:500], "")
    told: dict[str, Any] = answer.json()
    kind = str(told.pop("type", ""))
    refused: list[dict[str, str]] = told.pop("refusals", None) or []
    refusals = [Refusal(one["code"], one["reason"], one["remedy"]) for one in refused]
    told.pop("status", None)
    return Problem(
        type=kind.rpartition("/")[2],
        title=told.pop("title", ""),
        status=answer.status_code,
        detail=told.pop("detail", ""),
        page=urljoin(str(answer.request.url), kind),
        refusals=refusals,
        errors=told.pop("errors", None) or [],
        more=told,
    )


def raise_problem(answer: httpx.Response) -> None:
    """Raise what went wrong.

    Raises:
        Problem: the answer's status is 400 or above.
    """
    if answer.is_error:
        answer.read()
        raise problem_of(answer)
