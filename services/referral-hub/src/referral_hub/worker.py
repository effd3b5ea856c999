"""The hub's back door: `python -m referral_hub.worker`."""

from common.contracts.audits import HubAuditCheckpointed
from common.settings import WorkerSettings
from common.worker import run
from referral_hub.events.heard import REACTIONS

if __name__ == "__main__":
    settings = WorkerSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    run("referral_hub", settings, REACTIONS, tells=HubAuditCheckpointed)
