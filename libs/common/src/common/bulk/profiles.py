"""A mapping of another system's columns and values to ours, for a system without an API: named, versioned, its own.

A mapping says what the other system's words mean, and nothing else: what a row may say is for its request to rule.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from common.web.fields import Line, RequestBody, ShortCode
from rulebook.refusal import Refusal

from .columns import Column, column_named

DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
Cell = Annotated[str, Field(max_length=500)]


class ProfileIn(RequestBody):
    """How another system writes its rows. Columns that are called as ours need not be named."""

    of: ShortCode
    """What the rows are, such as `notes`."""
    columns: Annotated[dict[Line, Line], Field(max_length=200)] = Field(default_factory=dict[str, str])
    """Their column → ours: `{"Contact date": "noted_on"}`."""
    ignored: Annotated[list[Line], Field(max_length=200)] = Field(default_factory=list[str])
    """Their columns that are not read."""
    values: Annotated[dict[Line, dict[Cell, Cell]], Field(max_length=200)] = Field(
        default_factory=dict[str, dict[str, str]]
    )
    """Our column → their word → ours: `{"channel": {"Telephone": "phone"}}`. A word that is not named stays."""
    fixed: Annotated[dict[Line, Cell], Field(max_length=200)] = Field(default_factory=dict[str, str])
    """Our column → what every row says there, since the file does not."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """What parts the cells."""
    dates: Literal["year-month-day", "day-month-year"] = "year-month-day"
    """How days are written: `2019-10-07`, or `07/10/2019`."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping at work."""

    profile: ProfileIn
    known: Mapping[str, Column]

    @property
    def fixed(self) -> Mapping[str, Any]:
        """What every row says, as its column says it."""
        columns = {name: column_named(self.known, name) for name in self.profile.fixed}
        return {name: one.value_of(self.profile.fixed[name]) for name, one in columns.items() if one is not None}

    @property
    def delimiter(self) -> str:
        """What parts the cells."""
        return self.profile.delimiter

    def ours(self, theirs: str) -> str | None:
        """Our name of a column of theirs; none where it is not read."""
        return None if theirs in self.profile.ignored else self.profile.columns.get(theirs, theirs)

    def meant(self, column: Column, cell: str) -> str:
        """What a cell of theirs says in our words."""
        word = self.profile.values.get(column.name, {}).get(cell, cell)
        if column.form == "date" and self.profile.dates == "day-month-year" and (day := DAY_FIRST.fullmatch(word)):
            return f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
        return word


def refusals_of_profile(profile: ProfileIn, columns: Mapping[str, Column]) -> Sequence[Refusal]:
    """Why a mapping cannot be used for rows of these columns; none if it can."""
    return [*_unknown(profile, columns), *_twice(profile)]


def _unknown(profile: ProfileIn, columns: Mapping[str, Column]) -> Iterator[Refusal]:
    names = {*profile.columns.values(), *profile.values, *profile.fixed}
    there = ", ".join(columns)
    for name in sorted(names):
        if column_named(columns, name) is None:
            reason = f"Rows of {profile.of} have no field called {name}."
            yield Refusal("unknown_field", reason, f"Name one of these instead: {there}.")


def _twice(profile: ProfileIn) -> Iterator[Refusal]:
    targets = [*profile.columns.values(), *profile.fixed]
    for name in sorted({name for name in targets if targets.count(name) > 1}):
        yield Refusal("field_filled_twice", f"{name} is filled from two places.", "Fill it from one column, or fix it.")
    for name in sorted(set(profile.ignored) & profile.columns.keys()):
        yield Refusal("column_ignored_and_read", f"{name} is to be read and not to be read.", "Name it in one place.")
