"""The portal stands: people sign in, see their work, and are told what happened when something is amiss."""

import pytest
from playwright.async_api import expect

from tests.parts.browser import axe
from tests.portal.conftest import OpenAs, World

pytestmark = [pytest.mark.town, pytest.mark.xdist_group("portal")]


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_hub_signs_in_and_finds_who_was_referred_on_the_home_page(
    open_as: OpenAs, world: World, scripts: bool
) -> None:
    page = await open_as("hub-1", scripts=scripts)

    await expect(page).to_have_title("My work \N{EN DASH} Better outcomes partnership")
    await expect(page.get_by_role("link", name=world.referred.person.family_name)).to_have_count(1)
    assert await axe(page) == []

    await page.get_by_role("link", name="Referrals", exact=True).click()
    assert "Robin" in await page.locator("table").inner_text()
    assert await axe(page) == []
