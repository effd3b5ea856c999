"""What integrators may ask of a sandbox in every service that announces: where their clock stands, and to begin again.

Each service keeps its own clocks, so a system sets its clock in each that it works with: nothing is carried on.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter
from pydantic import AwareDatetime

from common.transaction import Answer, Transaction
from rulebook.refusal import every_refusal

from ..access import Caller, SignedIn, reading_sandbox, writing_sandbox
from ..fields import AnswerBody, RequestBody
from ..pages import Cursor, Limit, Page, key_of, page_of
from ..problems import KindOfProgrammeStays
from ..refused import refuse_if_any
from ..routing import Routes
from .sandboxes import (
    CLOCK_RULES,
    Sandbox,
    clocks_of,
    dates_of,
    first_morning,
    open_sandbox,
    redate_sandbox,
    set_clock,
)

PLAYERS = ("hub", "prime-manager", "council-verifier")
"""Whom a sandbox plays for an integrator."""


class Term(Protocol):
    """From which day until which a sandbox is, as its folder says."""

    @property
    def starts_on(self) -> date:
        """The first day."""
        ...

    @property
    def ends_on(self) -> date:
        """The last day."""
        ...


async def settle_kind(tx: Transaction, term: Term | None, *, again: bool) -> None:
    """Keep whether a programme that is loaded is a sandbox: before its own row, the first time.

    Raises:
        KindOfProgrammeStays: it was loaded before as what it is not now.
    """
    dates = await dates_of(tx.session, tx.programme_id)
    if again and (dates is None) != (term is None):
        raise KindOfProgrammeStays
    if term is None:
        return
    keep = open_sandbox if dates is None else redate_sandbox
    await keep(tx.session, tx.programme_id, term.starts_on, term.ends_on)


Integrator = Annotated[Transaction, writing_sandbox("provider-system")]


def sandbox_of(caller: Caller) -> Sandbox:
    """The asker's sandbox, where it is let in by `reading_sandbox` or `writing_sandbox`."""
    assert caller.sandbox is not None, "the transaction has seen to it"  # noqa: S101
    return caller.sandbox


class SandboxOut(AnswerBody):
    """A sandbox as you have it."""

    programme_id: str
    starts_on: date
    ends_on: date
    now: datetime
    """The time of every request of your organisation here."""


class SandboxClockOut(AnswerBody):
    """Where one organisation's clock stands."""

    organisation_id: str
    now: datetime
    """The time of every request of that organisation here."""


class SandboxClockIn(RequestBody):
    """Where your clock is to stand."""

    now: AwareDatetime
    """Not before where it stands, and within the programme."""


class SandboxReceipt(Answer):
    """Where your clock stands, and what a reset ends."""

    now: datetime
    """The time of every request of your organisation here."""
    ending: int
    """Of how many things the end was asked for."""


def sandbox_routes(begin_again: Callable[[Transaction], Awaitable[int]]) -> APIRouter:
    """The routes of one service; `begin_again` ends what the asker's organisation has there, and says how much."""
    router = Routes(prefix="/v1/sandbox", tags=["sandbox"])

    @router.get("")
    async def read_sandbox(
        tx: Annotated[Transaction, reading_sandbox("provider-system", *PLAYERS)], caller: SignedIn
    ) -> SandboxOut:
        """The sandbox you are signed in to, and where your clock stands in this service."""
        sandbox = sandbox_of(caller)
        return SandboxOut(
            programme_id=tx.programme_id, starts_on=sandbox.starts_on, ends_on=sandbox.ends_on, now=sandbox.now
        )

    @router.get("/clocks")
    async def list_clocks(
        tx: Annotated[Transaction, reading_sandbox(*PLAYERS)], cursor: Cursor = None, limit: Limit = 50
    ) -> Page[SandboxClockOut]:
        """Every clock that was set, by organisation: at whose time the others are to be played."""
        [after] = key_of(cursor, str) or ("",)
        rows = await clocks_of(tx.session, tx.programme_id, after, limit + 1)
        return page_of(rows, limit, lambda row: (row.organisation,), _clock_shown)

    @router.put("/clock")
    async def set_sandbox_clock(body: SandboxClockIn, tx: Integrator, caller: SignedIn) -> SandboxReceipt:
        """Set your organisation's clock in this service: every request of yours is of that time from now on.

        It stands still until you set it again, and goes forward only. 422 `refused`: back, or outside the programme.
        """
        to = body.now.astimezone(UTC)
        refuse_if_any(every_refusal(CLOCK_RULES, sandbox_of(caller), to))
        return await _set(tx, to, 0)

    @router.post("/reset")
    async def reset_sandbox(tx: Integrator, caller: SignedIn) -> SandboxReceipt:
        """Begin again in this service: what your organisation has open here ends, by the ways that it ends in earnest.

        Nothing is deleted. Your clock is back on the first morning. Ask it of each service that you work with.
        """
        ending = await begin_again(tx)
        return await _set(tx, first_morning(sandbox_of(caller).starts_on), ending)

    return router


async def _set(tx: Transaction, now: datetime, ending: int) -> SandboxReceipt:
    await set_clock(tx.session, tx.programme_id, tx.actor.organisation, now)
    tx.touched(f"sandbox/{tx.programme_id}")
    return tx.answered(SandboxReceipt(now=now, ending=ending))


def _clock_shown(row: Any) -> SandboxClockOut:
    return SandboxClockOut(organisation_id=row.organisation, now=row.now)
