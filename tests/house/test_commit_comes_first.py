"""A client told "yes" must find it so: the commit precedes the first byte of the response."""

from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import event

from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.app import create_app
from tests.house.towns import settings
from tests.parts.postgres import Databases
from tests.parts.tokens import token, trust

router = APIRouter()


class Done(Answer):
    """Nothing but that it was done."""


@router.post("/v1/things")
async def do_a_thing(tx: Annotated[Transaction, writing("hub")]) -> Done:
    """Change nothing, and say so."""
    tx.touched("thing/1")
    return tx.answered(Done())


async def test_the_commit_precedes_the_response(databases: Databases) -> None:
    happened: list[str] = []
    body = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        return body.pop() if body else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            happened.append(f"response {message['status']}")

    with databases.clone("claims") as database:
        app = create_app("claims", "Claims", settings(database_url=database.url("main")), [router])
        async with app.router.lifespan_context(app):
            trust(app)
            engine = app.state.sessions.kw["bind"].sync_engine

            def committed(_: object) -> None:
                happened.append("commit")

            event.listen(engine, "commit", committed)
            headers = {
                "authorization": f"Bearer {token('hub')}",
                "idempotency-key": "a-key-of-mine",
            }
            await app(
                {
                    "type": "http",
                    "asgi": {"version": "3.0"},
                    "http_version": "1.1",
                    "method": "POST",
                    "scheme": "http",
                    "server": ("claims", 80),
                    "client": ("here", 1),
                    "path": "/v1/things",
                    "raw_path": b"/v1/things",
                    "root_path": "",
                    "query_string": b"",
                    "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
                },
                receive,
                send,
            )

    assert happened[-2:] == ["commit", "response 200"]  # one before asked whether the programme is a sandbox
