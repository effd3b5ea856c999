"""Declaring a page: its path, what it asks, and who may see it, which follows from what it asks."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Request
from starlette.responses import Response

from common.web.access import admitting
from common.web.routing import Routes

from .declaration import Declaration
from .door import let_in
from .forms.form import CheckFirst, FormRefused, ShownForm
from .services.asking import NotAccepted
from .services.operations import Operation
from .visit import Visit

Shows = Callable[..., Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class PortalPage(Declaration):
    """A page, and what its form does if it has one."""

    router: Routes
    show: Shows

    def post(self, act: Shows) -> Shows:
        """Let a function do what the page's form says; refused, the page is shown again with what stands against it."""
        self._route(act, "POST")
        return act

    def get(self) -> None:
        """Let the page be seen."""
        self._route(self.show, "GET")

    def _route(self, act: Shows, method: str) -> None:
        async def visit(request: Request) -> Visit:
            return await let_in(request, self)

        async def answer(**arguments: Any) -> Response:
            return await self._answer(act, arguments)

        signature = inspect.signature(act, eval_str=True)
        visiting = Annotated[Visit, admitting(visit, self.roles)]
        parameters = [
            one.replace(annotation=visiting) if one.annotation is Visit else one
            for one in signature.parameters.values()
        ]
        answer.__signature__ = signature.replace(parameters=parameters, return_annotation=Response)  # type: ignore[attr-defined]
        answer.__doc__, answer.__name__ = act.__doc__, act.__name__
        self.router.add_api_route(
            self.path, answer, methods=[method], response_model=None, include_in_schema=False, name=act.__name__
        )

    async def _answer(self, act: Shows, arguments: dict[str, Any]) -> Response:
        visit = next(one for one in arguments.values() if isinstance(one, Visit))
        try:
            return await act(**arguments)
        except CheckFirst:
            answers = _form_of(visit)
            form = visit.form(answers.form, options=answers.options, version=visit.version_shown)
            return visit.show("check.html", form=form)
        except FormRefused:
            pass
        except NotAccepted as error:
            if visit.refused is None:
                raise
            visit.refused.take(error.problem)
        names = inspect.signature(self.show).parameters
        return await self.show(**{name: value for name, value in arguments.items() if name in names})


def _form_of(visit: Visit) -> ShownForm:
    assert visit.refused is not None  # noqa: S101 - it was just read
    return visit.refused


@dataclass
class Journey:
    """The pages of one group of people; their templates stand beside their routes."""

    tag: str
    router: Routes = field(default_factory=Routes)
    pages: list[PortalPage] = field(default_factory=list[PortalPage])

    def page(
        self,
        path: str,
        *asks: Operation,
        also: tuple[Operation, ...] = (),
        of_everyone: frozenset[str] = frozenset(),
        navigation: str | None = None,
    ) -> Callable[[Shows], PortalPage]:
        """Declare a page by what it asks; one that asks nothing is for whom `of_everyone` names."""
        if not asks and not of_everyone:
            raise ValueError(f"{path} asks nothing: say for whom it is")

        def declared(show: Shows) -> PortalPage:
            page = PortalPage(
                path=path,
                asks=asks,
                also=also,
                of_everyone=of_everyone or asks[0].roles,
                navigation=navigation,
                router=self.router,
                show=show,
            )
            page.get()
            self.pages.append(page)
            return page

        return declared
