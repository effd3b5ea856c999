"""Every field of every body, with what no field should have: refused, and nothing breaks (S4)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.isolation.matrix import Relation, asker
from tests.isolation.test_conditions import every, owner_of
from tests.isolation.worlds import World

HOSTILE = (r'"a\u0000b"', r'"\ud800"', "9" * 5000, "-1e400", "[" * 5000 + "]" * 5000, '{"": null}')
"""As JSON: U+0000, half a character, more digits than a number has, none at all, a depth, and another shape."""


def places(body: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every leaf of a body."""
    match body:
        case dict():
            for name, value in body.items():  # pyright: ignore[reportUnknownVariableType] - JSON
                yield from places(value, (*path, str(name)))  # pyright: ignore[reportUnknownArgumentType] - JSON
        case list():
            for at, value in enumerate(body[:1]):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
                yield from places(value, (*path, at))
        case _:
            yield path


def with_it(body: Any, path: tuple[str | int, ...], value: str) -> str:
    """The body as JSON, with a value at a place that no JSON library of ours would write."""
    changed = json.loads(json.dumps(body, default=str))
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = "HERE"
    return json.dumps(changed).replace('"HERE"', value, 1)


@pytest.mark.parametrize(("world", "name"), every(reads=False), indirect=["world"])
async def test_no_value_in_a_body_breaks_a_service(world: World, name: str) -> None:
    owner = await owner_of(world, name)
    body = owner.asking.body
    for at, path in enumerate([] if body is None else places(body)):
        for value in (HOSTILE[at % len(HOSTILE)], HOSTILE[(at + 1) % len(HOSTILE)]):
            answer = await world.door.client.request(
                min(owner.route.methods or ()),
                owner.route.path.format(**owner.asking.params),
                content=with_it(body, path, value),
                headers={
                    "Authorization": f"Bearer {asker(owner.role, Relation.OWN)}",
                    "Simulated-Now": (owner.asking.at or world.at).isoformat(),
                    "Content-Type": "application/json",
                    "Idempotency-Key": "a-hostile-body",
                },
            )
            assert 400 <= answer.status_code < 500, f"{name} {path} {value[:20]}: {answer.status_code} {answer.text}"
