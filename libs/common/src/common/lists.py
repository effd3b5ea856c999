"""What a list may be narrowed by, in which orders it comes and what it counts: said once, beside its tables.

From a `Listing` come a route's parameters (`common.web.http.lists`), the query, and what `tests/house/test_lists.py`
asks of the database: that every order, alone and with every filter, is read from an index.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import StringConstraints
from sqlalchemy import ColumnElement, Index, Select, func, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from rulebook.calendar import months_after

Column = InstrumentedAttribute[Any]
Condition = ColumnElement[bool]

Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""As `2019-10`."""
MOST_COUNTED = 1_000
"""Nobody reads on a queue whether it is longer."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow a list: what a request says, and which rows that leaves."""

    kind: Any
    """What is said, as a request's parameter: a code, a day, yes or no."""
    leaves: Callable[[Any], Condition]
    columns: tuple[str, ...] = ()
    """Of the table; beside an order's they stand in an index. None: it is asked of an order's own column."""
    few: bool = False
    """It leaves so few rows, however many there are, that they are put in order after they are found."""
    of: str | None = None
    """The one order that it can be asked in: from a day on, in the order of these days."""
    roles: frozenset[str] = frozenset()
    """Who may ask by it, where not everybody may who reads the list: it tells of what others are not shown."""


def equal(column: Column, kind: Any) -> Filter:
    """Many rows are alike in this, so that an index of every order begins with it."""
    return Filter(kind, lambda value: column == value, (column.key,))


def unindexed(column: Column, kind: Any) -> Filter:
    """As `equal`, in a list that is so short that what is not wanted is left out as it is read."""
    return Filter(kind, lambda value: column == value)


def few(column: Column, kind: Any) -> Filter:
    """What only a handful of rows have in common: a participant, a number."""
    return Filter(kind, lambda value: column == value, (column.key,), few=True)


def month_in(column: Column) -> Filter:
    """The rows of a month, as `2019-10`, in a list so short, or of so few, that they need no index."""
    return Filter(Month, lambda month: column.between(first_of(month), _last_of(month)))


def within(order: str, kind: Any, leaves: Callable[[Any], Condition]) -> Filter:
    """A stretch of one order, such as a month, or all until a day."""
    return Filter(kind, leaves, of=order)


def month_of(column: Column, order: str) -> Filter:
    """The days of a month, as `2019-10`."""
    return replace(month_in(column), of=order)


def having(column: Column, order: str) -> Filter:
    """Those few of which something is so, with the column that says when; or all others."""
    return within(order, bool, lambda is_so: column.is_not(None) if is_so else column.is_(None))


@dataclass(frozen=True, slots=True)
class Order:
    """By which columns a list comes, the last one unlike in every row; `-name` asks for it the other way round."""

    by: tuple[Column, ...]
    among: str | None = None
    """Which rows there are in it at all: of a queue, those that wait. As SQL, word for word as its index has it."""
    roles: frozenset[str] = frozenset()
    """As of a filter."""
    filters: frozenset[str] | None = None
    """Of a queue: the filters that have an index in it; the others leave out rows as it is read, for it is short."""

    def place(self, row: Any) -> tuple[Any, ...]:
        """Where a row stands in it."""
        return tuple(getattr(row, column.key) for column in self.by)


CHANGED = "changed"
SETTLED = "changed_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
"""Whoever may still write under an earlier number has ended, so that nothing comes before what is told (ADR 0031)."""


def changes(*by: Column) -> Order:
    """The order in which rows were last written, as far as that is settled: by `changed_in` (`stamp_changes`)."""
    return Order(by, SETTLED, filters=frozenset())


def queue(*by: Column, among: str | None = None, filters: Sequence[str] = ()) -> Order:
    """Only what waits: usually, rows in which the first column says since when, or until when."""
    return Order(by, among or f"{by[0].key} is not null", filters=frozenset(filters))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a list: in which order, narrowed by what, after which place, of how many rows."""

    order: str
    said: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """By each filter's name."""
    after: tuple[Any, ...] | None = None
    most: int = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its rows, its orders and its filters by the names that requests use."""

    row: Any
    orders: Mapping[str, Order]
    filters: Mapping[str, Filter]
    usual: str
    """The order where none is asked for: `-name` from its end."""
    columns: tuple[Any, ...] = ()
    """What is read of a row, where that is less than all."""
    counts: bool = True
    of: tuple[str, ...] = ()
    """Of a list of what belongs to one thing, which its route names: the columns by which an index finds them, so few
    that they are put in order after."""
    changed: Order | None = None
    """The order of a list by `updated_since`, where it has one."""

    def ordered(self, name: str) -> Order:
        """An order by its name, whichever way round."""
        return self.changed if name == CHANGED and self.changed else self.orders[name.removeprefix("-")]

    def order_for(self, names: Iterable[str]) -> str:
        """The order that comes with these filters, where none is asked for."""
        own = next((order for name in names if (order := self.filters[name].of)), self.usual)
        return self.usual if own == self.usual.removeprefix("-") else own

    def query(self, page: Wanted, *conditions: Condition) -> Select[Any]:
        """The rows of a page, and one more where there is a further page."""
        name = page.order.removeprefix("-")
        by = self.ordered(name).by
        query = self._narrowed(page, conditions, self.columns or (self.row,))
        if page.after is not None:
            place = tuple_(*by)
            query = query.where(place < page.after if page.order != name else place > page.after)
        return query.order_by(*(one.desc() if page.order != name else one for one in by)).limit(page.most + 1)

    def counting(self, page: Wanted, *conditions: Condition) -> Select[Any]:
        """How many rows there are on all pages: not beyond `MOST_COUNTED`."""
        rows = self._narrowed(page, conditions, (text("1"),)).limit(MOST_COUNTED).subquery()
        return select(func.count()).select_from(rows)

    def _narrowed(self, page: Wanted, conditions: Sequence[Condition], columns: Sequence[Any]) -> Select[Any]:
        among = self.ordered(page.order).among
        filters = [self.filters[name].leaves(value) for name, value in page.said.items()]
        query: Select[Any] = select(*columns).select_from(self.row).where(*filters, *conditions)  # pyright: ignore
        return query if among is None else query.where(text(among))


def first_of(month: str) -> date:
    """The day a month begins."""
    return date.fromisoformat(f"{month}-01")


def _last_of(month: str) -> date:
    return months_after(first_of(month), 1) - timedelta(days=1)


def crossed(
    table: str, by: tuple[str, ...], *filters: str, among: str | None = None, whose: str | None = None
) -> Iterator[Index]:
    """The indexes of one order: alone, and beside each filter by which it is narrowed.

    `whose` is a column by which row security knows what is others': at the end, it is left out before it is read.
    """
    where = None if among is None else text(among)
    for beside in ((), *((each,) for each in filters)):
        last = (whose,) if whose is not None and whose not in beside else ()
        name = "_".join(("ix", table, *beside, by[0], *last))
        yield Index(name, "programme_id", *beside, *by, *last, postgresql_where=where)
