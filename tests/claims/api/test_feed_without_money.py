"""A provider's own system hears what became of its claims and reads no amount, whichever door of the feed it takes."""

from uuid import uuid4

from claims.main import create_app_for
from common.contracts import Event
from common.contracts.claims import ClaimRefused, ClaimVerified
from common.messaging.outbox import announce
from common.messaging.relay import relay_once
from tests.isolation.worlds import Published
from tests.parts.api import FrontDoor, front_door, someone
from tests.parts.postgres import Databases
from tests.parts.shared import ROOT

EXAMPLES = ROOT / "libs/common/src/common/contracts/examples"
SYSTEM = someone("provider-system", organisation="horton", kind="provider")
OPERATOR = someone("operator", organisation="operations", kind="operator")
PARTICIPANT = uuid4()


async def test_the_feed_of_a_providers_system_tells_no_amount(databases: Databases) -> None:
    async with front_door(databases, "claims", create_app_for) as door:
        async with door.worker.begin() as session:
            await announce(session, [an_event(ClaimVerified), an_event(ClaimRefused)])
        while await relay_once(door.worker, Published()):
            pass

        assert await heard(door, SYSTEM) == {"ClaimRefused"}
        assert await heard(door, OPERATOR) == {"ClaimVerified", "ClaimRefused"}


def an_event(contract: type[Event]) -> Event:
    released = (EXAMPLES / f"{contract.__name__}.v{contract.schema_version}.json").read_text()
    ours = {"programme_id": "kbop", "provider_id": "horton", "participant_id": PARTICIPANT}
    return contract.model_validate_json(released).model_copy(update=ours)


async def heard(door: FrontDoor, who: str) -> set[str]:
    """The types of event that both doors of the feed give alike."""
    log = (await door.get("/v1/events", who)).raise_for_status().json()["items"]
    streams = [{"topic": "claims", "subject": f"participant/{PARTICIPANT}", "from": 1}]
    healed = await door.post("/v1/events/missing", who, {"streams": streams})
    types = {item["type"] for item in log}
    assert types == {item["type"] for item in healed.raise_for_status().json()["items"]}
    return types
