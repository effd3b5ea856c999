"""A file as rows, read strictly and a part at a time: what is no CSV or JSON Lines is refused by its line.

Only what a whole file can be wrong in is refused here. What is wrong in a row is said of that row, by the rules of its
request.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from common.web.access import Key

from .columns import Column, column_named
from .kinds import BulkKind, RowRequest
from .problems import FileUnreadable
from .profiles import Mapped

MOST_ROWS = 100_000
MOST_LINE_BYTES = 64 * 1024
MOST_COLUMNS = 200
OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 begins."""
SEPARATORS = {"\t": "a tab", ";": "a semicolon", "|": "a bar"}
NAMED = TypeAdapter(Key)


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row of a file: where it begins or ends, its key (empty where it is none), and the request it is."""

    line: int
    key: str
    request: RowRequest


def read_rows(file: BinaryIO, kind: BulkKind, mapping: Mapped | None) -> Iterator[SentRow]:
    """The rows of a file, each once it is asked for: JSON Lines where the first line is an object, else CSV.

    Raises:
        FileUnreadable: the file is neither, or too long; everything before the line is then of no use either.
    """
    lines = _Lines(file)
    count = 0
    for row in _rows(lines, kind, mapping):
        count += 1
        if count > MOST_ROWS:
            raise FileUnreadable(f"A file may have {MOST_ROWS:,} rows. Send it in parts.", line=row.line)
        yield row
    if not count:
        raise FileUnreadable("The file has no rows.")


class _Lines:
    """The lines of a file as text; `number` is that of the last."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while raw := self._file.readline(MOST_LINE_BYTES + 1):
            self.number += 1
            yield self._text(raw)

    def _text(self, raw: bytes) -> str:
        if len(raw) > MOST_LINE_BYTES:
            raise FileUnreadable(f"It is longer than {MOST_LINE_BYTES:,} bytes.", line=self.number)
        if self.number == 1 and raw.startswith(OTHER_ENCODINGS):
            raise FileUnreadable("The file is in UTF-16. Save it as UTF-8.")
        if b"\0" in raw:
            raise FileUnreadable("It has a NUL, which no text has.", line=self.number)
        try:
            return raw.decode("utf-8-sig" if self.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            place = f"byte {error.start + 1} is no part of a character in UTF-8"
            raise FileUnreadable(f"{place[0].upper()}{place[1:]}. Save the file as UTF-8.", line=self.number) from error


def _rows(lines: _Lines, kind: BulkKind, mapping: Mapped | None) -> Iterator[SentRow]:
    text = iter(lines)
    first = next((line for line in text if line.strip()), None)
    if first is None:
        return
    whole = _before(first, text)
    if not first.lstrip().startswith("{"):
        yield from _csv_rows(lines, whole, kind, mapping)
    elif mapping is None:
        yield from _json_rows(lines, whole, kind)
    else:
        raise FileUnreadable("A mapping is of the columns of a CSV, and this is JSON Lines.", line=lines.number)


def _before(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _json_rows(lines: _Lines, text: Iterable[str], kind: BulkKind) -> Iterator[SentRow]:
    for line in text:
        if not line.strip():
            continue
        try:
            row = json.loads(line, object_pairs_hook=_each_once, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise FileUnreadable(f"It is no JSON: {why}.", line=lines.number) from error
        if not isinstance(row, dict):
            raise FileUnreadable("It is no JSON object.", line=lines.number)
        yield _sent(lines.number, row, kind)  # pyright: ignore[reportUnknownArgumentType] - JSON


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"{sorted(twice)[0][:100]!r} stands in one object twice")
    return dict(pairs)


def _no_number(spelt: str) -> Any:
    raise ValueError(f"{spelt} is no number")


def _csv_rows(lines: _Lines, text: Iterable[str], kind: BulkKind, mapping: Mapped | None) -> Iterator[SentRow]:
    sheet = csv.reader(text, delimiter=mapping.delimiter if mapping else ",", strict=True)
    columns: list[tuple[str, Column] | None] | None = None
    try:
        for cells in sheet:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _header(lines.number, cells, kind, mapping)
                continue
            if len(cells) != len(columns):
                raise FileUnreadable(f"It has {len(cells)} cells, and the header {len(columns)}.", line=lines.number)
            yield _sent(lines.number, _told(columns, cells, mapping), kind)
    except csv.Error as error:
        raise FileUnreadable(f"It is no CSV: {error}.", line=lines.number) from error


def _header(line: int, cells: list[str], kind: BulkKind, mapping: Mapped | None) -> list[tuple[str, Column] | None]:
    """Each cell's column with its full name; none for one that the mapping leaves out."""
    names = [cell.strip() for cell in cells]
    if len(names) > MOST_COLUMNS:
        raise FileUnreadable(f"It has {len(names)} columns, and may have {MOST_COLUMNS}.", line=line)
    if len(names) == 1 and (other := next((each for each in SEPARATORS if each in names[0]), None)):
        remedy = f"The columns are parted by {SEPARATORS[other]}; part them by a comma, or name a mapping that says so."
        raise FileUnreadable(remedy, line=line)
    ours = [mapping.ours(name) if mapping else name for name in names]
    columns = [None if name is None else (name, column_named(kind.columns, name)) for name in ours]
    strangers = [name for name, one in zip(names, columns, strict=True) if one is not None and one[1] is None]
    if strangers:
        choices = ", ".join(f"{name}.…" if one.form == "many" else name for name, one in kind.columns.items())
        raise FileUnreadable(f"There is no column {', '.join(strangers)[:300]}. Those there are: {choices}.", line=line)
    there = [name for name in ours if name is not None]
    if twice := sorted({name for name in there if there.count(name) > 1}):
        raise FileUnreadable(f"The column {', '.join(twice)} is there twice.", line=line)
    sources = {*there, *(mapping.fixed if mapping else ())}
    if missing := [one.name for one in kind.columns.values() if one.required and not _is_said(one, sources)]:
        raise FileUnreadable(f"The column {', '.join(missing)} is missing.", line=line)
    if unsaid := [choice for choice in kind.choices if sources.isdisjoint(choice)]:
        raise FileUnreadable(f"The column {' or '.join(unsaid[0])} is missing.", line=line)
    return [None if one is None or one[1] is None else (one[0], one[1]) for one in columns]


def _is_said(column: Column, names: set[str]) -> bool:
    return column.name in names or any(name.startswith(f"{column.name}.") for name in names)


def _told(columns: list[tuple[str, Column] | None], cells: list[str], mapping: Mapped | None) -> dict[str, Any]:
    """A row of cells as the object it stands for; an empty cell says nothing."""
    facts: dict[str, Any] = {}
    for place, cell in zip(columns, cells, strict=True):
        if place is None or not (word := cell.strip()):
            continue
        name, column = place
        _put(facts, name, column.value_of(mapping.meant(column, word) if mapping else word))
    if mapping is not None:
        for name, value in mapping.fixed.items():
            _put(facts, name, value)
    return facts


def _put(facts: dict[str, Any], name: str, value: Any) -> None:
    above, _, below = name.partition(".")
    if below:
        _put(facts.setdefault(above, {}), below, value)
    else:
        facts[above] = value


def _sent(line: int, facts: Mapping[str, Any], kind: BulkKind) -> SentRow:
    path = {name: str(facts[name]) for choice in kind.choices for name in choice if name in facts}
    body = {name: value for name, value in facts.items() if name != "key" and name not in path}
    return SentRow(line, _key(facts.get("key")), RowRequest(path, body))


def _key(value: Any) -> str:
    try:
        return NAMED.validate_python(value, strict=True)
    except ValidationError:
        return ""
