"""How a message is signed: Standard Webhooks, symmetric (https://www.standardwebhooks.com)."""

import base64
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The standard wants 24 to 64."""


def new_secret() -> bytes:
    """A key nobody can guess."""
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """A secret as its subscriber keeps it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; the timestamp in seconds since 1970."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, content, "sha256")).decode()


def headers(in_force: Sequence[bytes], message_id: str, sent_at: datetime, body: bytes) -> Mapping[str, str]:
    """What goes with a message. While a secret is being replaced there are two, and either signature may be verified.

    `sent_at` is the machine's time of this very attempt, so that who receives it can refuse what is old.
    """
    timestamp = str(int(sent_at.timestamp()))
    signatures = (signature(secret, message_id, timestamp, body) for secret in in_force)
    return {
        "content-type": "application/json",
        "user-agent": "outcomes-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }
