"""What a page has to work with: who visits, what the services answer them, and the page that comes of it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from .declaration import Declaration
from .forms.fields import Entries, Options
from .forms.form import CheckFirst, Form, FormRefused, ShownForm
from .look.pages import templates
from .look.words import words
from .services.asking import Body, Reply, ServiceAway, ServiceRequest, Services
from .services.operations import Operation
from .sessions import Session, Visitor

PASSED_ON = ("content-type", "content-length", "etag")
T = TypeVar("T")

NO_OPTIONS: Mapping[str, Options] = {}


class Undeclared(RuntimeError):
    """A page asks what it does not declare: add the operation to it, for its roles follow from all it asks."""


@dataclass
class Visit:
    """One request for a page by somebody who is signed in."""

    request: Request
    session: Session
    visitor: Visitor
    services: Services
    page: Declaration
    navigation: Sequence[Mapping[str, Any]] = ()
    sent: Entries = field(default_factory=dict[str, Sequence[Any]])
    """What was posted."""
    refused: ShownForm | None = None
    """A form that is shown again."""
    writes: int = 0

    # --- asking

    def may(self, operation: Operation) -> bool:
        """Whether one of the visitor's roles lets them ask that."""
        return not self.visitor.roles.isdisjoint(operation.roles)

    async def ask(self, operation: Operation, body: Body | None = None, /, **parameters: Any) -> Reply:
        """A service's answer; parameters are its path's and its query's.

        A write is carried out once, however often its form is sent, and only if its thing is as the form showed it;
        `version=""` of a write whose body names the versions of its things.

        Raises:
            Undeclared: the page does not say that it asks this.
            ServiceAway, SignInEnded, NotForYou, NotThere, NotAccepted: as they say.
        """
        return await self.services.ask(self._question(operation, body, None, parameters), self._headers())

    async def send_file(
        self, operation: Operation, upload: UploadFile, body: Body | None = None, /, **parameters: Any
    ) -> Reply:
        """As `ask`, with a file that is passed on as it is."""
        return await self.services.ask(self._question(operation, body, upload, parameters), self._headers())

    async def together(self, *questions: Coroutine[Any, Any, T]) -> list[T]:
        """Several answers, asked for side by side; raises what the first of them raised."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(each) for each in questions]
        except* Exception as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]

    async def if_up(self, question: Coroutine[Any, Any, T]) -> T | None:
        """An answer, or nothing where its service is away: the page says so, and shows the rest."""
        try:
            return await question
        except ServiceAway:
            return None

    async def of_each(self, operations: Mapping[str, Operation], /, **parameters: Any) -> dict[str, Reply | None]:
        """The same asked of several services side by side; nothing of one that is away."""
        questions = (self.if_up(self.ask(one, **parameters)) for one in operations.values())
        return dict(zip(operations, await self.together(*questions), strict=True))

    async def download(self, operation: Operation, file_name: str, **parameters: Any) -> Response:
        """A file as a service sends it, to be saved and never shown."""
        stack = AsyncExitStack()
        question = self._question(operation, None, None, parameters)
        response = await stack.enter_async_context(self.services.file(question, self._headers()))

        async def content() -> AsyncIterator[bytes]:
            async with stack:
                async for chunk in response.aiter_raw():
                    yield chunk

        headers = {name: response.headers[name] for name in PASSED_ON if name in response.headers}
        disposition = response.headers.get("content-disposition", f'attachment; filename="{file_name}"')
        headers["content-disposition"] = disposition if disposition.startswith("attachment") else "attachment"
        return StreamingResponse(content(), headers=headers)

    # --- forms

    def form(
        self,
        form: Form,
        *,
        answers: Mapping[str, Any] | None = None,
        options: Mapping[str, Options] = NO_OPTIONS,
        version: str | None = None,
    ) -> ShownForm:
        """A form to show: as it was refused, as it was left when the session ended, or new, with these answers.

        `version` is that of the thing it changes, as `Reply.version` tells it.
        """
        view = self._form_as_it_was(form)
        if view is None:
            view = ShownForm(form)
            for one in form.fields:
                view.sent = {**view.sent, **one.filled((answers or {}).get(one.name))}
        view.options = options or view.options
        view.csrf, view.mark = self.session.csrf, self.visitor.mark
        view.action = self.request.url.path
        view.version = view.version or version
        return view

    def body(self, form: Form, *, options: Mapping[str, Options] = NO_OPTIONS) -> dict[str, Any]:
        """What a posted form says, as the body of a request.

        Raises:
            FormRefused: it cannot be read; the page shows it again.
            CheckFirst: its answers are to be checked first.
        """
        view = self.posted(form, options=options)
        if form.is_checked and view.value("step") == "change":
            raise FormRefused
        body = view.body()
        if form.is_checked and view.value("step") != "send":
            raise CheckFirst
        return body

    def posted(self, form: Form, *, options: Mapping[str, Options] = NO_OPTIONS) -> ShownForm:
        """A form as it was posted; whatever is raised from now on is told on it."""
        self.refused = ShownForm(form, self.sent, options=options)
        return self.refused

    @property
    def version_shown(self) -> str | None:
        """Of the thing that a posted form changes, as it was when the form was shown."""
        return self._posted_text("version") or None

    def object_to(self, form: Form, name: str, key: str) -> FormRefused:
        """The refusal of a posted form for what one of its fields says: `raise visit.object_to(…)`."""
        view = self.refused or self.posted(form)
        view.take({"errors": [{"pointer": view.field(name).place, "problem": words(key)}]})
        return FormRefused()

    # --- answering

    def show(self, template: str, /, *, status: int = 200, **facts: Any) -> Response:
        """The page of a template, with these facts."""
        if self.refused is not None and self.refused.objections:
            status = 422
        notice, self.session.notice = self.session.notice, None
        of_layout = {"visitor": self.visitor, "session": self.session, "navigation": self.navigation, "notice": notice}
        context = {"visit": self, "page": self.page, **of_layout, **facts}
        return HTMLResponse(templates().get_template(template).render(context), status)

    def go(self, path: str, notice: str | None = None, **facts: Any) -> Response:
        """On to another page of ours, which tells once what was done (a key of the catalogue)."""
        if notice is not None:
            self.session.notice = words(notice, **facts)
        return RedirectResponse(path, 303)

    def next_page(self, reply: Reply) -> str | None:
        """Where the rest of a list is, with the filters of this page."""
        if reply.get("next") is None:
            return None
        query = {**self.request.query_params, "cursor": reply["next"]}
        return f"{self.request.url.path}?{urlencode(query)}"

    # --- within

    def _question(
        self, operation: Operation, body: Body | None, upload: UploadFile | None, parameters: Mapping[str, Any]
    ) -> ServiceRequest:
        if operation not in self.page.operations:
            raise Undeclared(f"{self.page.path} does not declare {operation.service} {operation.name}")
        key = version = ""
        if operation.writes:
            self.writes += 1
            key = f"{self._posted_text('key')}.{self.writes}"
            version = parameters.get("version", self._posted_text("version") if self.writes == 1 else "")
        is_said = not operation.writes or "version" in operation.in_path
        rest = {name: value for name, value in parameters.items() if name != "version" or is_said}
        return ServiceRequest(operation, rest, body, upload, key, version)

    def _posted_text(self, name: str) -> str:
        values = self.sent.get(name) or ("",)
        return values[0] if isinstance(values[0], str) else ""

    def _headers(self) -> dict[str, str]:
        assert self.session.tokens is not None  # noqa: S101 - a visit is a signed-in one
        headers = {"Authorization": f"Bearer {self.session.tokens.access}"}
        if self.session.now is not None:
            headers["Simulated-Now"] = self.session.now.isoformat()
        return headers

    def _form_as_it_was(self, form: Form) -> ShownForm | None:
        if self.refused is not None:
            return self.refused if self.refused.form.key == form.key else None
        unsent = self.session.unsent_form(self.request.url.path)
        if unsent is None:
            return None
        key = unsent.values.get("key", ("",))[0]
        view = ShownForm(form, unsent.values, version=unsent.values.get("version", ("",))[0] or None)
        if key:
            view.idempotency_key = key
        self.session.notice = words("form.as-it-was")
        return view
