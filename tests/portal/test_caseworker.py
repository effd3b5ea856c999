"""A caseworker's work by pages alone: from the first contact to a claim, its correction, and the wish to close."""

import re
from datetime import date, timedelta

import pytest
from playwright.async_api import FilePayload, Page, expect

from simulation.outcomes import Paper
from simulation.papers import paper
from simulation.path import CASES, Path
from tests.parts.browser import clean
from tests.portal.conftest import TODAY, OpenAs, World

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

LETTER = "landlord-no-eviction"


async def placed(world: World) -> Path:
    path = world.somebody()
    await path.refer("hub-1", "self", None, ["homelessness"], housed_at_referral=True)
    await path.triage("A door I can lock.", "Keeps appointments", ["homelessness"], "low", "generic", "low")
    await path.allocate()
    await path.find_case()
    return path


async def begun(world: World) -> Path:
    path = await placed(world)
    await path.start()
    await path.agree_plan("support", "A door I can lock.")
    return path


def where(world: World, path: Path, step: str = "") -> str:
    return f"{world.portal}/cases/{path.case_id}{step}"


async def answer_day(page: Page, name: str, on: date) -> None:
    for part, value in (("day", on.day), ("month", on.month), ("year", on.year)):
        await page.fill(f"#{name}-{part}", str(value))


async def send(page: Page, button: str, notice: str) -> None:
    await page.get_by_role("button", name=button).click()
    await expect(page.get_by_text(notice)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_case_goes_from_first_contact_to_the_wish_to_close(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await placed(world)
    page = await open_as(f"caseworker.{path.provider_id}", scripts=scripts, on=TODAY + timedelta(days=2))
    await expect(page.get_by_role("heading", name="Cases to start")).to_be_visible()
    await page.goto(f"{world.portal}/cases?show=to-start")
    await clean(page)
    await page.get_by_role("link", name=f"Robin {path.person.family_name}").click()
    await expect(page.get_by_text("No plan is agreed yet.")).to_be_visible()
    await clean(page)

    await page.get_by_role("link", name="Start the case").click()
    await clean(page)
    await answer_day(page, "started_on", TODAY)
    await send(page, "Start the case", "The case has started.")

    await page.get_by_role("button", name="Save the note").click()
    await expect(page.get_by_role("alert")).to_contain_text("Write a note")
    await clean(page)
    await page.get_by_label("Write a note").fill("Met at the library.\nBrought the letter.")
    await page.get_by_label("How were you in touch?").select_option("in-person")
    await send(page, "Save the note", "The note is saved.")
    await expect(page.get_by_text("Brought the letter.")).to_be_visible()

    await page.get_by_role("link", name="Agree a plan").click()
    await clean(page)
    await page.get_by_role("button", name="Save the plan").click()
    await expect(page).to_have_title(re.compile("^Error: "))
    await clean(page)
    await page.get_by_label("Support plan").check()
    await page.get_by_label("What do they want to reach?").fill("A door I can lock.\nTo see my son.")
    await page.get_by_role("group", name="Did they agree").get_by_label("Yes").check()
    await send(page, "Save the plan", "The plan is saved.")
    await expect(page.get_by_text("To see my son.")).to_be_visible()

    for on, score in ((TODAY, "20"), (TODAY + timedelta(days=1), "45")):
        await page.get_by_role("link", name="Record an assessment").click()
        await clean(page)
        await page.get_by_label("Homelessness Star").check()
        await page.get_by_label("What was the score?").fill(score)
        await answer_day(page, "assessed_on", on)
        await send(page, "Save the assessment", "The assessment is saved.")
    await expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("from 20 to 45"))
    await expect(page.get_by_text("Better by 25")).to_be_visible()

    await page.get_by_role("link", name="Add a document").click()
    await clean(page)
    file: FilePayload = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": paper(LETTER, "Copy 1", TODAY)}
    await page.get_by_label("Choose the file").set_input_files(file)
    await page.get_by_label("What is it?").select_option(LETTER)
    await send(page, "Add the document", "The document is in the case.")
    await clean(page)

    await page.get_by_role("link", name="Ask to close the case").click()
    await page.get_by_role("radio").first.check()
    await page.get_by_role("group", name="Do they want it closed?").get_by_label("Yes").check()
    await page.get_by_role("button", name="Continue").click()
    await clean(page)
    await send(page, "Confirm and send", "You have asked for the case to be closed.")
    await clean(page)

    case = await path.get(path.seat_at_provider("caseworker"), f"{CASES}/cases/{path.case_id}")
    assert case["state"] == "closure-requested"
    assert [goal["own_words"] for goal in case["plans"][0]["goals"]] == ["A door I can lock.", "To see my son."]


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_outcome_is_looked_at_before_it_is_recorded_and_put_right_after(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await begun(world)
    await path.upload(Paper(LETTER, TODAY))
    page = await open_as(f"caseworker.{path.provider_id}", scripts=scripts, on=TODAY + timedelta(days=1))
    await page.goto(where(world, path))
    await page.get_by_role("link", name="Record an outcome").click()
    await clean(page)
    await page.locator('input[value="ACC_PREV"]').check()
    await page.get_by_role("button", name="Continue").click()
    await clean(page)

    await page.get_by_role("button", name="Check before you record it").click()
    await expect(page.get_by_role("alert")).to_contain_text("When was it reached?")
    await clean(page)
    await answer_day(page, "achieved_on", TODAY)
    await page.get_by_label("Eviction threat").check()
    await page.get_by_role("button", name="Check before you record it").click()
    await expect(page.get_by_text("This cannot be claimed as it is.")).to_be_visible()
    await expect(page.get_by_text("What to do:").first).to_be_visible()
    await clean(page)

    await page.get_by_role("group", name="What shows it?").get_by_role("checkbox").first.check()
    await page.get_by_role("button", name="Check before you record it").click()
    await expect(page.get_by_text("This can be claimed as it is.")).to_be_visible()
    await clean(page)
    await send(page, "Record the outcome", "The outcome is recorded.")

    case = await path.get(path.seat_at_provider("caseworker"), f"{CASES}/cases/{path.case_id}")
    outcome = case["outcomes"][0]
    claim = await path.find_claim(outcome["id"])
    assert (outcome["state"], claim["ready"]) == ("evidenced", True)

    asked = {"code": "wrong-document", "item_id": path.papers[Paper(LETTER, TODAY)], "remedy": "Send a clear copy."}
    await path.decide("prime-manager", claim["id"], "return", {"requests": [asked]})
    await path.upload(Paper(LETTER, TODAY, copy=2))
    await page.goto(f"{world.portal}/sent-back")
    await clean(page)
    await page.get_by_role("link", name=claim["number"]).click()
    await expect(page.get_by_text("Send a clear copy.")).to_be_visible()
    await clean(page)
    await page.get_by_role("link", name="Correct the outcome").click()
    await clean(page)
    for box in await page.get_by_role("group", name="What shows it?").get_by_role("checkbox").all():
        await box.check()
    await send(page, "Save the correction", "The correction is saved.")
    assert (await path.find_claim(outcome["id"], 2))["number"] == claim["number"]

    await page.get_by_role("link", name="Take the outcome back").click()
    await page.get_by_role("radio").first.check()
    await page.get_by_role("button", name="Continue").click()
    await clean(page)
    await send(page, "Confirm and send", "The outcome is taken back.")
    await clean(page)


async def test_what_another_provider_works_on_is_not_there(open_as: OpenAs, world: World) -> None:
    path = await begun(world)
    other = "horton" if path.provider_id != "horton" else "connect"
    page = await open_as(f"caseworker.{other}")
    await page.goto(where(world, path))
    await expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


async def test_the_hub_records_nothing_in_a_case(open_as: OpenAs, world: World) -> None:
    path = await begun(world)
    page = await open_as("hub-1")
    await page.goto(where(world, path, "/plan"))
    await expect(page.get_by_role("heading", name="Your role does not allow this")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
async def test_what_was_recorded_by_mistake_is_put_right_and_the_case_goes_on_with_another(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    path = await begun(world)
    await path.assess("homelessness-star", 20)
    await path.note("Met at the libary.")
    page = await open_as(f"caseworker.{path.provider_id}", scripts=scripts, on=TODAY + timedelta(days=2))
    await page.goto(where(world, path))
    await clean(page)

    await page.get_by_role("link", name="Correct this note").click()
    await clean(page)
    await page.get_by_label("Write a note").fill("Met at the library.")
    await send(page, "Save the correction", "The correction is saved.")
    await expect(page.get_by_text("This puts an earlier note right.")).to_be_visible()

    await page.get_by_role("link", name="Correct the plan").click()
    await page.get_by_role("button", name="Save the correction").click()
    await expect(page.get_by_role("alert")).to_contain_text("What was wrong")
    await clean(page)
    await page.get_by_label("What was wrong").fill("It was agreed a day later.")
    await answer_day(page, "agreed_on", TODAY + timedelta(days=1))
    await send(page, "Save the correction", "The plan is corrected.")
    await page.get_by_role("link", name="Correct A door I can lock.").click()
    await clean(page)
    await page.get_by_label("They reached it").check()
    await page.get_by_label("Why do you change it?").fill("They have moved in.")
    await send(page, "Save the correction", "The goal is corrected.")
    await page.get_by_role("link", name="Correct 3 September 2019").click()
    await clean(page)
    await page.get_by_label("What was the score?").fill("21")
    await page.get_by_label("What was wrong").fill("A line was not counted.")
    await send(page, "Save the correction", "The assessment is corrected.")
    await page.get_by_role("link", name="Correct the start").click()
    await clean(page)
    await answer_day(page, "started_on", TODAY - timedelta(days=30))
    await page.get_by_label("What was wrong").fill("A slip.")
    await page.get_by_role("button", name="Save the correction").click()
    await expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    await clean(page)

    await page.goto(where(world, path))
    await page.get_by_role("link", name="Change the phase").click()
    await clean(page)
    await page.get_by_label("Light-touch support").check()
    await send(page, "Save the change", "The case is in its other phase.")
    await page.get_by_role("link", name="Hand the case over").click()
    await clean(page)
    await page.get_by_label("Who takes it over?").fill(f"provider-manager.{path.provider_id}")
    await send(page, "Hand it over", "The case is handed over.")
    await page.get_by_role("link", name="Ask the fund for money").click()
    await clean(page)
    await page.get_by_label("Landlord bond").check()
    await page.get_by_label("Which outcome does it help").select_option(index=1)
    await page.get_by_label("How much is it?").fill("£1,250.00")
    await page.get_by_role("button", name="Continue").click()
    await send(page, "Confirm and send", "You have asked for the money. The board decides.")
    await page.get_by_role("link", name="Ask the fund for money").click()
    await expect(page.get_by_role("region", name="What was asked before")).to_contain_text("Landlord bond")
    await clean(page)

    await page.goto(where(world, path))
    for link, notice in (
        ("Take back 3 September 2019", "The assessment is taken back."),
        ("Take the plan back", "The plan is taken back."),
    ):
        await page.get_by_role("link", name=link).click()
        await clean(page)
        await page.get_by_label("What was wrong").fill("It is here twice.")
        await page.get_by_role("button", name="Continue").click()
        await send(page, "Confirm and send", notice)

    case = await path.get(path.seat_at_provider("caseworker"), f"{CASES}/cases/{path.case_id}")
    assert (case["phase"], case["worker"]) == ("light-touch", f"provider-manager.{path.provider_id}")
    assert (case["plans"][0]["agreed_on"], case["plans"][0]["goals"][0]["mark"]) == ("2019-09-04", "reached")
    assert [(one["score"], bool(one["withdrawn_on"])) for one in case["assessments"]] == [(21, True)]
    assert [bool(one["corrects"]) for one in case["notes"]] == [False, True]
