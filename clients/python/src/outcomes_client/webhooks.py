"""Webhooks: whether a message is the partnership's, and of now (Standard Webhooks)."""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any


class NotGenuine(Exception):
    """The message is not to be believed; says why. Answer it with 401."""


def verify(
    body: bytes, headers: Mapping[str, str], secrets: Sequence[str], *, within_seconds: int = 300
) -> dict[str, Any]:
    """What a message says, if one of your secrets signed it within the last five minutes.

    `body` is what came, byte for byte: what a framework read and wrote again is another body. While you replace a
    secret give both. The same message may come twice: `webhook-id` is then the same.

    Raises:
        NotGenuine: no secret of yours signed it, it is of another time, or it is no message.
    """
    told = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp, signatures = (told[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        sent_at = int(timestamp)
    except (KeyError, ValueError) as error:
        raise NotGenuine("It lacks `webhook-id`, `webhook-timestamp` or `webhook-signature`.") from error
    if abs(time.time() - sent_at) > within_seconds:
        raise NotGenuine("It was sent at another time than now; or is your clock right?")
    signed = f"{message_id}.{timestamp}.".encode() + body
    ours = [b"v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")) for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), made) for one in signatures.split(" ") for made in ours):
        raise NotGenuine("None of your secrets signed it.")
    try:
        return json.loads(body)
    except ValueError as error:
        raise NotGenuine("Its body is no JSON.") from error


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ValueError("A secret is `whsec_` and base64, as you were given it.") from error
