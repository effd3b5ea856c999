"""What one event says of one row of a read model, and what the row is then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RowValues:
    """Columns that an event tells, by name, with those of the key among them."""

    columns: Mapping[str, Any]
    earliest: frozenset[str] = frozenset()
    """Columns that keep the smallest value ever told."""
    newest: str | None = None
    """A row that holds a greater value in this column stays as it is."""
    only_with: str | None = None
    """A row that holds nothing in this column, or is not there, stays as it is."""


def values_after(row: Mapping[str, Any] | None, of_event: RowValues) -> dict[str, Any] | None:
    """What the row holds after it; none where it stays as it is, or is still not there."""
    there = row or {}
    if of_event.only_with is not None and there.get(of_event.only_with) is None:
        return None
    if of_event.newest is not None and _is_greater(there.get(of_event.newest), of_event.columns[of_event.newest]):
        return None
    values = dict(of_event.columns)
    for name in of_event.earliest:
        values[name] = min((value for value in (there.get(name), values[name]) if value is not None), default=None)
    return {**there, **values}


def _is_greater(value: Any, other: Any) -> bool:
    return value is not None and value > other
