"""The four services' apps, for tests about all of them."""

import importlib
from functools import cache

from fastapi import FastAPI

from common import river
from common.settings import ServiceSettings

SERVICES = tuple(river.WITH_DATABASE)
OPEN = {"/health/live", "/health/ready", "/metrics", "/docs", "/docs/oauth2-redirect", "/redoc"} | {
    "/problems",
    "/problems/{type}",
    "/asyncapi.json",
    "/schemas/{name}.json",
}
"""Routes without a token: the machinery's, the API's own pages, and those of its problems and events."""


def settings(**changes: object) -> ServiceSettings:
    told: dict[str, object] = {
        "environment": "development",
        "database_url": "postgresql+asyncpg://nobody@/nowhere",
        "issuer_url": "http://issuer",
        "jwks_url": "http://issuer/jwks.json",
    }
    return ServiceSettings(**(told | changes))  # pyright: ignore[reportArgumentType] - pydantic reads it


@cache
def app_of(service: str) -> FastAPI:
    return importlib.import_module(f"{service.replace('-', '_')}.main").create_app_for(settings())
