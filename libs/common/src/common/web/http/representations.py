"""What is read, as HTTP knows it: tagged, not sent again to who has it, without its body on `HEAD`, and compressed.

Compressed is only what was read and tells no secret: our tokens are in headers, no page of another origin can ask in
somebody's name, and problems, which repeat a part of what was asked, are sent as they are (BREACH).
"""

import asyncio
import gzip
import re
from functools import partial

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.web import problems
from common.web.access import WrittenAnswer
from common.web.data_owners import tells_a_secret

from .addresses import address_of, location, verbs
from .tags import Condition, condition, gzipped, tag_of, tag_of_bytes

LEAST_BYTES = 1024
"""Below, compressing costs more than it saves."""
AT_ONCE_BYTES = 64 * 1024
"""Beyond, it is done in a thread, for it would hold others up."""
LEVEL = 5
COMPRESSED = re.compile(r"(?:application/(?:[a-z.+-]+\+)?json|text/[a-z-]+)\b")
ZERO = re.compile(r"q\s*=\s*0(?:\.0*)?\s*$")
ANOTHER = problems.Stale("It is no longer as `If-Match` names it: read it again.")
OF_THE_BODY = ("content-length", "content-type", "content-encoding", "content-disposition", "repr-digest")


class Representations:
    """Answers `HEAD` as `GET`, and reads that succeed with their tag; 304, 412 or gzip where the asker says so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            await _Read(scope, partial(_allowed, scope, send)).answered(self._app, receive)
        elif scope["type"] == "http":
            await self._app(scope, receive, partial(_written, scope, partial(_allowed, scope, send)))
        else:
            await self._app(scope, receive, send)


async def _allowed(scope: Scope, send: Send, message: Message) -> None:
    """Say with 405 all that may be done there instead (RFC 9110, 10.2.1)."""
    refused = message["type"] == "http.response.start" and message["status"] == 405
    if refused and (there := verbs(scope["app"], scope["path"])):
        MutableHeaders(raw=message["headers"])["allow"] = there
    await send(message)


async def _written(scope: Scope, send: Send, message: Message) -> None:
    """Say where what was made is, and at which version what was written."""
    answer: WrittenAnswer | None = scope.get("state", {}).get("written")
    if message["type"] == "http.response.start" and answer is not None and message["status"] == answer.status < 300:
        headers = MutableHeaders(raw=message["headers"])
        if answer.version is not None:
            headers["etag"] = tag_of(answer.version)
        if (
            answer.status == 201
            and "location" not in headers
            and (address := address_of(scope["app"], scope["route"].path))
        ):
            headers["location"] = scope["app"].state.settings.public_path + location(
                address, scope["path_params"], answer.told
            )
    await send(message)


class _Read:
    def __init__(self, scope: Scope, send: Send) -> None:
        self._headers = Headers(scope=scope)
        self._scope = scope
        self._method = scope["method"]
        self._send = send
        self._start: Message | None = None
        self._is_over = False
        self._if_match: Condition | None = None
        self._if_none_match: Condition | None = None

    async def answered(self, app: ASGIApp, receive: Receive) -> None:
        try:
            self._if_match = condition("If-Match", self._headers.getlist("if-match"))
            self._if_none_match = condition("If-None-Match", self._headers.getlist("if-none-match"))
        except problems.Problem as error:
            app = problems.answer(error)
        self._scope["method"] = "GET"  # as routes know it
        try:
            await app(self._scope, receive, self._take)
        finally:
            self._scope["method"] = self._method

    async def _take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif self._start is not None:
            start, self._start = self._start, None
            self._scope["method"] = self._method  # as the server knows it, which counts bytes by it
            await self._begin(start, message)
        elif not self._is_over:
            await self._send_body(message)

    async def _begin(self, start: Message, first: Message) -> None:
        """Of an answer that comes in one piece the tag is made here; one that streams is as its route says."""
        headers = MutableHeaders(raw=start["headers"])
        if start["status"] == 200:
            if not first.get("more_body", False):
                headers["etag"] = tag_of_bytes(headers.get("etag"), first["body"])
                await self._compress(headers, first)
            if tag := headers.get("etag"):
                if self._if_match is not None and not self._if_match.names(tag):
                    return await self._instead(412, headers, bytes(problems.answer(ANOTHER).body))
                if self._if_none_match is not None and self._if_none_match.names_weakly(tag):
                    return await self._instead(304, headers, b"")
        await self._send(start)
        await self._send_body(first)

    async def _instead(self, status: int, headers: MutableHeaders, body: bytes) -> None:
        """Nothing of the body, but of what is said about it."""
        self._is_over = True
        for name in OF_THE_BODY:
            del headers[name]
        if body:
            headers["content-type"], headers["content-length"] = problems.MEDIA_TYPE, str(len(body))
        await self._send({"type": "http.response.start", "status": status, "headers": headers.raw})
        await self._send_body({"type": "http.response.body", "body": body})

    async def _send_body(self, message: Message) -> None:
        await self._send({**message, "body": b""} if self._method == "HEAD" else message)

    async def _compress(self, headers: MutableHeaders, first: Message) -> None:
        if len(first["body"]) < LEAST_BYTES or not COMPRESSED.match(headers.get("content-type", "")):
            return
        if tells_a_secret(self._scope["app"], getattr(self._scope.get("route"), "path", "")):
            return
        headers.add_vary_header("Accept-Encoding")
        if takes_gzip(self._headers.get("accept-encoding", "")):
            first["body"] = await _smaller(first["body"])
            headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(first["body"]))
            headers["etag"] = gzipped(headers["etag"])


def takes_gzip(accept_encoding: str) -> bool:
    """Whether `Accept-Encoding` lets us compress: it names gzip, or everything, and not with `q=0`."""
    codings = {
        coding.strip().lower(): not ZERO.search(weight)
        for coding, _, weight in (each.partition(";") for each in accept_encoding.split(","))
    }
    return codings.get("gzip", codings.get("*", False))


async def _smaller(body: bytes) -> bytes:
    if len(body) < AT_ONCE_BYTES:
        return gzip.compress(body, LEVEL, mtime=0)
    return await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
