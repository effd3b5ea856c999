"""Domestic abuse is disclosed on a joint case: what the other provider sees from then on, in every service."""

import pytest

from simulation.outcomes import Paper, achieved
from simulation.path import CASES, CLAIMS, HUB, Path
from simulation.seats import Json, Seat, SeatRefused, Seats
from tests.journeys.parts import refusal, somebody_new
from tests.journeys.test_the_thread import LIFE, SEPTEMBER, begun, placed
from tests.parts.eventually import eventually

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]


async def seen(seat: Seat, path: Path, what: str) -> Json | None:
    try:
        return await path.get(seat, what)
    except SeatRefused as refused:
        if refused.status != 404:
            raise
        return None


async def test_once_it_is_heard_the_other_provider_is_out_but_for_what_the_lead_shares(seats: Seats) -> None:
    path = await begun(await placed(somebody_new(seats, SEPTEMBER)))
    other = "horton" if path.provider_id != "horton" else "foundation"
    partner = seats[f"caseworker.{other}"]
    hidden = await path.note("He waits at the school.")
    shared = await path.note("Ring before you visit.", shareable=True)
    proved = achieved("ACC_PREV", SEPTEMBER, LIFE)
    outcome = await path.evidence(proved, [Paper("tenancy-agreement", SEPTEMBER)])
    claim = f"{CLAIMS}/claims/{(await path.find_claim(outcome['id']))['id']}"
    person, case = f"{HUB}/participants/{path.participant_id}", f"{CASES}/cases/{path.case_id}"
    await path.in_case("joint-work", {"joint_provider_id": other, "from_on": path.clock.today}, "provider-manager")

    assert {note["id"] for note in (await path.get(partner, f"{case}/notes"))["items"]} >= {hidden, shared}
    assert await eventually(lambda: seen(partner, path, claim))
    assert (await eventually(lambda: seen(partner, path, person)))["restricted"] is False

    await path.in_case("restriction", {}, "provider-manager")

    assert [note["id"] for note in (await path.get(partner, f"{case}/notes"))["items"]] == [shared]
    assert (await refusal(partner, f"{CASES}/outcomes/{outcome['id']}", path.clock.now)).status == 404

    async def claims_have_heard() -> bool:
        return await seen(partner, path, claim) is None

    async def the_hub_has_heard() -> bool:
        return ((await seen(partner, path, person)) or {})["restricted"]

    assert await eventually(claims_have_heard)
    assert await eventually(the_hub_has_heard)
    assert await seen(path.seat_at_provider("caseworker"), path, claim)
