"""The columns of a file, read from the model of the request, and what a cell means under one of them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from common.web.contract import MEANINGS

Form = Literal["text", "date", "whole number", "yes or no", "list", "json", "many"]
"""How a cell is written. `many` stands for columns of any name below it: `facts.tenancy_started_on`."""

BETWEEN = "|"
"""Between the words of a list."""
WHOLE = re.compile(r"[+-]?\d{1,18}")
YES_OR_NO = {"true": True, "yes": True, "false": False, "no": False}
OF_A_TYPE: Mapping[str, Form] = {"integer": "whole number", "boolean": "yes or no"}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field of the request, or of a part of it (`person.given_name`)."""

    name: str
    form: Form
    required: bool = False
    meaning: str = ""
    choices: Sequence[str] = ()
    texts: bool = False
    """Of `many`: what stands in each is text, whatever it looks like."""

    def value_of(self, cell: str) -> Any:
        """What a cell says; what cannot be read so stays text, and the request's own rules refuse it."""
        match self.form:
            case "whole number" if WHOLE.fullmatch(cell):
                return int(cell)
            case "yes or no":
                return YES_OR_NO.get(cell.lower(), cell)
            case "list" if not cell.startswith("["):
                return [part for each in cell.split(BETWEEN) if (part := each.strip())]
            case "many" if self.texts:
                pass
            case "list" | "json" | "many":
                with suppress(ValueError, RecursionError):
                    return json.loads(cell)
            case _:
                pass
        return cell


KEY = Column("key", "text", required=True, meaning="Yours, new for each row: it is the row's `Idempotency-Key`.")


def column_named(columns: Mapping[str, Column], name: str) -> Column | None:
    """The column of a name, or the one of many below which it stands."""
    above = columns.get(name.partition(".")[0])
    return columns.get(name, above if above is not None and above.form == "many" else None)


def columns_of(model: type[BaseModel]) -> Iterator[Column]:
    """Every field of a request that one cell can say, in the order of the model."""
    schema = model.model_json_schema()
    yield from _columns(schema, schema.get("$defs", {}), "", needed=True)


def _columns(schema: Json, parts: Json, before: str, *, needed: bool) -> Iterator[Column]:
    for field, entry in schema["properties"].items():
        name, shape = f"{before}{field}", _shape(entry, parts)
        required = needed and field in schema.get("required", ())
        if "properties" in shape:
            yield from _columns(shape, parts, f"{name}.", needed=required)
            continue
        meanings = MEANINGS["fields"]
        meaning = entry.get("description") or meanings.get(f"{schema['title']}.{field}", meanings.get(field, ""))
        texts = _shape(shape.get("additionalProperties") or {}, parts).get("type") == "string"
        yield Column(name, _form(shape, parts), required, meaning, shape.get("enum", ()), texts)


def _shape(entry: Json, parts: Json) -> Json:
    """What a field is where it is not left out."""
    while True:
        if "$ref" in entry:
            entry = parts[entry["$ref"].rpartition("/")[2]]
        elif "anyOf" in entry:
            there = [each for each in entry["anyOf"] if each.get("type") != "null"]
            if len(there) != 1:
                return {}
            entry = there[0]
        else:
            return entry


def _form(shape: Json, parts: Json) -> Form:
    if shape.get("type") == "array":
        return "list" if _shape(shape["items"], parts).get("type") == "string" else "json"
    if shape.get("type") == "object":
        return "many"
    if shape.get("format") == "date":
        return "date"
    return OF_A_TYPE.get(shape.get("type", ""), "text")
