"""A claim by pages alone: the prime approves or returns it; the council asks, verifies or refuses; then the next."""

import re
from datetime import date, datetime, time

import pytest
from playwright.async_api import Page, expect

from common.clock import LONDON
from simulation.outcomes import SELF_CERTIFICATION, Paper, achieved
from simulation.path import CLAIMS
from simulation.seats import Json
from tests.journeys.test_the_thread import LIFE, approved, begun, placed
from tests.parts.browser import clean
from tests.portal.conftest import TODAY, OpenAs, World

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

LATER = date(2019, 9, 20)


async def submitted(world: World) -> Json:
    """A claim of somebody new that the council is to decide about."""
    path = await begun(await placed(world.somebody()))
    return await approved(path, achieved("ACC_PREV", TODAY, LIFE))


async def raised(world: World, *papers: Paper) -> Json:
    """A claim of somebody new that the prime is to decide about."""
    path = await begun(await placed(world.somebody()))
    prevented = achieved("ACC_PREV", TODAY, LIFE)
    outcome = await path.evidence(prevented, papers or prevented.evidence)
    return await path.find_claim(outcome["id"])


async def claim_now(world: World, claim: Json) -> Json:
    seat = world.seats["prime-manager"]
    return await seat.get(f"{CLAIMS}/claims/{claim['id']}", datetime.combine(LATER, time(12), LONDON))


def where(world: World, claim: Json, step: str = "") -> str:
    return f"{world.portal}/claims/{claim['id']}{step}"


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_verifier_opens_the_evidence_verifies_and_is_led_to_the_next_claim(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    claim, other = await submitted(world), await submitted(world)
    page = await open_as("council-verifier-1", scripts=scripts, on=LATER)
    queue = page.get_by_role("region", name="Claims to verify")
    await expect(queue).to_contain_text("Since 3 September 2019")
    await clean(page)
    await page.get_by_role("link", name="Claims", exact=True).click()
    await expect(page.get_by_role("link", name=claim["number"])).to_be_visible()
    await clean(page)
    await page.get_by_role("link", name=claim["number"]).click()
    await expect(page.get_by_role("region", name="Rules")).to_contain_text("Every piece of evidence")
    await clean(page)

    async with page.expect_download() as download:
        await page.get_by_role("region", name="Evidence").get_by_role("link").first.click()
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF")

    await page.get_by_role("button", name="Verify and go to the next claim").click()
    await expect(page.get_by_role("alert")).to_contain_text(f"{claim['number']} is verified.")
    assert re.search(r"/claims/[0-9a-f-]{36}$", page.url)
    assert claim["id"] not in page.url
    await clean(page)
    assert (await claim_now(world, claim))["state"] == "verified"
    assert (await claim_now(world, other))["state"] == "submitted"


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_verifier_asks_item_by_item_in_the_reasons_of_the_programme(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    claim = await submitted(world)
    page = await open_as("council-verifier-1", scripts=scripts, on=LATER)
    await page.goto(where(world, claim))
    await page.get_by_role("link", name="Ask about the evidence").click()
    await clean(page)
    send = page.get_by_role("button", name="Send and go to the next claim")
    await send.click()
    await expect(page.get_by_role("alert")).to_contain_text("choose a reason for at least one item")
    await clean(page)

    codes, remedies = page.get_by_label("What is wrong with"), page.get_by_label("What would satisfy")
    assert await codes.count() == len((await claim_now(world, claim))["items"]) + 1
    await codes.first.select_option("The document cannot be read")
    await codes.last.select_option("It needs to be explained")
    await remedies.last.fill("Say who the landlord is.")
    for part, value in (("day", "1"), ("month", "9"), ("year", "2019")):
        await page.fill(f"#due_on-{part}", value)
    await send.click()
    await expect(page.get_by_role("alert")).to_contain_text("A request is due before it is made.")
    assert await remedies.last.input_value() == "Say who the landlord is."
    await clean(page)

    await page.fill("#due_on-month", "October")
    await send.click()
    await expect(page.get_by_role("alert")).to_contain_text(f"What you asked about {claim['number']} is sent.")
    requests = (await claim_now(world, claim))["requests"]
    item = (await claim_now(world, claim))["items"][0]["id"]
    assert {(one["due_on"], one["who_acts"]) for one in requests} == {("2019-10-01", "provider")}
    assert {(one["code"], one["item_id"], one["remedy"]) for one in requests} == {
        ("unreadable", item, "Send a copy in which every line can be read."),
        ("unclear", None, "Say who the landlord is."),
    }
    await page.goto(where(world, claim))
    await expect(page.get_by_role("region", name="What was asked")).to_contain_text("Say who the landlord is.")
    await clean(page)


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_verifier_refuses_with_every_reason_after_checking_the_answers(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    claim = await submitted(world)
    page = await open_as("council-verifier-1", scripts=scripts, on=LATER)
    await page.goto(where(world, claim))
    await page.get_by_role("link", name="Refuse the claim").click()
    await clean(page)
    await page.get_by_role("button", name="Go on").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    await clean(page)
    await page.get_by_label("Reason 1", exact=True).select_option("It is about somebody else")
    await page.get_by_label("Reason 1: why").fill("The letter names another household.")
    await page.get_by_label("Reason 2", exact=False).first.select_option("A signature is missing")
    await page.get_by_label("Reason 2: why").fill("Nobody signed it.")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("It is about somebody else")
    await clean(page)
    await page.get_by_role("button", name="Change the answers").click()
    assert await page.get_by_label("Reason 1: why").input_value() == "The letter names another household."
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_role("alert")).to_contain_text(f"{claim['number']} is refused.")

    act = (await claim_now(world, claim))["history"][-1]
    assert (act["state"], [one["code"] for one in act["detail"]["refusals"]]) == (
        "refused",
        ["wrong-person", "unsigned"],
    )


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_prime_approves_by_the_checklist_and_sends_back_what_is_not_in_order(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    claim, other = await raised(world), await raised(world)
    page = await open_as("prime-manager", scripts=scripts, on=LATER)
    await expect(page.get_by_role("region", name="Claims to approve")).to_contain_text("Since 3 September 2019")
    await clean(page)
    await page.goto(where(world, claim))
    await clean(page)
    await page.get_by_role("button", name="Approve and go to the next claim").click()
    await expect(page.get_by_role("alert")).to_contain_text(f"{claim['number']} is approved.")
    assert (await claim_now(world, claim))["state"] == "submitted"

    await page.goto(where(world, other))
    await page.get_by_role("link", name="Send back to the provider").click()
    await clean(page)
    await page.get_by_label("What is wrong with").first.select_option("A signature is missing")
    await page.get_by_role("button", name="Send back and go to the next claim").click()
    await expect(page.get_by_role("alert")).to_contain_text(f"{other['number']} is sent back")
    assert (await claim_now(world, other))["state"] == "returned"


async def test_what_stands_against_a_claim_is_told_where_it_is_approved(open_as: OpenAs, world: World) -> None:
    claim = await raised(world, Paper(SELF_CERTIFICATION, TODAY))
    page = await open_as("prime-manager", on=LATER)
    await page.goto(where(world, claim))
    await expect(page.get_by_role("region", name="Rules")).to_contain_text("Not met")
    await clean(page)
    await page.get_by_role("button", name="Approve and go to the next claim").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    await clean(page)
    assert (await claim_now(world, claim))["state"] == "raised"


async def test_two_verifiers_decide_once_and_a_stranger_sees_no_claim(open_as: OpenAs, world: World) -> None:
    claim = await submitted(world)
    first, second = await open_as("council-verifier-1", on=LATER), await open_as("council-verifier-2", on=LATER)
    for page in (first, second):
        await page.goto(where(world, claim))
    await first.get_by_role("button", name="Verify and go to the next claim").click()
    await expect(first.get_by_role("alert")).to_contain_text("is verified.")
    await second.get_by_role("button", name="Verify and go to the next claim").click()
    await expect(second.get_by_role("alert")).to_contain_text("Somebody changed this since you opened the page.")
    await clean(second)

    stranger = await open_as("caseworker.pdap", on=LATER)
    answer = await stranger.goto(where(world, claim))
    assert answer is not None
    assert answer.status == 404
    await stranger.goto(where(world, claim, "/verification"))
    await expect(stranger.get_by_role("heading", level=1)).to_have_text("Your role does not allow this")


async def answered(page: Page, button: str, notice: str) -> None:
    """Send a form that shows its answers once more, and read what came of it."""
    await page.get_by_role("button", name=button).click()
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_role("alert")).to_contain_text(notice)


@pytest.mark.parametrize("scripts", [True, False])
async def test_what_was_decided_by_mistake_is_put_right_by_those_who_may(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    claim = await submitted(world)
    number = claim["number"]
    first, second = [await open_as(f"council-verifier-{one}", scripts=scripts, on=LATER) for one in (1, 2)]
    await first.goto(where(world, claim))
    await first.get_by_role("link", name="Agree to an exception").click()
    await first.get_by_role("button", name="Go on").click()
    await expect(first).to_have_title(re.compile("^Error: "))
    await clean(first)
    await first.get_by_label("It was a crisis").check()
    await answered(first, "Go on", f"Your agreement on {number} is kept.")
    await first.get_by_role("link", name="Record what a source answered").click()
    await clean(first)
    await first.get_by_label("What was asked?").select_option(index=1)
    await first.get_by_label("It gave no answer").check()
    await answered(first, "Go on", f"The answer about {number} is kept.")
    await expect(first.get_by_role("region", name="What sources answered")).to_contain_text("It gave no answer")
    await clean(first)
    found = await claim_now(world, claim)
    assert (found["agreements"], [one["result"] for one in found["answers"]]) == (["crisis"], ["unavailable"])

    await first.get_by_role("button", name="Verify and go to the next claim").click()
    for page in (first, second):
        await page.goto(where(world, claim))
        await page.get_by_role("link", name="Undo the council").click()
        await clean(page)
        await page.get_by_role("radio").first.check()
        await page.get_by_label("Why, in a sentence").fill("The letter is about another house.")
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_role("button", name="Confirm and send").click()
    await expect(first.get_by_role("alert")).to_contain_text("A different person must take this step")
    await clean(first)
    await expect(second.get_by_role("alert")).to_contain_text(f"The decision on {number} is undone.")
    assert (await claim_now(world, claim))["state"] == "submitted"
    assert await second.get_by_role("link", name="Reopen the claim").count() == 0

    prime = await open_as("prime-manager", scripts=scripts, on=LATER)
    await prime.goto(where(world, claim))
    await prime.get_by_role("link", name="Reopen the claim").click()
    await clean(prime)
    await prime.get_by_role("radio").first.check()
    await prime.get_by_label("Why, in a sentence").fill("It was approved too early.")
    await answered(prime, "Go on", f"{number} is open again.")
    assert (await claim_now(world, claim))["state"] == "raised"
    await prime.get_by_role("link", name="Withdraw the claim").click()
    await clean(prime)
    await prime.get_by_role("radio").first.check()
    await answered(prime, "Go on", f"{number} is withdrawn.")
    await clean(prime)
    assert (await claim_now(world, claim))["state"] == "withdrawn"
