"""The front door of the portal."""

from fastapi import FastAPI

from common.web.app import serve
from portal.app import create_app
from portal.settings import PortalSettings


def create_app_for(settings: PortalSettings) -> FastAPI:
    """The portal, whole."""
    return create_app(settings)


if __name__ == "__main__":
    told = PortalSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    serve(create_app_for(told), told)
