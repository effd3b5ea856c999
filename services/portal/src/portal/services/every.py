"""What every service with a database offers alike: its audit, and how it hears and is heard."""

from collections.abc import Mapping
from typing import Literal, get_args

from .operations import Operation

ServiceName = Literal["referral-hub", "case-management", "claims", "reporting"]
SERVICES: tuple[ServiceName, ...] = get_args(ServiceName)


def _of_every(name: str) -> Mapping[str, Operation]:
    return {service: Operation(service, name) for service in SERVICES}


STANDING = _of_every("GET /v1/audit/standing")
CHECKPOINTS = _of_every("GET /v1/audit/checkpoints")
TRAIL = _of_every("GET /v1/participants/{participant_id}/audit")
INBOX = _of_every("GET /v1/inbox")
STREAMS = _of_every("GET /v1/streams")
FAULTS = _of_every("GET /v1/streams/faults")
EFFECTS = _of_every("GET /v1/inbox/effects")
EVENTS = _of_every("POST /v1/events/missing")
RETRY = _of_every("POST /v1/inbox/retry")
SKIP = _of_every("POST /v1/inbox/skip")
HEAR_AGAIN = _of_every("POST /v1/inbox/hear-again")
