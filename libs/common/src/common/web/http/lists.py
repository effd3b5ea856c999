"""A list over HTTP: the parameters of its filters and orders, and its pages.

@router.get("")
async def list_claims(tx: Reader, asked: Annotated[Asked, asking(CLAIMS)]) -> Page[ClaimLine]:
    return (await asked.found(tx)).page(line_of)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from inspect import Parameter, signature
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy import BigInteger, Integer

from common.lists import CHANGED, MOST_COUNTED, Column, Condition, Listing, Wanted
from common.transaction import Transaction

from ..feed import EPOCH, AnotherEpoch
from ..pages import Cursor, Item, Limit, Page, UnreadableCursor, cursor_of, key_of
from ..problems import Invalid, NotAllowed

KINDS: Mapping[type, Callable[[str], Any]] = {
    date: date.fromisoformat,
    datetime: lambda part: datetime.fromisoformat(part).astimezone(UTC),
    UUID: UUID,
    int: int,
    str: str,
}
"""How a place in a list is read from a cursor, by what its columns hold."""
ORDERED = "In which order; `-` before it asks for the other way round."
UPDATED = (
    "Only what changed since, in the order in which it did: `0`, or the `mark` of the page before. Nothing is skipped, "
    "whoever writes meanwhile. It goes with no filter and no order."
)
START = "0"
"""Everything there is."""
COUNTED = f"Whether `count` is wanted too: how many there are on all pages, not beyond {MOST_COUNTED:,}."


class FilterOfAnotherOrder(Invalid):
    """A stretch of days, or of what waits, is read in the order of those days, and in no other."""

    type, title = "filter-of-another-order", "This filter comes with an order of its own"
    remedy = "Leave out `order`, or ask for the one that the answer names."


LISTS: dict[Callable[..., Any], Listing] = {}
"""What each dependency made by `asking` lists: the tests read it there."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page's rows, with what comes after them."""

    rows: Sequence[Any]
    next: str | None
    count: int | None
    mark: str | None

    def page(self, show: Callable[[Any], Item]) -> Page[Item]:
        """The page as it is answered, each row as `show` shows it."""
        return Page(items=[show(row) for row in self.rows], next=self.next, count=self.count, mark=self.mark)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants of a list; its cursor is read when the page is, for then it is known whose it is."""

    listing: Listing
    said: Mapping[str, Any]
    order: str
    cursor: str | None
    limit: int
    count: bool
    since: str | None
    """The mark from which on changes are told."""

    @property
    def roles(self) -> Sequence[frozenset[str]]:
        """What the order and the filters ask of whoever asks by them."""
        used = self.listing.ordered(self.order), *(self.listing.filters[name] for name in self.said)
        return [each.roles for each in used if each.roles]

    def by(self, **filters: Any) -> "Asked":
        """The same, asked by these filters alone."""
        return replace(self, said=filters)

    async def found(self, tx: Transaction, *conditions: Condition) -> Found:
        """The page, of what the asker may see; `conditions` are the route's own.

        Raises:
            NotAllowed: it is asked by what is not for the asker to know.
            UnreadableCursor, CursorOfAnotherList
            AnotherEpoch: the mark is of before the database was restored.
        """
        for roles in self.roles:
            if not tx.actor.has(*roles):
                raise NotAllowed(f"To ask by this takes one of the roles: {', '.join(sorted(roles))}.")
        order = self.listing.ordered(self.order)
        begins = [] if self.since is None else [(await tx.session.execute(EPOCH)).one().epoch]
        after = self._place(begins, [_reader_of(column) for column in order.by])
        criteria = Wanted(self.order, self.said, after, self.limit)
        own = (self.listing.row.programme_id == tx.programme_id, *conditions)
        result = await tx.session.execute(self.listing.query(criteria, *own))
        rows = result.all() if self.listing.columns else result.scalars().all()
        page = rows[: self.limit]
        last = cursor_of(*begins, *map(_told, order.place(page[-1]))) if page else self.cursor or self.since
        following, mark = last if len(rows) > self.limit else None, last if begins else None
        count = await tx.session.scalar(self.listing.counting(criteria, *own)) if self.count else None
        return Found(page, following, count, mark)

    def _place(self, begins: Sequence[UUID], kinds: Sequence[Callable[[str], Any]]) -> tuple[Any, ...] | None:
        """Where the page before ended, or the walk before this one."""
        cursor = self.cursor or (None if self.since == START else self.since)
        try:
            place = key_of(cursor, *(UUID for _ in begins), *kinds)
        except UnreadableCursor as error:
            if self.cursor is not None:
                raise
            raise UnreadableCursor("`updated_since` takes `0`, or the `mark` of an earlier page: no time.") from error
        if place is not None and begins and place[0] != begins[0]:
            raise AnotherEpoch(
                "Begin again with `updated_since=0`: what was lost is told nowhere.", epoch=str(begins[0])
            )
        return None if place is None else place[len(begins) :]


def _reader_of(column: Column) -> Callable[[str], Any]:
    small = isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)
    return _small if small else KINDS[column.type.python_type]


def _small(part: str) -> int:
    number = int(part)
    if number >= 2**31:
        raise ValueError("beyond what the column holds")
    return number


def _told(part: Any) -> Any:
    return part.isoformat() if isinstance(part, datetime) else part


def asking(listing: Listing) -> Any:
    """A route's dependency: the list's filters, `order`, `limit`, `cursor` and, where it counts, `count`."""

    async def asked(**values: Any) -> Asked:
        filters = {name: values[name] for name in listing.filters if values[name] is not None}
        since = values.get("updated_since")
        if since is not None and (filters or values["order"]):
            alone = {"field": "query.updated_since", "problem": "it goes with no filter and no order"}
            raise FilterOfAnotherOrder("Ask with `updated_since` alone: no filter and no `order`.", errors=[alone])
        order = CHANGED if since is not None else values["order"] or listing.order_for(filters)
        wrong = {
            name: of for name in filters if (of := listing.filters[name].of) not in (None, order.removeprefix("-"))
        }
        if wrong:
            errors = [{"field": f"query.{name}", "problem": f"it goes with `order={of}`"} for name, of in wrong.items()]
            raise FilterOfAnotherOrder(errors=errors)
        return Asked(listing, filters, order, values["cursor"], values["limit"], values.get("count", False), since)

    setattr(asked, "__signature__", signature(asked).replace(parameters=list(_parameters(listing))))  # noqa: B010
    LISTS[asked] = listing
    return Depends(asked)


def _parameters(listing: Listing) -> Sequence[Parameter]:
    orders = tuple(name for order in listing.orders for name in (order, f"-{order}"))
    parameters = [(name, Annotated[each.kind | None, Query()], None) for name, each in listing.filters.items()]
    order_kind = Annotated[Literal[*orders] | None, Query(description=f"{ORDERED} Usually `{listing.usual}`.")]
    parameters += [("order", order_kind, None), ("limit", Limit, 50), ("cursor", Cursor, None)]
    if listing.counts:
        parameters.append(("count", Annotated[bool, Query(description=COUNTED)], False))
    if listing.changed:
        since = Annotated[str | None, Query(min_length=1, max_length=400, description=UPDATED)]
        parameters.append(("updated_since", since, None))
    return [Parameter(name, Parameter.KEYWORD_ONLY, default=usual, annotation=kind) for name, kind, usual in parameters]
