"""What people send to be shown holds nothing that cannot be seen, or that turns the text round."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any, cast

import pytest
from pydantic import TypeAdapter, ValidationError

from common.text import UNFIT_FOR_A_LINE, UNFIT_FOR_PROSE, Line, Prose
from tests.house.towns import SERVICES, app_of

HOSTILE = ("\u202eevil", "Am\u200bina", "Amina\x00", "Am\ue000ina", "Amina\nKhan")
UNSEEN = (*HOSTILE, "Am\u00adina", "Am\ufeffina", "\ud800", "\u3164", "Amina\ufe0f", "a\u2028b")
NAMES = ("Zoë", "O\u2019Hare", "Nguyễn Thị", "محمد", "李小龙", "Ольга", "Amina\u00a0Khan", "n\u0308")
ANSWERED_AND_FORGOTTEN = {
    "POST /v1/events/missing: streams.subject",
    "PUT /v1/bulk-profiles/{name}: fixed",
    "PUT /v1/bulk-profiles/{name}: values",
}
"""Names of streams to look up: what is unknown is not there. What a mapping puts into a field is held against that
field with each row, and shown to those alone who said it."""


def strings(schemas: dict[str, Any], part: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every text in a schema, with where it stands."""
    if "$ref" in part:
        part = schemas[part["$ref"].rpartition("/")[2]]
    if part.get("type") == "string":
        yield ".".join(path), part
    for name, field in part.get("properties", {}).items():
        yield from strings(schemas, field, (*path, name))
    within = [*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ()), part.get("items")]
    within += [part.get("additionalProperties"), *part.get("prefixItems", ())]
    for one in within:
        if isinstance(one, dict):
            yield from strings(schemas, cast(dict[str, Any], one), path)


def taken() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text that a body may hold, of every service."""
    for service in SERVICES:
        described = app_of(service).openapi()
        schemas = described["components"]["schemas"]
        for path, verbs in described["paths"].items():
            for verb, operation in verbs.items():
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    for where, text in strings(schemas, content["schema"]):
                        yield f"{verb.upper()} {path}: {where}", text


def lets_in(text: dict[str, Any]) -> bool:
    """Whether anything but a plain code can be sent here."""
    if {"enum", "const", "format", "contentMediaType"} & text.keys():
        return False
    pattern = text.get("pattern")
    return pattern is None or any(re.search(pattern, hostile) for hostile in HOSTILE)


def test_every_text_that_a_service_takes_is_a_code_a_line_or_prose() -> None:
    loose = {where for where, text in taken() if lets_in(text)}

    assert loose == ANSWERED_AND_FORGOTTEN
    assert {text["format"] for _, text in taken() if "format" in text} >= {"line", "prose"}


@pytest.mark.parametrize("hostile", UNSEEN)
def test_a_line_refuses_a_character_that_is_not_seen_and_says_which(hostile: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Line).validate_python(hostile)

    [error] = refused.value.errors()
    assert re.match(r"Character \d+ is U\+[0-9A-F]{4,6} \(.+\): it cannot be seen", error["msg"])
    assert "evil" not in error["msg"]


@pytest.mark.parametrize(
    "name", ["Zoë", "O\u2019Hare", "Nguyễn Thị", "محمد", "李小龙", "Ольга", "Amina\u00a0Khan", "n̈"]
)
def test_a_line_takes_a_name_in_any_writing(name: str) -> None:
    assert TypeAdapter(Line).validate_python(f" {name} ") == name


def test_prose_breaks_lines_and_joins_signs_and_is_never_turned_round() -> None:
    said = "First line.\r\n\tSecond: می\u200cخواهم 👩\u200d🍳❤\ufe0f"  # noqa: RUF001

    assert TypeAdapter(Prose).validate_python(said) == said
    for turning in ("\u202e", "\u2066", "\u200f", "\x1b", "\ud800"):
        with pytest.raises(ValidationError):
            TypeAdapter(Prose).validate_python(f"so {turning} far")


def test_every_control_and_private_character_of_unicode_is_unfit_for_a_line() -> None:
    unseen = {"Cc", "Cs", "Co", "Zl", "Zp"}
    everything = (chr(place) for place in range(sys.maxunicode + 1))
    fit = [one for one in everything if unicodedata.category(one) in unseen and not UNFIT_FOR_A_LINE.match(one)]
    turning = [chr(place) for place in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]

    assert [f"U+{ord(one):04X}" for one in fit] == []
    assert all(UNFIT_FOR_PROSE.match(one) for one in turning)
