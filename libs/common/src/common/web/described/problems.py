"""A page for each kind of problem, where its `type` points: what it is, when it comes, what to do, and who answers it.

Open to everybody, for it tells of nobody: the same for each programme, and made of the code alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from common.web.failing import READS, Kind, failures
from common.web.problems import NotFound
from common.web.routing import Routes

router = Routes(prefix="/problems", include_in_schema=False)

MOST_NAMED = 12
"""Operations that a page names; more of them are counted."""


class NoSuchProblem(NotFound):
    """This service answers no problem of that kind."""

    type, title = "no-such-problem", "There is no such kind of problem here"
    remedy = "`/problems` lists those there are; another service may have others."


def when(kind: Kind) -> str:
    """In which case it comes, as the kind's docstring says: its own, or that of the kind it is one of."""
    docstring = next(each.__doc__ for each in kind.__mro__ if each.__doc__)
    return " ".join(docstring.split("\n\n")[0].split())


def answered_by(kind: Kind, routes_by_kind: Mapping[Kind, Sequence[APIRoute]]) -> Sequence[str]:
    """The operations that may answer it, or how many they are; `routes_by_kind` are the `failures` of a service."""
    routes = routes_by_kind[kind]
    every = max(map(len, routes_by_kind.values()))
    if not routes:
        return ["A path that is no operation."]
    if len(routes) == every:
        return ["Every operation."]
    if len(routes) > MOST_NAMED:
        of_writes = all((route.methods or set()) - READS for route in routes)
        return [f"{len(routes)} operations{', which all write' if of_writes else ''}."]
    return [f"`{_called(route)}`" for route in routes]


def _called(route: APIRoute) -> str:
    return f"{' '.join(sorted(route.methods or ()))} {route.path}"


@router.get("")
async def list_problems(request: Request) -> HTMLResponse:
    """Every kind of problem that this service answers."""
    kinds = failures(request.app)
    rows = [f'<li><a href="{kind.uri()}">{kind.type}</a>: {kind.status}, {escape(kind.title)}</li>' for kind in kinds]
    return _page("Problems", ["<ul>", *rows, "</ul>"])


@router.get("/{type}")
async def show_problem(type: str, request: Request) -> HTMLResponse:
    """One kind of problem."""
    routes_by_kind = failures(request.app)
    kind = next((kind for kind in routes_by_kind if kind.type == type), None)
    if kind is None:
        raise NoSuchProblem
    return _page(kind.title, _about(kind, answered_by(kind, routes_by_kind)))


def _about(kind: Kind, operations: Sequence[str]) -> Iterator[str]:
    yield f"<p>Type <code>{kind.uri()}</code>, status {kind.status}</p>"
    yield f"<h2>When it comes</h2><p>{escape(when(kind))}</p>"
    yield f"<h2>What to do</h2><p>{escape(kind.remedy)} The <code>detail</code> of the answer says what fits best.</p>"
    yield "<h2>What answers it</h2><ul>"
    yield from (f"<li>{escape(each.replace('`', ''))}</li>" for each in operations)
    yield '</ul><p><a href="/problems">Every problem of this service</a></p>'


def _page(title: str, body: Iterator[str] | Sequence[str]) -> HTMLResponse:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    content = f"<body><h1>{escape(title)}</h1>{''.join(body)}</body>"
    return HTMLResponse(f'<!doctype html><html lang="en"><head>{head}</head>{content}</html>')
