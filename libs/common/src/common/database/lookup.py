"""What an operation reads beside the row it holds, in one round trip.

A lookup is a class next to its operation; each field is a query of `storage`, with bound parameters:

    class CaseFacts(Lookup):
        plans: list[PlanRow] = every(STANDING_PLANS)
        guide: GuideRow | None = first(GUIDE)

    lookup = await CaseFacts.read(tx.session, case_id=case.id)

The statement is built once, when the class is. What is locked is locked before, by a statement of its own: whatever the
same statement read beside it would be as old as the wait for the lock.

What is large, changes seldom and has a version, as a programme's part has, is `versioned`: the process keeps what was
made of it, tells the database which version it has, and is sent the content only where another one holds now. So
nothing has to be told that it changed, and the very next request goes by what does.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any, ClassVar, NamedTuple, Self, TypeVar, TypeVarTuple, overload
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    BindParameter,
    Connection,
    Engine,
    Select,
    TextualSelect,
    bindparam,
    case,
    func,
    inspect,
    null,
    select,
    types,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, make_transient_to_detached
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import CompoundSelect, Subquery

T = TypeVar("T")
V = TypeVar("V")
C = TypeVar("C")
Ts = TypeVarTuple("Ts")


class _Answer:
    """How a query's rows, which come as JSON, become what the field says."""

    def __init__(self, query: Any, *, single: bool) -> None:
        self.rows: Subquery = query.subquery()
        self.single = single
        self._conversions = [_conversion(column.type) for column in self.rows.c]
        self._mapper = _mapper_of(query)
        self._names = [column.key or "" for column in query.selected_columns]

    def given(self, session: AsyncSession, rows: Sequence[Sequence[Any]] | None) -> Any:
        things = [self._thing(session, row) for row in rows or ()]
        return next(iter(things), None) if self.single else things

    def _thing(self, session: AsyncSession, row: Sequence[Any]) -> Any:
        values = [
            value if value is None or convert is None else convert(value)
            for value, convert in zip(row, self._conversions, strict=True)
        ]
        if self._mapper is None:
            return values[0] if len(values) == 1 else tuple(values)
        return _kept(session, self._mapper, dict(zip(self._names, values, strict=True)))


class _Edition(NamedTuple):
    """What was made of a row at one of its versions."""

    version: Any
    thing: Any


_NUMBERS = count()
_NO_EDITION = _Edition(None, None)


class _Versioned(_Answer):
    """A row's version, and its content unless this process has what was made of that version."""

    def __init__(self, query: Any, make: Callable[[Any], Any]) -> None:
        version, content = query.selected_columns
        self.known = f"known_{next(_NUMBERS)}"
        is_known = version == bindparam(self.known, type_=version.type)
        super().__init__(query.with_only_columns(version, case((is_known, null()), else_=content)), single=True)
        self._make = make
        self._asked_by = sorted(
            part.key for part in visitors.iterate(query) if isinstance(part, BindParameter) and not part.unique
        )
        self._editions = WeakKeyDictionary[Engine | Connection, dict[tuple[Any, ...], _Edition]]()

    def edition(self, session: AsyncSession, parameters: Mapping[str, Any]) -> _Edition:
        """What is in memory of the row that these parameters name in the session's database."""
        return self._of_database(session).get(self._place(parameters), _NO_EDITION)

    def latest(
        self,
        session: AsyncSession,
        parameters: Mapping[str, Any],
        before: _Edition,
        rows: Sequence[Sequence[Any]] | None,
    ) -> Any:
        """What is known, if its version is what the database answers, or what is made of another."""
        for version, content in rows or ():
            if version == before.version:
                return before.thing
            edition = _Edition(version, self._make(content))
            self._of_database(session)[self._place(parameters)] = edition
            return edition.thing
        return None

    def _of_database(self, session: AsyncSession) -> dict[tuple[Any, ...], _Edition]:
        return self._editions.setdefault(session.get_bind(), {})

    def _place(self, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(parameters[name] for name in self._asked_by)


@overload
def every(query: Select[T]) -> list[T]: ...  # pyright: ignore[reportOverlappingOverload] - one is no tuple
@overload
def every(query: Select[*Ts] | CompoundSelect[*Ts]) -> list[tuple[*Ts]]: ...
@overload
def every(query: TextualSelect) -> list[Any]: ...
def every(query: Any) -> Any:
    """All that the query finds, in its order: rows of a table as they are kept, a column's values, or tuples."""
    return _Answer(query, single=False)


@overload
def first(query: Select[T]) -> T | None: ...  # pyright: ignore[reportOverlappingOverload] - one is no tuple
@overload
def first(query: Select[*Ts] | CompoundSelect[*Ts]) -> tuple[*Ts] | None: ...
@overload
def first(query: TextualSelect) -> Any: ...
def first(query: Any) -> Any:
    """The first that the query finds, if there is one."""
    return _Answer(query, single=True)


def versioned(query: Select[V, C], make: Callable[[C], T]) -> T | None:
    """What `make` makes of a row's content, made once for each version of it; of no row, nothing.

    The query selects the version and the content of one row, by bound parameters alone. A version stands for one
    content and never for another, so who writes the row does not read it so before the commit. What is made is shared
    by all who ask: nobody changes it.
    """
    answer: Any = _Versioned(query, make)
    return answer


class Lookup:
    """Several queries answered at once; see the module."""

    _answers: ClassVar[Mapping[str, _Answer]] = {}
    _statement: ClassVar[Select[Any]]

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, _Answer)}
        above = {
            name: answer for kind in reversed(cls.__mro__) for name, answer in kind.__dict__.get("_answers", {}).items()
        }
        cls._answers = {**above, **own}
        cls._statement = select(
            *(
                select(func.json_agg(func.json_build_array(*answer.rows.c, type_=JSON))).scalar_subquery().label(name)
                for name, answer in cls._answers.items()
            )
        )

    @classmethod
    async def read(cls, session: AsyncSession, **parameters: Any) -> Self:
        """Ask all of them, with their bound parameters; what others ask for besides is left aside."""
        editions = {
            answer: answer.edition(session, parameters)
            for answer in cls._answers.values()
            if isinstance(answer, _Versioned)
        }
        versions = {answer.known: edition.version for answer, edition in editions.items()}
        row = (await session.execute(cls._statement, {**parameters, **versions})).one()
        lookup = cls()
        for (name, answer), rows in zip(cls._answers.items(), row, strict=True):
            if isinstance(answer, _Versioned):
                setattr(lookup, name, answer.latest(session, parameters, editions[answer], rows))
            else:
                setattr(lookup, name, answer.given(session, rows))
        return lookup


def _mapper_of(query: Any) -> Mapper[Any] | None:
    """Of the table whose rows are asked for as they are."""
    columns: list[Any] = list(getattr(query, "column_descriptions", ()))
    is_row = len(columns) == 1 and columns[0]["expr"] is columns[0]["entity"]
    return inspect(columns[0]["entity"]).mapper if is_row else None


def _kept(session: AsyncSession, mapper: Mapper[Any], values: Mapping[str, Any]) -> Any:
    """A row as the session keeps it: the one it has already, or this."""
    names = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    key = mapper.identity_key_from_primary_key(tuple(values[name] for name in names))
    if (row := session.sync_session.identity_map.get(key)) is None:
        row = mapper.class_(**values)
        make_transient_to_detached(row)
        session.add(row)
    return row


def _conversion(kind: types.TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes a value of JSON the value that the column's type has in Python."""
    match kind:
        case types.Uuid():
            return UUID
        case types.DateTime():
            return datetime.fromisoformat
        case types.Date():
            return date.fromisoformat
        case types.ARRAY():
            convert = _conversion(kind.item_type)
            return None if convert is None else lambda values: [convert(value) for value in values]
        case types.LargeBinary() | types.Numeric() | types.Time() | types.Interval():
            raise TypeError(f"JSON does not carry {kind} as it is; ask for it by a query of its own.")
        case _:
            return None
