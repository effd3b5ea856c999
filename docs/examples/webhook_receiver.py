"""The same without asking: be told of verified claims, believe what is signed, keep the payments (docs/webhooks.md)."""

import os
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from outcomes_client import NotGenuine, verify

TABLE = """
create table if not exists payment (event_id text primary key, claim_number text, payable_pence integer not null)
"""
SIGN = {"ClaimVerified": 1, "VerificationUndone": -1, "ClaimAdjusted": -1}
"""What an event adds to what is paid for a claim, or takes away again."""
MOST_BYTES = 128 * 1024


def keep(store: sqlite3.Connection, event: dict[str, Any]) -> None:
    """Keep what is to be paid, once: the same message may come twice."""
    claim = event["data"]
    if event["type"] in SIGN and claim:  # without data it was redacted
        pence = SIGN[event["type"]] * claim["payable_pence"]
        with store:
            payment = (event["id"], claim["claim_number"], pence)
            store.execute("insert or ignore into payment values (?, ?, ?)", payment)


class Receiver(BaseHTTPRequestHandler):
    """Answers once a message is kept: whatever is not, is sent again."""

    store: sqlite3.Connection
    secrets: list[str]

    def do_POST(self) -> None:
        """Take one message."""
        size = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(size) if size <= MOST_BYTES else b""
        try:
            keep(self.store, verify(body, dict(self.headers), self.secrets))
            self.send_response(204)
        except NotGenuine:
            self.send_response(401)
        self.end_headers()


def main() -> None:
    secrets = os.environ.get("WEBHOOK_SECRETS", "").split()
    if len(sys.argv) != 3 or not sys.argv[1].isdigit() or not secrets:
        sys.exit(
            "Say a port and a file to keep: webhook_receiver.py PORT FILE, and in WEBHOOK_SECRETS the secret that you"
            " were given, or, while you replace it, both."
        )
    try:
        Receiver.store = sqlite3.connect(sys.argv[2])
        Receiver.store.execute(TABLE)
    except sqlite3.Error as why:
        sys.exit(f"{sys.argv[2]} cannot be kept ({why}): name a file of your own in a folder that is there.")
    Receiver.secrets = secrets
    try:
        HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
    except (OSError, OverflowError) as why:
        sys.exit(f"Port {sys.argv[1]} cannot be listened on ({why}): choose another.")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
