"""What every answer says about how to handle it."""

EVERY_ANSWER = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "strict-transport-security": "max-age=63072000",
    "cross-origin-resource-policy": "same-origin",
}
NOTHING_RUNS = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
"""On every answer but the API's own page, which runs its own scripts."""


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """As ASGI sends them."""
    return [(name.encode(), value.encode()) for name, value in headers.items()]
