"""Lists, page by page."""

from collections.abc import Callable, Iterator
from typing import Any


def every(list_items: Callable[..., Any], *path: Any, **asked: Any) -> Iterator[Any]:
    """Every item of a list, however many pages it has: `every(claims_list_claims.sync, client=…, state="submitted")`.

    `list_items` is the `sync` of an operation that answers pages; a page is fetched when its first item is wanted.
    """
    while True:
        page = list_items(*path, **asked)
        yield from page.items
        if not (following := page.next_):
            return
        asked["cursor"] = following
