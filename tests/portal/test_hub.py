"""The hub's work by pages alone: inbox, question, triage, one person or two, placement with its reasons, declines."""

import re
from datetime import date

import pytest
from playwright.async_api import expect

from simulation.path import HUB, Path
from tests.parts.browser import clean
from tests.portal.conftest import TODAY, OpenAs, World

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]


async def referred(world: World, person: Path | None = None) -> Path:
    path = person or world.somebody()
    await path.refer("hub-1", "self", None, ["homelessness"], housed_at_referral=True)
    return path


async def triaged(world: World) -> Path:
    path = await referred(world)
    await path.triage("A door I can lock.", "Keeps appointments", ["homelessness"], "low", "generic", "low")
    return path


def where(world: World, path: Path, step: str = "") -> str:
    return f"{world.portal}/hub/referrals/{path.referral_id}{step}"


async def state_of(world: World, path: Path) -> str:
    return (await path.get(world.seats["hub-1"], f"{HUB}/referrals/{path.referral_id}"))["state"]


@pytest.mark.parametrize("scripts", [True, False])
async def test_somebody_is_triaged_and_placed_with_the_reasons_seen_first(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await referred(world)
    page = await open_as("hub-1", scripts=scripts)
    await page.goto(where(world, path))
    await clean(page)
    await page.get_by_role("link", name="Triage: the standard assessment").click()
    await clean(page)
    labels = await page.locator("label.govuk-label--s, legend").all_inner_texts()
    assert labels[0] == "What do they hope for?"

    await page.get_by_role("button", name="Save the triage").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    summary = page.get_by_role("alert")
    await expect(summary).to_contain_text("What do they hope for?")
    await clean(page)
    await page.get_by_label("What do they hope for?").fill("A door I can lock.\r\nTo see my son.")
    await page.get_by_label("What are they good at").fill("Keeps appointments")
    await page.get_by_role("group", name="How high is the risk?").get_by_label("Low").check()
    await page.get_by_role("group", name="Which expertise").get_by_label("Generic").check()
    await page.get_by_role("group", name="How much support").get_by_label("Low").check()
    await page.get_by_role("button", name="Save the triage").click()
    await expect(page.get_by_text("The triage is saved.")).to_be_visible()
    await expect(page.get_by_text("To see my son.")).to_be_visible()
    assert await state_of(world, path) == "triaged"

    await page.get_by_role("link", name="Place with a provider").click()
    await expect(page.get_by_role("table")).to_contain_text("Community Links has no such specialism: generic")
    await expect(page.get_by_text("Recommended", exact=True)).to_be_visible()
    await clean(page)
    await page.get_by_role("button", name="Place").click()
    await expect(page.get_by_text("The participant is placed.")).to_be_visible()
    await clean(page)
    assert await state_of(world, path) == "allocated"

    await page.get_by_label("Why was it a mistake?").fill("The wrong person.")
    await page.get_by_role("button", name="Take the placement back").click()
    await expect(page.get_by_text("The participant waits again.")).to_be_visible()
    assert await state_of(world, path) == "triaged"


async def test_another_provider_than_the_recommended_needs_a_reason_and_is_told_what_to_do(
    open_as: OpenAs, world: World
) -> None:
    path = await triaged(world)
    page = await open_as("hub-1")
    await page.goto(where(world, path, "/placement"))
    others = page.get_by_role("radio", checked=False)
    await others.first.check()
    await page.get_by_role("button", name="Place").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await clean(page)
    assert await state_of(world, path) == "triaged"

    await page.get_by_label("Why not as recommended?").fill("They know the family.")
    await page.get_by_role("button", name="Place").click()
    await expect(page.get_by_text("They know the family.")).to_be_visible()
    assert await state_of(world, path) == "allocated"


async def test_a_question_is_asked_answered_by_the_agency_and_another_taken_back(open_as: OpenAs, world: World) -> None:
    path = world.somebody()
    await path.refer("referrer.hm-prisons", "custody", None, ["homelessness"])
    hub, prison = await open_as("hub-1"), await open_as("referrer.hm-prisons")
    for note in ("Where do they sleep?", "Who is their officer?"):
        await hub.goto(where(world, path, "/questions"))
        await hub.get_by_role("radio").first.check()
        await hub.get_by_label("What do you want to know?").fill(note)
        await hub.get_by_role("button", name="Send the question").click()
    assert await state_of(world, path) == "awaiting-information"
    await hub.get_by_role("link", name="Take the question back").last.click()
    await clean(hub)
    await hub.get_by_label("Why does it need no answer?").fill("We know it.")
    await hub.get_by_role("button", name="Take it back").click()
    await clean(hub)

    await prison.goto(world.portal)
    await expect(prison.get_by_role("heading", name="The hub asks you")).to_be_visible()
    await prison.get_by_role("link", name=path.referral_id).click()
    await expect(prison.get_by_role("table")).to_contain_text("Where do they sleep?")
    await clean(prison)
    await prison.get_by_label("Your answer").fill("At a friend's.")
    await prison.get_by_role("button", name="Send the answer").click()
    await expect(prison.get_by_text("The answer is sent.")).to_be_visible()
    await expect(prison.get_by_role("table")).to_contain_text("At a friend's.")
    await clean(prison)
    assert await state_of(world, path) == "received"


async def test_one_person_referred_twice_is_recognised_with_both_records_side_by_side(
    open_as: OpenAs, world: World
) -> None:
    first = await referred(world)
    again = world.somebody()
    given = {"given_name": "Robyn", "family_name": first.person.family_name, "date_of_birth": "1990-01-31"}
    answer = await again.post(
        world.seats["hub-1"],
        f"{HUB}/referrals",
        {"source": "self", "agency_id": None, "person": given, "needs": ["homelessness"], "consent_to_share": True},
    )
    assert answer["possible_matches"] == 1
    page = await open_as("hub-1")
    await page.goto(f"{world.portal}/hub/referrals/{answer['id']}")
    await page.get_by_role("link", name="Compare both records").click()
    await expect(page.get_by_role("table")).to_contain_text("Robyn")
    await expect(page.get_by_role("table")).to_contain_text("31 January 1990")
    await clean(page)
    await page.get_by_label("Yes, one person").check()
    await page.get_by_label("How do you know?").fill("They showed a passport.")
    await page.get_by_role("button", name="Decide").click()
    await expect(page.get_by_text("The two records are one person now.")).to_be_visible()
    merged = await first.get(world.seats["hub-1"], f"{HUB}/participants/{first.participant_id}")
    assert answer["participant_id"] in merged["aliases"]


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_decline_is_checked_before_it_is_sent_and_stands_in_the_list(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await referred(world)
    page = await open_as("hub-1", scripts=scripts)
    await page.goto(where(world, path, "/decline"))
    await page.get_by_label("Out of area").check()
    await page.get_by_label("What led to it?").fill("They live in <Leeds> & work there.")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    await expect(page.get_by_text("They live in <Leeds> & work there.")).to_be_visible()
    await clean(page)
    assert await state_of(world, path) == "received"

    await page.get_by_role("button", name="Change the answers").click()
    assert await page.get_by_label("What led to it?").input_value() == "They live in <Leeds> & work there."
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_text("The referral is declined.")).to_be_visible()
    assert await state_of(world, path) == "declined"

    await page.get_by_role("link", name="Declines").click()
    await expect(page.get_by_role("table")).to_contain_text("They live in <Leeds> & work there.")
    await clean(page)


async def test_the_waiting_list_has_its_clocks_and_narrows_to_priorities(open_as: OpenAs, world: World) -> None:
    path = await triaged(world)
    page = await open_as("hub-1", on=date(2019, 9, 20))
    await page.get_by_role("link", name="Waiting list").click()
    row = page.get_by_role("row").filter(has_text=path.person.family_name)
    await expect(row).to_contain_text("17 days")
    await expect(row).to_contain_text("Late")
    await clean(page)
    await page.get_by_role("link", name="Priorities").click()
    await expect(page.get_by_text(path.person.family_name)).to_have_count(0)
    await clean(page)


async def test_support_is_given_once_and_the_referral_is_closed(open_as: OpenAs, world: World) -> None:
    path = await referred(world)
    page = await open_as("hub-2")
    await page.goto(where(world, path, "/support"))
    await page.get_by_label("What did you do?").fill("A food parcel.")
    await page.get_by_role("button", name="Continue").click()
    await page.get_by_role("button", name="Confirm and send").click()
    await expect(page.get_by_text("The support is noted")).to_be_visible()
    assert await state_of(world, path) == "closed"
    assert TODAY.year == 2019


@pytest.mark.parametrize("person", ["caseworker.horton", "referrer.hm-prisons", "council-finance"])
async def test_nobody_else_opens_the_hubs_pages(open_as: OpenAs, world: World, person: str) -> None:
    page = await open_as(person)
    for path in ("/hub/referrals", "/hub/waiting-list", f"/hub/referrals/{world.referred.referral_id}/triage"):
        answer = await page.goto(f"{world.portal}{path}")
        assert answer is not None
        assert answer.status == 403
        await expect(page.get_by_role("heading", name="Your role does not allow this")).to_be_visible()
    await clean(page)
