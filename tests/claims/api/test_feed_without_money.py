"""A provider's own system hears what became of its claims and reads no amount, whichever door of the feed it takes."""

import json
from typing import Any
from uuid import uuid4

from claims.main import create_app_for
from common.contracts import Event
from common.contracts.claims import ClaimRefused, ClaimVerified
from common.messaging.relay import relay_once
from common.streams.outbox import announce
from tests.isolation.worlds import Published
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.postgres import Databases
from tests.parts.shared import ROOT

EXAMPLES = ROOT / "libs/common/src/common/contracts/examples"
SYSTEM = someone("provider-system", organisation="horton", kind="provider")
OPERATOR = someone("operator", organisation="operations", kind="operator")
PARTICIPANT = uuid4()


async def test_the_feed_of_a_providers_system_tells_the_verdict_and_no_amount(databases: Databases) -> None:
    async with front_door(databases, "claims", create_app_for) as door:
        async with door.worker.begin() as session:
            await announce(session, [an_event(ClaimVerified), an_event(ClaimRefused)])
        while await relay_once(door.worker, Published()):
            pass

        ours, whole = await heard(door, SYSTEM), await heard(door, OPERATOR)

    verified, refused = json.loads(ours["ClaimVerified"]["body"]), ours["ClaimRefused"]["body"]
    everything = json.loads(whole["ClaimVerified"]["body"])
    amounts = {"price_pence", "payable_pence", "above_cap_pence"}
    shares = [{"payer": share["payer"]} for share in everything["shares"]]
    assert verified == {name: value for name, value in everything.items() if name not in amounts} | {"shares": shares}
    assert refused == whole["ClaimRefused"]["body"]
    assert [one["ClaimVerified"]["without_amounts"] for one in (ours, whole)] == [True, False]


def an_event(contract: type[Event]) -> Event:
    released = (EXAMPLES / f"{contract.__name__}.v{contract.schema_version}.json").read_text()
    ours = {"programme_id": "kbop", "provider_id": "horton", "participant_id": PARTICIPANT}
    return contract.model_validate_json(released).model_copy(update=ours)


async def heard(door: FrontDoor, who: str) -> dict[str, dict[str, Any]]:
    """By type, what both doors of the feed give alike."""
    log = (await door.get("/v1/events", who)).raise_for_status().json()["items"]
    streams = [{"topic": "claims", "subject": f"participant/{PARTICIPANT}", "from": 1}]
    healed = await door.post("/v1/events/missing", who, {"streams": streams})
    told = {item["type"]: item for item in log}
    again = {item["type"]: item for item in healed.raise_for_status().json()["items"]}
    assert {name: one["body"] for name, one in told.items()} == {name: one["body"] for name, one in again.items()}
    return told
