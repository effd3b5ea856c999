"""The back door of reporting: it hears everything and announces nothing."""

from common.settings import WorkerSettings
from common.worker import run
from reporting.events.heard import REACTIONS

if __name__ == "__main__":
    run("reporting", WorkerSettings(), REACTIONS, tells=None)  # pyright: ignore[reportCallIssue] - from the environment
