"""Whether the issuer still stands by a token that verifies: asked of it (RFC 7662), and remembered for a while."""

import asyncio
import hashlib
import time
from typing import NamedTuple

import httpx
import structlog

log = structlog.get_logger()

HOLDS_SECONDS = 30
"""An answer holds so long, so whoever is sent away is out within a minute, and the issuer is asked twice a minute."""
PATIENCE_SECONDS = 5


class TokenStanding(NamedTuple):
    """One token: when it was asked about, and the answer, which whoever comes meanwhile waits for too."""

    at: float
    answer: asyncio.Task[bool]


class Introspection:
    """Asks the issuer as this service, each token at most once in `HOLDS_SECONDS`; tokens are kept by hash alone."""

    def __init__(self, client: httpx.AsyncClient, url: str, client_id: str, secret: str) -> None:
        self._client = client
        self._url = url
        self._proof = (client_id, secret)
        self._asked: dict[bytes, TokenStanding] = {}

    async def stands(self, token: str) -> bool:
        """Whether the issuer stands by a token; while it is away, what it said last, and true if it never said."""
        now = time.monotonic()
        name = hashlib.sha256(token.encode()).digest()
        standing = self._asked.get(name)
        if standing is None or standing.at + HOLDS_SECONDS <= now:
            last = standing is None or not standing.answer.done() or standing.answer.result()
            if standing is None:
                self._forget(now)
            standing = self._asked[name] = TokenStanding(now, asyncio.create_task(self._ask(token, last)))
        return await asyncio.shield(standing.answer)

    async def _ask(self, token: str, last: bool) -> bool:
        try:
            form = {"token": token, "token_type_hint": "access_token"}
            answer = await self._client.post(self._url, data=form, auth=self._proof, timeout=PATIENCE_SECONDS)
            if answer.is_client_error:  # it does not know us: nobody comes in, so that somebody looks
                log.error("tokens.introspection_refused", status=answer.status_code)
                return False
            content = answer.raise_for_status().json()
            return isinstance(content, dict) and content.get("active") is True  # pyright: ignore[reportUnknownMemberType]
        except (httpx.HTTPError, ValueError) as error:
            log.warning("tokens.issuer_is_away", error=type(error).__name__)
            return last

    def _forget(self, now: float) -> None:
        """A token not seen for so long asks anew when it comes again."""
        old = [name for name, standing in self._asked.items() if standing.at + 2 * HOLDS_SECONDS <= now]
        for name in old:
            del self._asked[name]
