"""Somebody asks, is refused, and asks of a service one of whose tables is gone."""

import httpx

from common.ids import new_id
from tests.console.api.towns import Town
from tests.parts.runbooks import Walk


def test_who_asks_who_is_refused_and_what_breaks_can_be_read(town: Town, walk: Walk) -> None:
    claims = town.urls["claims"]
    assert httpx.get(f"{claims}/v1/claims").status_code == 401

    told = walk.run("grep '^outcomes_request'\n".strip(), SERVICE=claims)
    assert 'outcomes_requests_total{method="none",organisation="nobody",route="none",status="401"}' in told
    assert 'route="/metrics"' not in told

    # 2. What breaks is told by its route and its status.
    town.execute("claims", "alter table rate_card_change rename to gone")
    town.outcomes("rate-card", "list")
    broken = walk.run('status="5', SERVICE=claims).splitlines()
    assert [line for line in broken if 'route="/v1/rate-card-changes"' in line and 'method="GET"' in line]

    # 4. What was asked for about people is in the audit.
    assert walk.run("who-saw", PARTICIPANT=new_id()) == "Nobody.\n"
