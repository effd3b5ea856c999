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
