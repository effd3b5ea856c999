"""The same without Kafka: poll the feed of verified claims and keep the cursor beside the payments."""

import json
import sqlite3
import sys
import time
from pathlib import Path

import httpx

TABLES = """
create table if not exists cursor (one integer primary key check (one = 1), after integer not null, epoch text);
create table if not exists payment (event_id text primary key, claim_number text, payable_pence integer not null);
insert or ignore into cursor values (1, 0, null);
"""
SIGN = {"ClaimVerified": 1, "VerificationUndone": -1, "ClaimAdjusted": -1}
"""What an event adds to what is paid for a claim, or takes away again."""


def read_once(url: str, token: str, store: sqlite3.Connection) -> int:
    """Read one page and keep it with the cursor, in one transaction; 0 when nothing is left to read."""
    after, epoch = store.execute("select after, epoch from cursor").fetchone()
    asked = {"after": after, "limit": 500} | ({"epoch": epoch} if epoch else {})
    answer = httpx.get(f"{url}/v1/events", params=asked, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    if answer.status_code in (429, 503):  # too fast, or away for a moment: it says when to ask again
        time.sleep(int(answer.headers.get("Retry-After", "1")))
        return 1
    if answer.status_code == 409:
        with store:
            store.execute("update cursor set after = 0, epoch = null")
        return 1
    answer.raise_for_status()
    page = answer.json()
    with store:
        for entry in page["items"]:
            if entry["type"] in SIGN and not entry["redacted_at"]:
                claim = json.loads(entry["body"])
                pence = SIGN[entry["type"]] * claim["payable_pence"]
                paid = [entry["event_id"], claim["claim_number"], pence]
                store.execute("insert or ignore into payment values (?, ?, ?)", paid)
        store.execute("update cursor set after = ?, epoch = ?", [page["next_after"], page["epoch"]])
    return len(page["items"])


def open_store(path: str) -> sqlite3.Connection:
    store = sqlite3.connect(path)
    store.executescript(TABLES)
    return store


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit("Say where claims is, a file with a token and a file to keep: feed_consumer.py URL TOKEN_FILE FILE")
    url, who, database = sys.argv[1:]
    try:
        token = Path(who).read_text(encoding="ascii").strip()
        kept = open_store(database)
        while read_once(url, token, kept):
            pass
    except KeyboardInterrupt:
        sys.exit("Ended; what was read is kept.")
    except (OSError, UnicodeDecodeError) as why:
        sys.exit(f"{who} holds no token ({why}): put in it the `access_token` of the issuer's answer.")
    except sqlite3.Error as why:
        sys.exit(f"{database} cannot be kept ({why}): name a file of this example's, or a new one.")
    except httpx.HTTPStatusError as why:
        sys.exit(f"{url} answered {why.response.status_code}: {why.response.text[:300]}")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as why:
        sys.exit(f"{url} has no feed ({why!r}): give the address of claims, such as http://127.0.0.1:8103.")


if __name__ == "__main__":
    main()
