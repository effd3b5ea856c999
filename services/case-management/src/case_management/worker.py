"""The back door: what the hub announces is heard, what happens in cases is relayed."""

from case_management.events.heard import REACTIONS
from common.settings import WorkerSettings
from common.worker import run

if __name__ == "__main__":
    told = WorkerSettings()  # pyright: ignore[reportCallIssue] - filled from the environment
    run("case_management", told, REACTIONS, announces=True)
