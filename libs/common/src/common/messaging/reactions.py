"""What a service does about what it hears: its table `REACTIONS`, in `events/heard.py`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import EVERY_EVENT, Event
from common.transaction import Transaction

E = TypeVar("E", bound=Event)


async def _nothing(session: AsyncSession, events: Sequence[Event]) -> None:
    """Where an event says all there is to know."""


@dataclass(frozen=True, slots=True)
class AtOnce(Generic[E]):
    """How a reaction takes a batch: all is read for all of it, each event is decided without waiting, all is written.

    Given are events of one programme, each about another subject, about which nothing else is heard in the batch.
    """

    decide: Callable[[Transaction, E, Any], bool]
    """With what was read: adds rows to the session, and announces. False where it is not as plain as that; then
    nothing was done, and the event is left to `react`."""
    read: Callable[[AsyncSession, Sequence[E]], Awaitable[Any]] = _nothing
    """Reads what every decision needs, in few statements."""


@dataclass(frozen=True, slots=True)
class Reaction(Generic[E]):
    """What a service does about one kind of event: a line in its `REACTIONS` table."""

    event: type[E]
    react: Callable[[Transaction, E], Awaitable[None]]
    at_once: AtOnce[E] | None = None
    """The same about several of them; without it, they are reacted to one by one."""
    hold: Callable[[AsyncSession, Sequence[Any]], Awaitable[None]] | None = None
    """Locks for all of a batch at once, in one order, what reactions to these will lock: two reactions that lock the
    same share it. So nobody waits for somebody who waits for them."""


@dataclass(frozen=True, slots=True)
class Projection(Generic[E]):
    """What a service keeps of every event of a kind, a batch at once: another line in its `REACTIONS` table.

    For read models only: what it keeps of one event must not depend on what it kept of another (it commutes), and it
    announces nothing.
    """

    event: type[E]
    """Or what several kinds have in common."""
    project: Callable[[AsyncSession, Sequence[E]], Awaitable[None]]
    noted_in: str | None = None
    """A table where it keeps each event it heard, by `programme_id` and `event_id`: what is noted there was applied,
    and the audit need not say so too."""


Reactions = Sequence[Reaction[Any] | Projection[Any]]
"""A service's `REACTIONS` table."""


def heard_by(reactions: Reactions) -> list[type[Event]]:
    """Every contract that these listen to."""
    listening = tuple(reaction.event for reaction in reactions)
    return [contract for contract in EVERY_EVENT.values() if issubclass(contract, listening)]


def reacted_to_by(reactions: Reactions) -> set[type[Event]]:
    """The contracts about which these do something of their own, and do not only keep what many have in common."""
    return {reaction.event for reaction in reactions if isinstance(reaction, Reaction)}
