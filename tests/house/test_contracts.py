"""Events are declared once, in the past tense, without personal data, and only ever added to."""

import importlib.util
import re
import subprocess
import sys
from functools import reduce
from typing import Any, cast, get_args

import pytest

from common.contracts import EVERY_EVENT
from common.contracts.event import Topic
from common.streams.asyncapi import body

SPEC = importlib.util.spec_from_file_location("generate", "docs/generate.py")
assert SPEC is not None
assert SPEC.loader is not None
GENERATE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(GENERATE)
breaks = GENERATE.breaks

PERSONAL = re.compile(
    r"(^|_)(name|given|family|surname|birth|dob|address|postcode|phone|email|nhs|ni|national|text|notes?)($|_)"
)
ORGANISATIONS = {("ProviderRegistered", "display_name")}


IRREGULAR = frozenset(
    [
        "Beaten",
        "Become",
        "Begun",
        "Bought",
        "Broken",
        "Brought",
        "Built",
        "Caught",
        "Chosen",
        "Come",
        "Cut",
        "Done",
        "Drawn",
        "Drawn",
        "Driven",
        "Fallen",
        "Felt",
        "Found",
        "Forgotten",
        "Given",
        "Gone",
        "Grown",
        "Heard",
        "Held",
        "Kept",
        "Known",
        "Led",
        "Left",
        "Lent",
        "Let",
        "Lost",
        "Made",
        "Met",
        "Overturned",
        "Paid",
        "Put",
        "Read",
        "Redrawn",
        "Risen",
        "Run",
        "Seen",
        "Sent",
        "Set",
        "Shown",
        "Shut",
        "Spent",
        "Split",
        "Spoken",
        "Stood",
        "Taken",
        "Taught",
        "Told",
        "Undone",
        "Understood",
        "Withdrawn",
        "Won",
        "Withheld",
        "Written",
    ]
)
NO_PARTICIPLES = frozenset({"Need", "Speed", "Seed", "Feed", "Bed", "Deed", "Exceed", "Proceed", "Shed", "Red"})
"""They only end like one."""


def in_the_past_tense(name: str) -> bool:
    """Its last word is a past participle."""
    verb = re.findall(r"[A-Z][a-z]*", name)[-1]
    return verb in IRREGULAR or (verb.endswith("ed") and verb not in NO_PARTICIPLES)


def properties(schema: dict[str, Any]) -> list[str]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return [name for part in parts for name in part.get("properties", {})]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}, []),
        ({"properties": {}}, ["field a is gone"]),
        ({"properties": {"a": {"type": "integer"}}}, ["field a has another type"]),
        ({"properties": {"a": {"type": "string"}}, "required": ["a"]}, ["field a is newly required"]),
    ],
)
def test_a_contract_is_only_ever_added_to(change: dict[str, Any], why: list[str]) -> None:
    assert breaks({"properties": {"a": {"type": "string"}}}, change) == why


@pytest.mark.parametrize("name", sorted(EVERY_EVENT))
def test_no_event_has_a_field_for_personal_data(name: str) -> None:
    fields = [f for f in properties(EVERY_EVENT[name].model_json_schema()) if (name, f) not in ORGANISATIONS]

    assert [field for field in fields if PERSONAL.search(field)] == []


@pytest.mark.parametrize("name", sorted(EVERY_EVENT))
def test_no_event_can_carry_free_text(name: str) -> None:
    def free(part: dict[str, Any]) -> bool:
        constrained = {"pattern", "format", "enum", "const"} & part.keys()
        return part.get("type") == "string" and not constrained

    schema = EVERY_EVENT[name].model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    loose = [field for part in parts for field, shape in part.get("properties", {}).items() if free(shape)]

    assert [field for field in loose if (name, field) not in ORGANISATIONS] == []


def test_every_topic_has_an_event() -> None:
    assert {event.topic for event in EVERY_EVENT.values()} == set(get_args(Topic))


@pytest.mark.parametrize("name", sorted(EVERY_EVENT))
def test_an_event_is_named_for_what_happened(name: str) -> None:
    assert in_the_past_tense(name), f"{name} is not in the past tense"


@pytest.mark.parametrize("name", ["ClaimHeld", "LetterSent", "StatementPaid", "SupportBegun", "TargetMet", "CaseLeft"])
def test_a_verb_may_be_irregular(name: str) -> None:
    assert in_the_past_tense(name)


@pytest.mark.parametrize("name", ["ClaimHold", "SendLetter", "StatementPay", "ClaimNeed", "OutcomeSpeed", "Phone"])
def test_what_is_no_participle_names_no_event(name: str) -> None:
    assert not in_the_past_tense(name)


def test_the_generated_pages_are_what_the_code_says() -> None:
    checked = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout) == (0, "")


def referred_to(part: Any) -> list[str]:
    """Every `$ref` within."""
    if isinstance(part, dict):
        parts = cast(dict[str, Any], part)
        return [ref for name, value in parts.items() for ref in ([value] if name == "$ref" else referred_to(value))]
    return [ref for value in cast(list[Any], part) for ref in referred_to(value)] if isinstance(part, list) else []


def test_every_part_the_asyncapi_document_refers_to_is_in_it() -> None:
    document = GENERATE.asyncapi()

    for ref in referred_to(document):
        assert reduce(lambda part, name: part[name], ref.removeprefix("#/").split("/"), document)


def test_a_part_of_two_events_is_the_same_in_both() -> None:
    parts = [part for event in EVERY_EVENT.values() for part in body(event)["$defs"].items()]

    assert [name for name, part in parts if dict(parts)[name] != part] == []
