"""Kinds of field: how each is read from what a browser sends, and what is said when it cannot be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from starlette.datastructures import UploadFile

Entries = Mapping[str, Sequence[Any]]
"""Name → what was sent under it: text, or a file."""
Options = Sequence[tuple[str, str]]
"""Code and words of each."""

MOST_CHARACTERS = 4000
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Unanswered(Exception):
    """Nothing was said where something must be."""


class NotReadable(ValueError):
    """What was said cannot be read as what is asked; `key` names the words that say so."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One question of a form. Its words stand in the catalogue under the form's key and its name."""

    kind: ClassVar[str]
    name: str
    required: bool = True
    pointer: str = ""
    """Where its answer stands in the request, if not under its name: `/person/given_name`."""
    word: str = ""
    """Under which its words stand, if not under its name: several fields may ask the same."""
    about: str = ""
    """Of which of several things it asks, where its label has a place for it: `{about}`."""
    label: str = ""
    """The question, where a service words it; else the catalogue does."""
    options: Options | None = None
    """Of a choice whose options are no fixed ones of the form's words: set when it is shown."""

    @property
    def place(self) -> str:
        """A JSON pointer into the request's body."""
        return self.pointer or f"/{self.name}"

    def with_options(self, options: Options) -> "FormField":
        """The same question with these to choose from."""
        return replace(self, options=options)

    def read(self, entries: Entries) -> Any:
        """The answer; nothing where nothing was said.

        Raises:
            Unanswered: it must be answered.
            NotReadable: it cannot be read.
        """
        value = self.value(entries)
        if value in (None, "", [], ()) and self.required:
            raise Unanswered
        return value

    def value(self, entries: Entries) -> Any:
        """What was said, as the request has it."""
        return _first(entries, self.name) or None

    def filled(self, answer: Any) -> Entries:
        """What a browser would have sent for this answer, to show a form filled."""
        return {} if answer is None else {self.name: (str(answer),)}


@dataclass(frozen=True, kw_only=True)
class TextField(FormField):
    """A line."""

    kind = "text"
    width: str = ""
    """Of GOV.UK's: `10`, `20`."""
    autocomplete: str = ""


@dataclass(frozen=True, kw_only=True)
class ProseField(FormField):
    """Some lines."""

    kind = "prose"
    most: int = MOST_CHARACTERS

    def value(self, entries: Entries) -> str | None:
        """With plain line ends, as whoever pasted it saw it."""
        text = _first(entries, self.name).replace("\r\n", "\n")
        if len(text) > self.most:
            raise NotReadable("form.too-long")
        return text or None


@dataclass(frozen=True, kw_only=True)
class LinesField(ProseField):
    """A list, one a line."""

    kind = "lines"

    def value(self, entries: Entries) -> Any:
        """The lines that say something."""
        lines = [line.strip() for line in _first(entries, self.name).splitlines()]
        return [line for line in lines if line]

    def filled(self, answer: Any) -> Entries:
        """One a line."""
        return {self.name: ("\n".join(answer or ()),)}


@dataclass(frozen=True, kw_only=True)
class NumberField(FormField):
    """A whole number."""

    kind = "number"

    def value(self, entries: Entries) -> int | None:
        """Also written 1,250."""
        text = _first(entries, self.name).replace(",", "").replace(" ", "")
        if text and not re.fullmatch(r"-?\d{1,12}", text):
            raise NotReadable("form.no-number")
        return int(text) if text else None


@dataclass(frozen=True, kw_only=True)
class MoneyField(FormField):
    """Pounds and pence, in the request as pence."""

    kind = "money"
    unreadable: ClassVar[str] = "form.no-money"

    def value(self, entries: Entries) -> int | None:
        """Also written £1,250.00."""
        text = re.sub(r"[£, ]", "", _first(entries, self.name))
        if text and not re.fullmatch(r"\d{1,10}(\.\d{1,2})?", text):
            raise NotReadable(self.unreadable)
        pounds, _, pence = text.partition(".")
        return int(pounds) * 100 + int(pence.ljust(2, "0")) if text else None

    def filled(self, answer: Any) -> Entries:
        """As pounds."""
        return {} if answer is None else {self.name: (f"{answer / 100:.2f}",)}


@dataclass(frozen=True, kw_only=True)
class HundredthsField(MoneyField):
    """A number with up to two places, in the request as hundredths: 4.5 posts are 450."""

    kind = "hundredths"
    unreadable = "form.no-decimal"


@dataclass(frozen=True, kw_only=True)
class DayField(FormField):
    """A day, in three boxes; the month as a number or by its name."""

    kind = "day"
    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year")

    def value(self, entries: Entries) -> str | None:
        """As the request has it: 2024-04-03."""
        day, month, year = (_first(entries, f"{self.name}-{part}") for part in self.parts)
        if not (day or month or year):
            return None
        try:
            number = MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in MONTHS else int(month)
            if len(year) != 4:
                raise NotReadable("form.no-day")
            return date(int(year), number, int(day)).isoformat()
        except (ValueError, OverflowError) as error:
            raise NotReadable("form.no-day") from error

    def filled(self, answer: Any) -> Entries:
        """In its three boxes."""
        if not answer:
            return {}
        moment = date.fromisoformat(str(answer)[:10])
        values = (str(moment.day), str(moment.month), str(moment.year))
        return {f"{self.name}-{part}": (value,) for part, value in zip(self.parts, values, strict=True)}


@dataclass(frozen=True, kw_only=True)
class ChoiceField(FormField):
    """One of some; shown as radio buttons."""

    kind = "choice"
    codes: tuple[str, ...] = ()
    """The fixed ones, whose words stand under the field's; else it is given `options` when it is shown."""


@dataclass(frozen=True, kw_only=True)
class PickField(ChoiceField):
    """One of many; shown as a list to pick from."""

    kind = "pick"


@dataclass(frozen=True, kw_only=True)
class ChoicesField(ChoiceField):
    """Some of some; shown as boxes to tick."""

    kind = "choices"

    def value(self, entries: Entries) -> Any:
        """All that were ticked."""
        return [str(one) for one in entries.get(self.name, ())]

    def filled(self, answer: Any) -> Entries:
        """Each ticked."""
        return {self.name: tuple(map(str, answer or ()))}


@dataclass(frozen=True, kw_only=True)
class YesNoField(FormField):
    """Yes or no; nobody is taken to have said no who said nothing."""

    kind = "yes-no"

    def value(self, entries: Entries) -> bool | None:
        """As the request has it."""
        return {"yes": True, "no": False}.get(_first(entries, self.name))

    def filled(self, answer: Any) -> Entries:
        """In the browser's words."""
        return {} if answer is None else {self.name: ("yes" if answer else "no",)}


@dataclass(frozen=True, kw_only=True)
class TickField(FormField):
    """A single box: ticked or not. Where it is required, it must be ticked."""

    kind = "tick"

    def value(self, entries: Entries) -> bool | None:
        """Not ticked is nothing where it must be, and else no."""
        is_ticked = bool(_first(entries, self.name))
        return is_ticked or (None if self.required else False)

    def filled(self, answer: Any) -> Entries:
        """In the browser's words."""
        return {self.name: ("yes",)} if answer else {}


@dataclass(frozen=True, kw_only=True)
class UploadField(FormField):
    """A file; it is not part of the body, and is sent on as it is."""

    kind = "upload"

    def value(self, entries: Entries) -> UploadFile | None:
        """The file, if one was chosen."""
        files = [one for one in entries.get(self.name, ()) if isinstance(one, UploadFile) and one.filename]
        return files[0] if files else None

    def filled(self, answer: Any) -> Entries:
        """A browser lets nobody fill it but the person."""
        return {}


def _first(entries: Entries, name: str) -> str:
    values = entries.get(name) or ("",)
    return values[0].strip() if isinstance(values[0], str) else ""
