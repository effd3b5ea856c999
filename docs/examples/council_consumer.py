"""A council's consumer of verified claims: at least once from Kafka, once in effect, and it knows what it misses.

It keeps the last sequence of every stream beside the payments themselves, here in one SQLite file, in one transaction.
"""

import asyncio
import json
import logging
import sqlite3
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

TABLES = """
create table if not exists stream (subject text primary key, sequence integer not null);
create table if not exists payment (event_id text primary key, claim_number text, payable_pence integer not null);
"""
SIGN = {"ClaimVerified": 1, "VerificationUndone": -1, "ClaimAdjusted": -1}
"""What an event adds to what is paid for a claim, or takes away again."""


async def consume(bootstrap: str, topic: str, database: str) -> None:
    store = sqlite3.connect(database)
    store.executescript(TABLES)
    consumer: Any = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id="kirklees-council",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        await consumer.start()
        async for message in consumer:
            about = {name: value.decode() for name, value in message.headers}
            subject, sequence = about["ce_subject"], int(about["ce_sequence"])
            found = store.execute("select sequence from stream where subject = ?", [subject]).fetchone()
            last = found[0] if found else 0
            if sequence > last + 1:
                sys.stderr.write(f"{subject}: {last + 1} to {sequence - 1} never came; read them from the feed\n")
            if sequence > last:
                with store:
                    store.execute("insert or replace into stream values (?, ?)", [subject, sequence])
                    claim = json.loads(message.value)
                    if about["ce_type"] in SIGN and claim:  # a redacted event is empty
                        pence = SIGN[about["ce_type"]] * claim["payable_pence"]
                        paid = [about["ce_id"], claim["claim_number"], pence]
                        store.execute("insert or ignore into payment values (?, ?, ?)", paid)
            await consumer.commit()
    finally:
        await consumer.stop()


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit("Say where Kafka is, the topic and a file to keep: council_consumer.py HOST:PORT public.claims FILE")
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it has to say comes as an error, too
    try:
        asyncio.run(consume(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Ended; what was read is kept.")
    except (KafkaError, ValueError) as why:
        sys.exit(f"Kafka at {sys.argv[1]} cannot be read ({why}): give its HOST:PORT, and begin again.")
    except KeyError as why:
        sys.exit(f"{sys.argv[2]} has other messages than ours (no {why}): read public.claims.")
    except sqlite3.Error as why:
        sys.exit(f"{sys.argv[3]} cannot be kept ({why}): name a file of this example's, or a new one.")


if __name__ == "__main__":
    main()
