"""Reporting lost rows; its read models are made again from the feeds."""

import json

from common.ids import new_id
from common.river import ANNOUNCERS
from tests.console.api.towns import Town, edge_row
from tests.parts.postgres import connect, outside_the_loop
from tests.parts.runbooks import Walk


async def _heard(town: Town) -> int:
    connection = await connect(town.databases["reporting"].admin_dsn)
    found = await connection.fetchval("select count(*) from heard_event")
    await connection.close()
    return found


def test_what_reporting_lost_is_there_again(town: Town, walk: Walk) -> None:
    people = [new_id() for _ in range(3)]
    town.announce(*people)
    town.relay_without_kafka()
    town.all_sweep()
    whole = outside_the_loop(_heard(town))
    town.execute("reporting", "delete from heard_event")

    assert "None." in walk.run("events list")
    reporting = town.databases["reporting"]
    worker = {
        "ENVIRONMENT": "test",
        "DATABASE_URL": reporting.url("worker"),
        "OWNER_DATABASE_URL": reporting.url("owner"),
        "ISSUER_URL": town.issuer,
        "JWKS_URL": f"{town.issuer}/jwks.json",
        "FEEDS": json.dumps({topic: town.urls[service] for topic, service in ANNOUNCERS.items()}),
        "SERVICE_CLIENT_ID": "reporting",
        "SERVICE_CLIENT_SECRET": "reporting-secret",
    }
    compared = walk.fails("reporting.rebuild --compare", **worker)
    assert [f"heard_event: participant/{person}" in compared for person in people] == [True] * 3
    assert "3 differences, 0 streams not compared." in compared
    assert "rebuild.done" in walk.run("python -m reporting.rebuild", **worker)
    assert "0 differences, 0 streams not compared." in walk.run("reporting.rebuild --compare", **worker)

    assert outside_the_loop(_heard(town)) == whole == 9
    assert edge_row(walk.run("reconcile")) == ["3", "9", "9", "0", "0", "0", "0", "0", "0"]
