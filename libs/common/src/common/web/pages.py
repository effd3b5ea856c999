"""Keyset pages: a cursor says where the last page ended, so a deep page costs what the first does."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from .problems import Problem

Item = TypeVar("Item")
Row = TypeVar("Row")

Limit = Annotated[int, Query(ge=1, le=200, description="Items a page, 1 to 200.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]


class UnreadableCursor(Problem):
    status, type, title = 400, "unreadable-cursor", "The cursor cannot be read"


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next` is the cursor of the following page, or null at the end."""

    items: list[Item]
    next: str | None = None


def cursor_of(*key: object) -> str:
    """An opaque cursor for a sort key."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in key]).encode()).decode().rstrip("=")


def key_of(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The sort key in a cursor, each part made by its kind (`date.fromisoformat`, `UUID`); none without a cursor.

    Raises:
        UnreadableCursor: the cursor is not one of ours.
    """
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or len(parts) != len(kinds):  # pyright: ignore[reportUnknownArgumentType]
            raise ValueError("another shape")
        return tuple(_part(kind, part) for kind, part in zip(kinds, parts, strict=True))  # pyright: ignore
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise UnreadableCursor("Start again without `cursor`, or use `next` exactly as it was given.") from error


def _part(kind: Callable[[str], Any], part: str) -> Any:
    if "\0" in part:
        raise ValueError("no text of ours")
    part.encode()  # half a character cannot be stored, so nothing is sorted by it
    made = kind(part)
    if isinstance(made, int) and not 0 <= made < 2**63:
        raise ValueError("beyond what is counted")
    if isinstance(made, date) and not 1900 <= made.year < 2200:
        raise ValueError("beyond what is dated")
    return made


def page_of(
    found: Sequence[Row], limit: int, key: Callable[[Row], Iterable[object]], show: Callable[[Row], Item]
) -> Page[Item]:
    """Cut `limit + 1` found rows to a page; `key(row)` is the sort key and `show(row)` the item."""
    shown = found[:limit]
    following = cursor_of(*key(shown[-1])) if len(found) > limit else None
    return Page(items=[show(row) for row in shown], next=following)
