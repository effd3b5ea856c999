"""The front door of reporting."""

from fastapi import FastAPI

from common.settings import ServiceSettings
from common.web.app import create_app, serve
from reporting.routes import figures, kpi_tracker, monthly_reports, participants, programmes, summary, waiting_times

ROUTERS = (
    programmes.router,
    kpi_tracker.router,
    monthly_reports.router,
    participants.router,
    summary.router,
    figures.router,
    waiting_times.router,
)


def create_app_for(settings: ServiceSettings) -> FastAPI:
    return create_app(
        "reporting", "Reporting", settings, ROUTERS, "Read models: the KPI tracker and what stands on it."
    )


if __name__ == "__main__":
    told = ServiceSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    serve(create_app_for(told), told)
