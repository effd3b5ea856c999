"""Staying signed in: work may take longer than a token is good for."""

import asyncio

import httpx

from common.web.signin import GOOD_FOR_SECONDS, StaysSignedIn


async def test_who_works_longer_than_a_token_lasts_signs_in_again_and_only_then() -> None:
    signed_in, now, carried = 0, 0.0, list[str]()

    async def sign_in() -> str:
        nonlocal signed_in
        signed_in += 1
        await asyncio.sleep(0)
        return f"token-{signed_in}"

    def answer(request: httpx.Request) -> httpx.Response:
        carried.append(request.headers["Authorization"])
        return httpx.Response(200)

    auth = StaysSignedIn(sign_in, clock=lambda: now)
    async with httpx.AsyncClient(base_url="http://service", auth=auth, transport=httpx.MockTransport(answer)) as client:
        await asyncio.gather(*(client.get("/") for _ in range(3)))
        now = GOOD_FOR_SECONDS - 1
        await client.get("/")
        now = GOOD_FOR_SECONDS
        await asyncio.gather(*(client.get("/") for _ in range(2)))

    assert carried == [*["Bearer token-1"] * 4, *["Bearer token-2"] * 2]
