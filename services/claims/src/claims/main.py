"""The front door of claims: `python -m claims.main`."""

from fastapi import FastAPI

from claims.operations.advice.receipts import Receipts
from claims.routes import (
    audits,
    card_changes,
    claims,
    decisions,
    equivalents,
    participants,
    programmes,
    reasons,
    replays,
    sandbox,
    statements,
)
from common.audit.grants import Grants
from common.settings import ServiceSettings
from common.web.app import create_app, serve
from common.webhooks import routes as webhooks


def create_app_for(settings: ServiceSettings) -> FastAPI:
    """The app of claims in one place."""
    receipts, grants = Receipts.of(settings), Grants.of(settings.grant_key, settings.environment)
    routers = (
        *(claims.router, participants.router, decisions.router),
        *(
            statements.router,
            programmes.router,
            reasons.router,
            card_changes.router,
            replays.router,
            equivalents.router,
            audits.router,
            sandbox.router,
            webhooks.router,
        ),
    )
    app = create_app("claims", "Claims", settings, routers, "Rate cards, claims, verification, caps and statements.")
    app.state.receipts, app.state.grants = receipts, grants
    return app


def main() -> None:
    settings = ServiceSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    serve(create_app_for(settings), settings)


if __name__ == "__main__":
    main()
