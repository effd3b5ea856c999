"""What text may be made of: nothing that cannot be seen, or that makes what stands beside it read another way.

A name with a right-to-left override in it is shown as another name, and one with a space of no width is not the name
it looks like. What is shown in one line has none of these; prose may join signs and break lines, and never turns round.
"""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

CONTROL = r"\x00-\x1f\x7f-\x9f"
TURNING = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Makes text run in another direction than its letters do."""
INVISIBLE = (
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
NO_CHARACTER = r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
"""Half a pair, or a place that Unicode keeps empty."""
PRIVATE = r"\ue000-\uf8ff\U000f0000-\U0010ffff"
"""Means something else on every machine."""

UNFIT_FOR_A_LINE = re.compile(f"[{CONTROL}{TURNING}{INVISIBLE}{NO_CHARACTER}{PRIVATE}]")
UNFIT_FOR_PROSE = re.compile(rf"(?![\t\n\r])[{CONTROL}{TURNING}{NO_CHARACTER}]")

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")

UNNAMED = {"\n": "a line break", "\r": "a line break", "\t": "a tab", "\x00": "null"}


def unfit(text: str, pattern: re.Pattern[str]) -> str | None:
    """Why a text may not be kept, naming the first character in the way; none if it may."""
    match = pattern.search(text)
    if match is None:
        return None
    character = match.group()
    name = UNNAMED.get(character) or unicodedata.name(character, "not a printed character").lower()
    return (
        f"Character {match.start() + 1} is U+{ord(character):04X} ({name}): it cannot be seen, or it changes how "
        "the text is read. Take it out."
    )


def in_a_line(value: Any) -> Any:
    """A value as it is kept on one line, without spaces around it; refused by name where a character is unfit."""
    return _made_of(UNFIT_FOR_A_LINE, value)


def in_prose(value: Any) -> Any:
    """The value, if it holds nothing but what may stand in text of several lines.

    Raises:
        ValueError: a character cannot be seen, or changes how the text is read; the sentence says which.
    """
    return _made_of(UNFIT_FOR_PROSE, value)


def _made_of(unfitting: re.Pattern[str], value: Any) -> Any:
    if isinstance(value, str) and (why := unfit(value := value.strip(), unfitting)):
        raise PydanticCustomError("unfit_character", "{why}", {"why": why})
    return value


def in_a_cell(text: str) -> str:
    """A text as a cell of a CSV or a workbook: one that could begin a formula has an apostrophe before it, as
    spreadsheets write it themselves."""
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


ON_ONE_LINE = (BeforeValidator(in_a_line), Field(json_schema_extra={"format": "line"}))

Line = Annotated[str, *ON_ONE_LINE, StringConstraints(min_length=1, max_length=200)]
"""A few words on one line: a name, a title."""

Sentence = Annotated[str, *ON_ONE_LINE, StringConstraints(min_length=1, max_length=500)]
"""A sentence or two on one line: a reason, a remedy."""

Prose = Annotated[
    str,
    BeforeValidator(in_prose),
    Field(json_schema_extra={"format": "prose"}),
    StringConstraints(min_length=1, max_length=4000),
]
"""What people write; lines and tabs are kept."""
