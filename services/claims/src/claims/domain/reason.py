"""Why people do what they do, in the codes of the programme's catalogue (F-7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebook.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its words, what usually mends it, what it may be said of, and on which days."""

    code: str
    title: str
    mend: str | None
    acts: frozenset[str]
    from_on: date | None = None
    until_on: date | None = None

    def may_be_given(self, act: str, day: date) -> bool:
        begun = self.from_on is None or self.from_on <= day
        return act in self.acts and begun and (self.until_on is None or day <= self.until_on)


def codes_are_in_the_catalogue(
    codes: Iterable[str], act: str, day: date, catalogue: Sequence[Reason], rulings: Sequence[str] = ()
) -> tuple[Refusal, ...]:
    """One refusal for each that is not, nor among `rulings`: the code of a rule that says so itself.

    A programme loaded before there was a catalogue takes any code.
    """
    choices = list(dict.fromkeys((*(reason.code for reason in catalogue if reason.may_be_given(act, day)), *rulings)))
    if not catalogue:
        return ()
    return tuple(
        Refusal("reason_unknown", f"{code} is no reason for this.", f"Choose one of: {', '.join(choices)}.")
        for code in dict.fromkeys(codes)
        if code not in choices
    )


def read_reasons(documents: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """The catalogue in the JSON that `programme.Reason` writes."""
    return tuple(
        Reason(
            code=document["code"],
            title=document["title"],
            mend=document["mend"],
            acts=frozenset(document["acts"]),
            from_on=_day(document["from_on"]),
            until_on=_day(document["until_on"]),
        )
        for document in documents
    )


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)
