"""Nobody acts in another's name: forms are ours, sessions end, nothing is left in the browser, nothing is lost."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.parts.browser import axe
from tests.portal.conftest import OpenAs, World, sign_in

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]

CLOSED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=63072000",
}


async def hidden(page: Page, name: str) -> str:
    return await page.locator(f'main input[name="{name}"]').first.input_value()


async def test_every_page_forbids_scripts_frames_and_copies(world: World, open_as: OpenAs) -> None:
    page = await open_as("hub-1")
    for path in ("/", "/hub/referrals", "/signed-out", "/no-such-page", "/search"):
        answer = await page.request.get(f"{world.portal}{path}")
        assert {name: answer.headers.get(name) for name in CLOSED} == CLOSED, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy


async def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites_and_holds_no_token(
    world: World, open_as: OpenAs
) -> None:
    page = await open_as("hub-1")
    [cookie] = [one for one in await page.context.cookies() if one.get("name") == "portal"]

    assert cookie.get("httpOnly")
    assert cookie.get("sameSite") == "Lax"
    assert len(cookie.get("value", "")) < 60
    assert "eyJ" not in await page.content()


async def test_a_session_gets_another_id_when_somebody_signs_in(world: World) -> None:
    async with httpx.AsyncClient() as client:
        away = await client.get(f"{world.portal}/sign-in")
        before = client.cookies["portal"]
        query = dict(httpx.URL(away.headers["location"]).params)
        back = await client.post(f"{world.addresses.issuer}/authorize", data=query | {"person": "hub-1@kbop"})
        home = await client.get(back.headers["location"])
        after = client.cookies["portal"]
        again = await client.get(back.headers["location"])

    assert home.headers["location"] == "/"
    assert before != after
    assert again.status_code == 400  # the code is worth nothing twice
    async with httpx.AsyncClient(cookies={"portal": before}) as thief:
        assert (await thief.get(f"{world.portal}/")).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_cannot_send_a_form_even_with_its_secret(
    world: World, open_as: OpenAs, headers: dict[str, str]
) -> None:
    page = await open_as("hub-1")
    await page.goto(f"{world.portal}/search")
    form: dict[str, str | float | bool] = {"csrf": await hidden(page, "csrf"), "q": "x"}
    for path in ("/search", "/sign-out", "/clock"):
        answer = await page.request.post(f"{world.portal}{path}", form=form, headers=headers, max_redirects=0)
        assert answer.status == 403, path


@pytest.mark.parametrize("csrf", ["", "guess"])
async def test_a_form_without_the_sessions_secret_is_not_taken(world: World, open_as: OpenAs, csrf: str) -> None:
    page = await open_as("hub-1")
    answer = await page.request.post(f"{world.portal}/search", form={"csrf": csrf, "q": "x"}, max_redirects=0)

    assert answer.status == 403
    assert "This form cannot be sent" in await answer.text()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_form_whose_session_has_ended_is_shown_filled_once_its_person_is_back(
    world: World, open_as: OpenAs, scripts: bool
) -> None:
    page = await open_as("hub-1", scripts=scripts)
    await page.goto(f"{world.portal}/hub/referrals/{world.referred.referral_id}/triage")
    await page.get_by_label("What do they hope for?").fill("A door I can lock.")
    key = await hidden(page, "key")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Save the triage").click()
    await sign_in(page, "hub-1")

    await expect(page.get_by_text("The form is as you left it")).to_be_visible()
    assert await page.get_by_label("What do they hope for?").input_value() == "A door I can lock."
    assert await hidden(page, "key") == key
    assert await axe(page) == []


async def test_what_somebody_wrote_is_not_shown_to_whoever_signs_in_after_them(world: World, open_as: OpenAs) -> None:
    page = await open_as("hub-1")
    await page.goto(f"{world.portal}/hub/referrals/{world.referred.referral_id}/triage")
    await page.get_by_label("What do they hope for?").fill("A door I can lock.")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Save the triage").click()
    await sign_in(page, "hub-2")

    assert await page.get_by_label("What do they hope for?").input_value() == ""


async def test_signing_out_ends_it_here_and_at_the_issuer(world: World, open_as: OpenAs) -> None:
    page = await open_as("hub-1")
    [cookie] = [one for one in await page.context.cookies() if one.get("name") == "portal"]
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert await axe(page) == []
    async with httpx.AsyncClient(cookies={"portal": cookie.get("value", "")}) as thief:
        answer = await thief.get(f"{world.portal}/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/")


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example/", "/\\evil.example"])
async def test_signing_in_leads_to_no_other_site(world: World, place: str) -> None:
    async with httpx.AsyncClient() as client:
        away = await client.get(f"{world.portal}/sign-in", params={"next": place})
        query = dict(httpx.URL(away.headers["location"]).params)
        back = await client.post(f"{world.addresses.issuer}/authorize", data=query | {"person": "hub-1@kbop"})
        home = await client.get(back.headers["location"])

    assert home.headers["location"] == "/"


async def test_a_search_leads_to_what_there_is_and_says_where_nothing_is(world: World, open_as: OpenAs) -> None:
    page = await open_as("hub-1")
    await page.get_by_role("searchbox").fill(world.referred.participant_id)
    await page.get_by_role("search").get_by_role("button").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(world.referred.person.family_name)
    assert await axe(page) == []
    await page.get_by_role("searchbox").fill("CLM-0-none")
    await page.get_by_role("search").get_by_role("button").click()
    await expect(page.get_by_role("alert")).to_contain_text("there is nothing for you under this")
    assert "CLM" not in page.url
    assert await axe(page) == []


async def test_the_keyboard_alone_skips_to_the_content_and_reaches_the_first_link(
    world: World, open_as: OpenAs
) -> None:
    page = await open_as("hub-1")
    await page.goto(f"{world.portal}/hub/referrals")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    await page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    await page.keyboard.press("Tab")
    focus = await page.evaluate("document.activeElement.closest('main') !== null")
    assert focus


@pytest.mark.parametrize(
    "path", ["/", "/hub/referrals", "/hub/waiting-list", "/hub/declines", "/search", "/referrals-new"]
)
async def test_nothing_is_wider_than_a_narrow_screen(world: World, open_as: OpenAs, path: str) -> None:
    page = await open_as("hub-1", width=320)
    await page.goto(f"{world.portal}{path}")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    assert await axe(page) == []


async def test_no_name_is_in_a_log_or_an_address(world: World, open_as: OpenAs) -> None:
    page = await open_as("hub-1")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    await page.goto(f"{world.portal}/hub/referrals")
    await page.get_by_role("link", name=world.referred.person.family_name).click()

    assert re.findall(world.referred.person.family_name, "\n".join([logs_of(world, "portal"), *addresses])) == []


def logs_of(world: World, process: str) -> str:
    return "".join(log.read_text(errors="replace") for log in Path(world.addresses.logs).glob(f"{process}*"))
