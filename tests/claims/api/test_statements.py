"""How many statements a request takes: round trips are most of its time (ADR 0033)."""

from tests.claims.parts import PRIME, VERIFIER, evidenced, raised, shown, step
from tests.parts.api import FrontDoor
from tests.parts.statements import statements

MOST = 5


async def test_what_is_done_most_takes_few_round_trips(door: FrontDoor) -> None:
    """Opened, held, judged and saved; two moves are two changes, and the contract is held besides."""
    [claim_id] = await raised(door, evidenced())
    await shown(door, claim_id)  # whether the programme is a sandbox is asked now and then
    counts = dict[str, int]()
    for name, who in (("approval", PRIME), ("verification", VERIFIER)):
        with statements() as sent:
            await step(door, claim_id, name, who, {})
        counts[name] = len(sent)
    with statements() as sent:
        assert (await door.get(f"/v1/claims/{claim_id}/explain", PRIME)).status_code == 200
    counts["explain"] = len(sent)

    assert {name: count for name, count in counts.items() if count > MOST} == {}
