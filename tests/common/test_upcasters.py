"""What was announced once is read for ever: an example of every released schema version, and steps from old to new."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import jsonschema
import pytest

from common.contracts import EVERY_EVENT, ParticipantEvent, Topic
from common.contracts.upcasters import UPCASTERS
from common.ids import new_id
from common.streams.records import Record, UnreadableEvent

CONTRACTS = Path("libs/common/src/common/contracts")
EXAMPLES = sorted((CONTRACTS / "examples").glob("*.json"))


def a_record(event_type: str, version: int, body: str) -> Record:
    told = json.loads(body)
    subject = f"participant/{told.get('participant_id')}"
    return Record("cases", subject, 1, UUID(told["event_id"]), event_type, version, body, {}, told["programme_id"])


def released(path: Path) -> tuple[str, int]:
    name, version, _ = path.name.split(".")
    return name, int(version.removeprefix("v"))


def test_every_version_ever_released_has_an_example() -> None:
    versions = {path.name for path in (CONTRACTS / "schemas").glob("*.json")}
    known = {f"{name}.v{n}.json" for name, event in EVERY_EVENT.items() for n in range(1, event.schema_version + 1)}

    assert {path.name for path in EXAMPLES} == versions == known


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_parses_for_ever(path: Path) -> None:
    name, version = released(path)
    event = a_record(name, version, path.read_text()).event()

    assert (event.type, event.schema_version) == (name, EVERY_EVENT[name].schema_version)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_of_its_released_schema_with_every_field_told(path: Path) -> None:
    schema = json.loads((CONTRACTS / "schemas" / path.name).read_text())
    told = json.loads(path.read_text())
    jsonschema.validate(told, schema, format_checker=jsonschema.FormatChecker())

    assert told.keys() <= schema["properties"].keys()


@pytest.fixture
def third_version(monkeypatch: pytest.MonkeyPatch) -> Generator[type[ParticipantEvent]]:
    """A contract that has changed twice: one colour became several, and then each got a share."""

    class ToyPainted(ParticipantEvent):
        topic: ClassVar[Topic] = "cases"
        schema_version: ClassVar[int] = 3
        percent_by_colour: dict[str, int]

    def to_several(body: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in body.items() if name != "colour"} | {"colours": [body["colour"]]}

    def to_shares(body: dict[str, Any]) -> dict[str, Any]:
        shared = dict.fromkeys(body["colours"], 100 // len(body["colours"]))
        return {name: value for name, value in body.items() if name != "colours"} | {"percent_by_colour": shared}

    monkeypatch.setitem(UPCASTERS, ("ToyPainted", 1), to_several)
    monkeypatch.setitem(UPCASTERS, ("ToyPainted", 2), to_shares)
    yield ToyPainted
    del EVERY_EVENT["ToyPainted"]


def a_body(**told: Any) -> str:
    envelope = {"event_id": str(new_id()), "programme_id": "kbop", "occurred_at": "2024-02-29T12:00:00Z"}
    return json.dumps({**envelope, "participant_id": str(new_id()), **told})


@pytest.mark.parametrize(
    ("version", "told"),
    [(1, {"colour": "red"}), (2, {"colours": ["red"]}), (3, {"percent_by_colour": {"red": 100}})],
)
def test_an_event_of_any_version_is_read_in_the_words_of_today(
    third_version: type[ParticipantEvent], version: int, told: dict[str, Any]
) -> None:
    event = a_record("ToyPainted", version, a_body(**told)).event()

    assert isinstance(event, third_version)
    assert event.model_dump()["percent_by_colour"] == {"red": 100}


@pytest.mark.parametrize(
    ("version", "told", "code"),
    [
        (4, {}, "unknown-schema-version"),
        (0, {"colour": "red"}, "unreadable-body"),
        (1, {}, "unreadable-body"),
        (2, {"colours": 3}, "unreadable-body"),
        (3, {"percent_by_colour": {"red": "all"}}, "unreadable-body"),
    ],
)
def test_what_no_step_can_read_steps_aside_with_its_reason(
    third_version: type[ParticipantEvent], version: int, told: dict[str, Any], code: str
) -> None:
    with pytest.raises(UnreadableEvent) as caught:
        a_record(third_version.__name__, version, a_body(**told)).event()

    assert caught.value.code == code
