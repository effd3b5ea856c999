"""The golden thread, from referral to the tracker's row, through the public APIs of a running town."""

import os
import signal
from datetime import date
from pathlib import Path as Folder

import psutil
import pytest

from common.town import Addresses
from embedded import town
from simulation.outcomes import CASE_NOTE, SELF_CERTIFICATION, AchievedOutcome, LifeCircumstances, Paper, achieved
from simulation.path import CASES, CLAIMS, HUB, Path, failing
from simulation.seats import Json, Seats, seated
from simulation.walk import tracker
from tests.journeys.parts import all_is_heard, kbop_is_loaded, refusal, somebody_new
from tests.parts.eventually import eventually

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("town")]

SEPTEMBER = date(2019, 9, 3)
LIFE = LifeCircumstances(("homelessness",), "generic", homeless=False, housed=True, started_on=SEPTEMBER)
ROW = "prevention-or-relief"


def row_of(found: Json, row: str) -> Json:
    return next(one for one in found["rows"] if one["row"] == row)


async def placed(path: Path, specialism: str = "generic", need: str = "homelessness") -> Path:
    """Referred, triaged and allocated, as the hub's rules recommend."""
    await path.refer("hub-1", "self", None, [need], housed_at_referral=True)
    await path.triage("A door I can lock.", "Keeps appointments", [need], "low", specialism, "low")
    await path.allocate()
    return path


async def begun(path: Path) -> Path:
    """With a case that has started, and a plan."""
    await path.find_case()
    await path.start()
    await path.agree_plan("support", "A door I can lock.")
    return path


async def approved(path: Path, one: AchievedOutcome) -> Json:
    outcome = await path.evidence(one, one.evidence)
    claim = await path.find_claim(outcome["id"])
    return await path.decide("prime-manager", claim["id"], "approval")


@pytest.mark.row("S-30")
async def test_a_corrected_outcome_becomes_a_verified_claim_a_statement_line_and_a_tracker_row(
    seats: Seats, addresses: Addresses
) -> None:
    await a_corrected_outcome_is_verified_and_counted(seats, addresses)


async def a_corrected_outcome_is_verified_and_counted(seats: Seats, addresses: Addresses) -> Json:
    """The whole thread in any town, from referral to the tracker's row; answers the claim as verified."""
    before = row_of(await tracker(seats), ROW)
    path = await placed(somebody_new(seats, SEPTEMBER))
    explanation = await path.get(seats["hub-1"], f"{HUB}/allocations/{path.allocation_id}")

    assert explanation["chosen"] == path.provider_id
    assert len(explanation["candidates"]) == 9
    assert all(one["fits"] or one["reasons"] for one in explanation["candidates"])

    await begun(path)
    prevented = achieved("ACC_PREV", SEPTEMBER, LIFE)
    outcome = await path.evidence(prevented, prevented.evidence, "caseworker")
    claim = await path.find_claim(outcome["id"])

    assert (claim["state"], claim["ready"], failing(claim)) == ("raised", True, [])

    await path.decide("prime-manager", claim["id"], "approval")
    letter = path.papers[prevented.evidence[0]]
    asked = {"code": "wrong-document", "item_id": letter, "remedy": "Send the letter for this address."}
    await path.decide("council-verifier-1", claim["id"], "query", {"requests": [asked]})
    right = Paper("landlord-no-eviction", SEPTEMBER, copy=2)
    revised = await path.correct(outcome["id"], [right], role="caseworker")
    same = await path.find_claim(outcome["id"], revised["revision"])

    assert (revised["revision"], same["id"], same["number"]) == (2, claim["id"], claim["number"])
    assert [request["answered_by_revision"] for request in same["requests"]] == [2]

    await path.decide("prime-manager", claim["id"], "approval")
    verified = await path.decide("council-verifier-2", claim["id"], "verification")
    value = await path.get(seats["prime-finance"], f"{CLAIMS}/claims/{claim['id']}/value")

    assert verified["state"] == "verified"
    assert value["shares"] == [{"payer": "kirklees-council", "pence": 52_500}, {"payer": "lcf", "pence": 22_500}]

    async def row_has_moved() -> Json | None:
        row = row_of(await tracker(seats), ROW)
        return row if row["actuals_to_date"] == before["actuals_to_date"] + 1 else None

    assert await eventually(row_has_moved)
    found = await eventually(lambda: all_is_heard(addresses))
    assert all(tally.sound for tally in found.values())
    return verified


@pytest.mark.row("S-62")
async def test_a_self_certification_alone_is_refused_with_its_remedy_and_the_same_claim_goes_on(seats: Seats) -> None:
    path = await begun(await placed(somebody_new(seats, SEPTEMBER)))
    word = Paper(SELF_CERTIFICATION, SEPTEMBER)
    course = AchievedOutcome("EDU_ENTRY", SEPTEMBER, (word, Paper(CASE_NOTE, SEPTEMBER)), {"sessions_attended": 2})
    outcome = await path.evidence(course, [word])
    claim = await path.find_claim(outcome["id"])
    refused = await refusal(
        seats["prime-manager"], f"{CLAIMS}/claims/{claim['id']}/approval", path.clock.now, {"submit": True}
    )

    assert refused.status == 422
    assert [one["code"] for one in refused.refusals] == ["self_certification_alone"]
    assert "case note" in refused.refusals[0]["remedy"]

    revised = await path.correct(outcome["id"], course.evidence)
    same = await path.find_claim(outcome["id"], revised["revision"])

    assert (same["id"], failing(same)) == (claim["id"], [])


@pytest.mark.row("S-01")
async def test_nobody_but_the_allocated_provider_sees_a_case_and_no_provider_the_waiting_list(seats: Seats) -> None:
    path = await placed(somebody_new(seats, SEPTEMBER), "domestic-abuse", "domestic-abuse")
    await path.find_case()
    case = f"{CASES}/cases/{path.case_id}"

    assert path.provider_id == "pdap"
    assert (await path.get(seats["caseworker.pdap"], case))["restricted"]
    assert (await refusal(seats["caseworker.horton"], case, path.clock.now)).status == 404
    for role in ("caseworker", "provider-manager", "provider-system"):
        assert (await refusal(seats[f"{role}.pdap"], f"{HUB}/waiting-list", path.clock.now)).status == 403


@pytest.mark.row("S-75")
@pytest.mark.row("S-76")
async def test_whoever_recorded_does_not_approve_and_whoever_approved_does_not_verify(seats: Seats) -> None:
    path = await begun(await placed(somebody_new(seats, SEPTEMBER)))
    claim = await approved(path, achieved("ACC_PREV", SEPTEMBER, LIFE))
    verification = f"{CLAIMS}/claims/{claim['id']}/verification"

    for other in ("prime-manager", f"caseworker.{path.provider_id}", "council-oversight"):
        assert (await refusal(seats[other], verification, path.clock.now, {})).status == 403


async def test_an_interrupted_town_loses_nothing(quick_folder: Folder) -> None:
    """The interruption comes before anyone can have heard; the next start makes good."""
    with town.running(quick_folder) as addresses:
        async with seated(addresses.issuer, addresses.services) as seats:
            await kbop_is_loaded(addresses)
            path = await begun(await placed(somebody_new(seats, SEPTEMBER)))
            outcome = await path.evidence(
                achieved("ACC_PREV", SEPTEMBER, LIFE), [Paper("tenancy-agreement", SEPTEMBER)]
            )
        interrupt_the_town()

    with town.running(quick_folder) as addresses:
        async with seated(addresses.issuer, addresses.services) as seats:
            path.seats = seats
            claim = await path.find_claim(outcome["id"])
            case = await path.get(seats[f"caseworker.{path.provider_id}"], f"{CASES}/cases/{path.case_id}")
            found = await eventually(lambda: all_is_heard(addresses))

    assert (claim["state"], claim["ready"]) == ("raised", True)
    assert [one["id"] for one in case["outcomes"]] == [outcome["id"]]
    assert all(tally.sound and tally.parked == 0 for tally in found.values())


def interrupt_the_town() -> None:
    """Ctrl-C, and wait until it has ended."""
    children = psutil.Process(os.getpid()).children()
    ours = max((one for one in children if "embedded.town" in one.cmdline()), key=lambda one: one.create_time())
    ours.send_signal(signal.SIGINT)
    psutil.wait_procs([ours], timeout=60)
