"""Every word that people read, in one catalogue: another language is another file beside it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

LANGUAGE = "en-GB"
CATALOGUE = Path(__file__).with_name(f"{LANGUAGE}.toml")


class NoSuchWords(LookupError):
    """The catalogue has nothing under this key: add a line to it."""


@cache
def catalogue() -> Mapping[str, str]:
    """Key → words: `hub.inbox.title`."""
    return dict(_flat("", tomllib.loads(CATALOGUE.read_text())))


def words(key: str, **facts: Any) -> str:
    """What stands under a key, with the facts in their places; where `count` is told, under its `one` or its `many`.

    Raises:
        NoSuchWords: nothing stands there.
    """
    entries = catalogue()
    if "count" in facts and f"{key}.many" in entries:
        key = f"{key}.one" if facts["count"] == 1 else f"{key}.many"
    try:
        text = entries[key]
    except KeyError:
        raise NoSuchWords(key) from None
    return text.format_map(facts) if facts else text


def has_words(key: str) -> bool:
    """Whether anything stands under a key."""
    return key in catalogue()


def code_in_words(code: object) -> str:
    """A code as people say it: from the catalogue, or, of a programme's own codes, without its hyphens."""
    text = str(code)
    return (
        words(f"codes.{text}") if has_words(f"codes.{text}") else text.replace("-", " ").replace("_", " ").capitalize()
    )


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            lines += _flat(f"{prefix}{name}.", cast(Mapping[str, Any], value))
        else:
            lines.append((f"{prefix}{name}", str(value)))
    return lines
