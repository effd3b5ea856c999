"""Prime and council accept what a loaded folder proposes, each from their own seat."""

from datetime import datetime

from tests.parts.api import SIMULATED_AT, FrontDoor, someone

CHANGES = "/v1/rate-card-changes"
COUNCIL = "kirklees-council"


def signatories(programme: str = "kbop") -> tuple[str, str]:
    """Tokens of who accepts for the prime, and of who does for the council."""
    return (
        someone("prime-manager", programme=programme),
        someone("council-oversight", organisation=COUNCIL, kind="council", programme=programme),
    )


async def accept_cards(door: FrontDoor, programme: str = "kbop", *, at: datetime = SIMULATED_AT) -> None:
    """Both accept every version that is proposed."""
    prime, council = signatories(programme)
    waiting = (await door.get(CHANGES, prime, at=at, state="proposed", limit=200)).json()["items"]
    for change in waiting:
        for who in (prime, council):
            answer = await door.post(f"{CHANGES}/{change['id']}/acceptance", who, at=at)
            assert answer.status_code == 200, answer.text
