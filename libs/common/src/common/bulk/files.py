"""Files as they are sent out: templates, and what came of rows, as CSV or JSON Lines."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Literal

from fastapi.responses import Response

from common.text import in_a_cell
from common.web.routing import operation_id

from .columns import BETWEEN
from .jobs import ToldRow
from .kinds import BulkKind

As = Literal["csv", "jsonl"]
MEDIA_TYPES: Mapping[As, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}
TOLD = ("line", "key", "result", "status", "id", "problem", "detail", "fields", "refusals")
"""The columns of what came of rows: `fields` are those that cannot be taken, `refusals` the rules; each with why."""
MADE_UP = "01a21d46-a3a8-7402-8d64-103846bff13f"
"""For the id of a thing that a row is about."""
KEY = "example-0001"


def headers_of(name: str, kind: As) -> dict[str, str]:
    """To be saved under a name."""
    return {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}


def template_of(service: str, kind: BulkKind, form: As) -> Response:
    """A file with every column and one row: the example of the request in the service's own document."""
    row = {"key": KEY, **dict.fromkeys(kind.path_names, MADE_UP), **_example(service, kind)}
    if form == "jsonl":
        content = json.dumps(row, ensure_ascii=False) + "\n"
    else:
        cells = dict(_cells(row))
        columns = [name for name, one in kind.columns.items() if one.form != "many"]
        names = [*columns, *(name for name in cells if name not in columns)]
        content = csv_of([names, [cells.get(name, "") for name in names]])
    media_type = f"{MEDIA_TYPES[form]}; charset=utf-8"
    return Response(content, media_type=media_type, headers=headers_of(f"{kind.name}-template", form))


def _example(service: str, kind: BulkKind) -> dict[str, Any]:
    examples = json.loads((files(service) / "routes" / "examples.json").read_text())
    return examples[operation_id(kind.route)]["request"]


def _cells(part: Mapping[str, Any], before: str = "") -> Iterable[tuple[str, str]]:
    for name, value in part.items():
        match value:
            case dict():
                yield from _cells(value, f"{before}{name}.")  # pyright: ignore[reportUnknownArgumentType] - JSON
            case list() if all(isinstance(one, str) for one in value):  # pyright: ignore[reportUnknownVariableType] - JSON
                yield f"{before}{name}", BETWEEN.join(value)  # pyright: ignore[reportUnknownArgumentType] - JSON
            case str():
                yield f"{before}{name}", value
            case _:
                yield f"{before}{name}", json.dumps(value)


def told_in(form: As, results: Iterable[ToldRow], *, first: bool) -> bytes:
    """Part of the file of what came of rows; the first has the header of a CSV."""
    if form == "jsonl":
        return "".join(f"{json.dumps(_line(row), ensure_ascii=False)}\n" for row in results).encode()
    return csv_of([*([TOLD] if first else ()), *map(_told_cells, results)]).encode()


def _line(row: ToldRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("line", "key", "result", "status", "answer")}


def _told_cells(row: ToldRow) -> Sequence[str]:
    answer = row.answer or {}
    fields = [f"{one['field'].removeprefix('body.')}: {one['problem']}" for one in answer.get("errors") or ()]
    codes = [f"{one['code']}: {one['reason']} {one['remedy']}" for one in answer.get("refusals") or ()]
    facts = (row.line, row.key, row.result, row.status or "", answer.get("id", ""))
    lists = (BETWEEN.join(fields), BETWEEN.join(codes))
    return [in_a_cell(str(one)) for one in (*facts, answer.get("type", ""), answer.get("detail", ""), *lists)]


def csv_of(lines: Iterable[Sequence[str]]) -> str:
    """Lines of cells as RFC 4180 has them."""
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\r\n").writerows(lines)
    return sheet.getvalue()
