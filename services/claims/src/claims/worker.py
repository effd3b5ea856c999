"""The back door of claims: `python -m claims.worker`."""

from claims.events.heard import REACTIONS
from common.audit.checkpoint import Checkpoint
from common.contracts.claims import AuditCheckpointed
from common.ids import new_id
from common.settings import WorkerSettings
from common.worker import run


def checkpointed(checkpoint: Checkpoint) -> AuditCheckpointed:
    """The public event that puts a checkpoint of this audit into other hands."""
    said = checkpoint.model_dump()
    return AuditCheckpointed(event_id=new_id(), occurred_at=checkpoint.made_at, **said)


def main() -> None:
    settings = WorkerSettings()  # pyright: ignore[reportCallIssue] - read from the environment
    run("claims", settings, REACTIONS, announces=True, tell=checkpointed)


if __name__ == "__main__":
    main()
