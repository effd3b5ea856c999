"""The hub's back door: `python -m referral_hub.worker`."""

from functools import partial

from common.bulk.carrying import carry_forever
from common.contracts.audits import HubAuditCheckpointed
from common.settings import WorkerSettings
from common.worker import run
from referral_hub.events.heard import REACTIONS
from referral_hub.routes.bulk import KINDS

if __name__ == "__main__":
    settings = WorkerSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    beside = [partial(carry_forever, "referral_hub", KINDS)]
    run("referral_hub", settings, REACTIONS, tells=HubAuditCheckpointed, beside=beside)
