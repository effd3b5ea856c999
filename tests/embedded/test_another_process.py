"""A process without a database is one entry of the river: the town opens it beside the services."""

import json
import os
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from common.river import SERVICES, WITH_DATABASE
from common.town import Addresses, announcement_in
from embedded.bound import start
from embedded.town import announced
from tests.parts.postgres import connect

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]

TOWN = """
import sys
from pathlib import Path

from common.river import SERVICES, Service
from embedded.town import plan, run

pages = Service(name="pages", port=6, database=False)
run(plan(Path(sys.argv[1]), 0, simulation=False, services={**SERVICES, pages.name: pages}))
"""
PAGES = """
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(os.environ)).encode())


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Pages).serve_forever()
"""
"""It answers with what it was told."""


@pytest.fixture
def here(tmp_path: Path) -> Generator[Addresses]:
    """A town with one more."""
    package = tmp_path / "pages"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "main.py").write_text(PAGES)
    data = tmp_path / "data"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    with start([sys.executable, "-c", TOWN, str(data)], environment=environment) as process:
        yield announced(announcement_in(data), process)
        process.terminate()


async def test_it_is_opened_beside_the_services_and_told_of_no_database(here: Addresses) -> None:
    async with httpx.AsyncClient() as client:
        told = (await client.get(here.services["pages"])).json()
        claims = await client.get(f"{here.services['claims']}/health/ready")
    server = await connect(here.postgres)
    databases = {row["datname"] for row in await server.fetch("select datname from pg_database")}
    await server.close()

    assert set(here.services) == {*SERVICES, "pages"}
    assert claims.is_success
    assert told["ISSUER_URL"] == here.issuer
    assert json.loads(told["SERVICES"]) == {name: here.services[name] for name in WITH_DATABASE}
    assert not {"DATABASE_URL", "KAFKA_BOOTSTRAP", "SERVICE_CLIENT_SECRET"} & told.keys()
    assert "pages" not in databases
