"""Keyset pages: a cursor says where the last page ended, so a deep page costs what the first does."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from datetime import date
from hashlib import blake2b
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel, Field

from .problems import Problem

Item = TypeVar("Item")
Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200, description="Items a page, 1 to 200.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]


MARK_BYTES = 6
MARK = re.compile(f"[0-9a-f]{{{2 * MARK_BYTES}}}")
NO_FILTERS = frozenset({"cursor", "limit", "after", "epoch", "wait", "count"})
"""From where, how much at once and when: the list is the same."""
LISTED: ContextVar[str] = ContextVar("listed", default="")
"""What a cursor made or read now is good for."""


class UnreadableCursor(Problem):
    """The cursor was made by hand, cut, or taken from another list."""

    status, type, title = 400, "unreadable-cursor", "The cursor cannot be read"
    remedy = "Start again without `cursor`, or use `next` exactly as it was given."


class CursorOfAnotherList(Problem):
    status, type, title = 400, "cursor-of-another-list", "The cursor is of another list, of other filters, or not yours"


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, or null at the end."""

    items: list[Item]
    next: str | None = None
    count: Annotated[int | None, Field(description="How many there are on all pages, where asked for.")] = None
    mark: Annotated[str | None, Field(description="What to send as `updated_since` next time.")] = None


def listing(request: Request, *caller: str) -> None:
    """From here on, cursors are of this list, with these filters, for this caller."""
    LISTED.set(list_of(request.url.path, request.query_params.multi_items(), *caller))


def list_of(path: str, query: Iterable[tuple[str, str]], *caller: str) -> str:
    """What a list is, with its filters, for its caller."""
    filters = [(name, "" if name == "updated_since" else value) for name, value in query if name not in NO_FILTERS]
    return json.dumps([*caller, path, sorted(filters)])


def cursor_of(*key: object) -> str:
    """An opaque cursor for a sort key, marked with what it is good for.

    The mark is no signature: whoever forges one sees what they may see anyway, in another order.
    """
    content = json.dumps([_mark(), *(str(part) for part in key)])
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def key_of(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The sort key in a cursor, each part made by its kind (`date.fromisoformat`, `UUID`); none without a cursor.

    Raises:
        UnreadableCursor: the cursor is not one of ours.
        CursorOfAnotherList: it is, of another list, other filters or another caller.
    """
    if cursor is None:
        return None
    try:
        mark, *parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if MARK.fullmatch(mark) and mark != _mark():
            raise CursorOfAnotherList("Start again without `cursor`: this one goes on with another list.")
        if mark != _mark() or len(parts) != len(kinds):
            raise ValueError("another shape")
        return tuple(_part(kind, part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UnreadableCursor from error


def _mark() -> str:
    return blake2b(LISTED.get().encode(), digest_size=MARK_BYTES).hexdigest()


def _part(kind: Callable[[str], Any], part: str) -> Any:
    if "\0" in part:
        raise ValueError("no text of ours")
    part.encode()  # half a character cannot be stored, so nothing is sorted by it
    value = kind(part)
    if isinstance(value, int) and not 0 <= value < 2**63:
        raise ValueError("beyond what is counted")
    if isinstance(value, date) and not 1900 <= value.year < 2200:
        raise ValueError("beyond what is dated")
    return value


def page_of(
    rows: Sequence[Row], limit: int, key: Callable[[Row], Iterable[object]], show: Callable[[Row], Item]
) -> Page[Item]:
    """Cut `limit + 1` found rows to a page; `key(row)` is the sort key and `show(row)` the item."""
    page = rows[:limit]
    following = cursor_of(*key(page[-1])) if len(rows) > limit else None
    return Page(items=[show(row) for row in page], next=following)
