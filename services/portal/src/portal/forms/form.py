"""A form: its fields and its words, and one showing of it with what was said and what stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote
from uuid import uuid4

from portal.look.words import code_in_words, has_words, words
from portal.look.writing import day, money

from .fields import Entries, FormField, NotReadable, Options, Unanswered, UploadField

HIDDEN = frozenset({"csrf", "mark", "key", "version", "step", "receipt"})
"""Names of what a form sends beside its fields."""


@dataclass(frozen=True)
class Form:
    """What a page asks: declared once, beside its page.

    Raises:
        ValueError: a field is called as what every form sends beside its fields.
    """

    key: str
    """Of its words: `hub.triage`; each field's stand under it, as `hub.triage.risk_level.label`."""
    fields: tuple[FormField, ...]
    is_checked: bool = False
    """Whether the answers are shown once more before they are sent."""

    def __post_init__(self) -> None:
        if names := sorted(HIDDEN & {one.name for one in self.fields}):
            raise ValueError(f"{self.key}: call {', '.join(names)} otherwise, every form sends that beside its fields.")

    def field(self, name: str) -> FormField:
        """The field of a name."""
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True)
class Objection:
    """What stands against a form: a sentence, and the field it is about, if it is about one."""

    text: str
    name: str | None = None
    id: str | None = None
    """Of the element to go to."""


@dataclass
class ShownForm:
    """A form on a page: blank, filled, or refused."""

    form: Form
    sent: Entries = field(default_factory=dict[str, Sequence[Any]])
    objections: list[Objection] = field(default_factory=list[Objection])
    options: Mapping[str, Options] = field(default_factory=dict[str, Options])
    idempotency_key: str = field(default_factory=lambda: str(uuid4()))
    version: str | None = None
    csrf: str = ""
    mark: str = ""
    action: str = ""

    @property
    def fields(self) -> list[FormField]:
        """With the options of this showing."""
        return [
            one.with_options(self.options[one.name]) if one.name in self.options else one for one in self.form.fields
        ]

    @property
    def takes_files(self) -> bool:
        """Whether a browser must send it in parts."""
        return any(isinstance(one, UploadField) for one in self.form.fields)

    def field(self, name: str) -> FormField:
        """The field of a name, with the options of this showing."""
        return next(one for one in self.fields if one.name == name)

    def value(self, name: str) -> str:
        """What was said under a name."""
        values = self.sent.get(name) or ("",)
        return values[0] if isinstance(values[0], str) else ""

    def values(self, name: str) -> list[str]:
        """All that was said under a name."""
        return [one for one in self.sent.get(name, ()) if isinstance(one, str)]

    def objection(self, name: str) -> str | None:
        """What stands against a field, if anything does."""
        return " ".join(one.text for one in self.objections if one.name == name) or None

    def choices(self, one: FormField) -> Options:
        """What a field lets choose from."""
        if one.options is not None:
            return one.options
        key = f"{self._key(one)}.options"
        codes: tuple[str, ...] = getattr(one, "codes", ())
        return [(code, words(f"{key}.{code}") if has_words(f"{key}.{code}") else code_in_words(code)) for code in codes]

    def label(self, one: FormField) -> str:
        """The question."""
        facts = {"about": one.about} if one.about else {}
        return one.label or words(f"{self._key(one)}.label", **facts)

    def hint(self, one: FormField) -> str | None:
        """What helps to answer it, if anything does."""
        key = f"{self._key(one)}.hint"
        return words(key) if has_words(key) else None

    def answers(self) -> list[tuple[FormField, str]]:
        """Each question with its answer as people write it, to be checked."""
        return [(one, self._in_words(one)) for one in self.fields]

    def carried(self) -> list[tuple[str, str]]:
        """All that was said, to travel with the page on which it is checked."""
        names = {name for one in self.form.fields for name in [one.name, *(f"{one.name}-{part}" for part in DAY_PARTS)]}
        return [(name, value) for name in self.sent if name in names for value in self.values(name)]

    def body(self) -> dict[str, Any]:
        """The request's body; every field that cannot be read is an objection.

        Raises:
            FormRefused: there are some.
        """
        body: dict[str, Any] = {}
        for one in self.form.fields:
            try:
                value = one.read(self.sent)
            except Unanswered:
                self._object(one, "blank", "form.blank")
            except NotReadable as error:
                self._object(one, "unreadable", error.key)
            else:
                if value is not None and not isinstance(one, UploadField):
                    _put(body, one.place, value)
        if self.objections:
            raise FormRefused
        return body

    def file(self, name: str) -> Any:
        """The file of a field, if one was chosen."""
        return self.field(name).value(self.sent)

    def take(self, problem: Mapping[str, Any]) -> None:
        """Object as a service did: each fault at its field, each refusal with what would satisfy the rule."""
        before = len(self.objections)
        for fault in cast(list[dict[str, Any]], problem.get("errors", ())):
            one = self._at(str(fault.get("pointer") or fault.get("field", "")))
            text = str(fault.get("problem", ""))
            self._add(one, f"{self.label(one)}: {text}" if one else f"{fault.get('field', '')}: {text}")
        for refusal in cast(list[dict[str, Any]], problem.get("refusals", ())):
            sentences = [str(refusal.get(part, "")) for part in ("reason", "remedy")]
            self._add(self._at(str(refusal.get("pointer", ""))), " ".join(filter(None, sentences)))
        if len(self.objections) == before:
            slug = str(problem.get("type", "")).rpartition("/")[2]
            ours = f"problems.{slug}"
            self._add(None, words(ours) if has_words(ours) else str(problem.get("detail") or problem.get("title")))

    def _key(self, one: FormField) -> str:
        return f"{self.form.key}.{one.word or one.name}"

    def _at(self, pointer: str) -> FormField | None:
        """The field whose place a pointer names, or names something within."""
        place = unquote(pointer.removeprefix("#")).replace(".", "/").removeprefix("/body").removeprefix("body")
        place = place if place.startswith("/") else f"/{place}"
        fits = [one for one in self.form.fields if place == one.place or place.startswith(f"{one.place}/")]
        return max(fits, key=lambda one: len(one.place), default=None)

    def _object(self, one: FormField, kind: str, usual: str) -> None:
        own = f"{self._key(one)}.{kind}"
        self._add(one, words(own) if has_words(own) else words(usual, label=self.label(one)))

    def _add(self, one: FormField | None, text: str) -> None:
        if one is None:
            self.objections.append(Objection(text))
        else:
            self.objections.append(Objection(text, one.name, f"{one.name}-day" if one.kind == "day" else one.name))

    def _in_words(self, one: FormField) -> str:
        try:
            value = one.value(self.sent)
        except NotReadable:
            return ""
        match one.kind:
            case "choice" | "pick" | "choices":
                options = dict(self.choices(one))
                codes = cast(list[str], value) if isinstance(value, list) else [value] if value else []
                return ", ".join(options.get(code, code_in_words(code)) for code in codes)
            case "yes-no" | "tick":
                return words("form.yes") if value else words("form.no")
            case "day":
                return day(value)
            case "money":
                return money(value)
            case "hundredths":
                return "" if value is None else f"{value / 100:g}"
            case "lines":
                return "\n".join(value)
            case "upload":
                return str(value.filename) if value else ""
            case _:
                return "" if value is None else str(value)


DAY_PARTS = ("day", "month", "year")


class FormRefused(Exception):
    """A form cannot be sent as it is: it is shown again, with every objection."""


class CheckFirst(Exception):
    """A form can be sent: its answers are shown once more before it is."""


def _put(body: dict[str, Any], place: str, value: Any) -> None:
    *way, last = place.removeprefix("/").split("/")
    for step in way:
        body = body.setdefault(step, {})
    body[last] = value
