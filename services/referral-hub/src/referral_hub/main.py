"""The hub's front door: `python -m referral_hub.main`."""

from fastapi import FastAPI

from common.settings import ServiceSettings
from common.web.app import create_app, serve
from referral_hub.routes import EVERY_ROUTER

ABOUT = "Referrals, identity, triage, the one waiting list, and allocation with its explanation."


def create_app_for(settings: ServiceSettings) -> FastAPI:
    return create_app("referral_hub", "Referral hub", settings, EVERY_ROUTER, ABOUT)


if __name__ == "__main__":
    settings = ServiceSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    serve(create_app_for(settings), settings)
