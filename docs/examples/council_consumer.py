"""A council's consumer of verified claims: at least once from Kafka, once in effect, and it knows what it misses.

It keeps the last sequence of every stream beside the payments themselves, here in one SQLite file, in one transaction.
"""

import asyncio
import json
import sqlite3
import sys

from aiokafka import AIOKafkaConsumer

TABLES = """
create table if not exists stream (subject text primary key, sequence integer not null);
create table if not exists payment (event_id text primary key, claim_number text, payable_pence integer not null);
"""
SIGN = {"ClaimVerified": 1, "VerificationUndone": -1, "ClaimAdjusted": -1}
"""What an event adds to what is paid for a claim, or takes away again."""


async def consume(bootstrap: str, topic: str, database: str) -> None:
    store = sqlite3.connect(database)
    store.executescript(TABLES)
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id="kirklees-council",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    async with consumer:
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


if __name__ == "__main__":
    asyncio.run(consume(*sys.argv[1:4]))
