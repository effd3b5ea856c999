"""The back door of claims: `python -m claims.worker`."""

from claims.events.heard import REACTIONS
from common.contracts.audits import AuditCheckpointed
from common.settings import WorkerSettings
from common.worker import run

if __name__ == "__main__":
    settings = WorkerSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    run("claims", settings, REACTIONS, tells=AuditCheckpointed)
