"""Statements, and the place of the programme under its cap (BR-H2, BR-H4)."""

from uuid import UUID

from starlette.responses import Response

from portal.names import names_of_providers, outcomes_by_title
from portal.services import claims, hub
from portal.visit import Visit

from .journey import JOURNEY


@JOURNEY.page("/statements", claims.STATEMENTS, also=(claims.POSITION,), navigation="finance.statements.title")
async def statements(visit: Visit, cursor: str | None = None) -> Response:
    """The months that are closed, the newest first, and what is left under the cap."""
    months = visit.ask(claims.STATEMENTS, cursor=cursor, count=True)
    if visit.may(claims.POSITION):
        months, position = await visit.together(months, visit.ask(claims.POSITION))
    else:
        months, position = await months, None
    may_close = visit.may(claims.CLOSING)
    return visit.show("finance/statements.html", months=months, position=position, may_close=may_close)


@JOURNEY.page("/statements/{statement_id}", claims.STATEMENT, claims.LINES, also=(claims.RATE_CARDS, hub.PROVIDERS))
async def statement(visit: Visit, statement_id: UUID, cursor: str | None = None) -> Response:
    """One month: what is payable, who pays which share, and every line."""
    month, lines = await visit.together(
        visit.ask(claims.STATEMENT, statement_id=statement_id),
        visit.ask(claims.LINES, statement_id=statement_id, cursor=cursor, count=True),
    )
    outcomes, providers = await visit.together(outcomes_by_title(visit), names_of_providers(visit))
    return visit.show(
        "finance/statement.html",
        month=month,
        lines=lines,
        outcomes=outcomes,
        providers=providers,
        may_explain=visit.may(claims.EXPLANATION),
    )
