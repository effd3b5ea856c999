"""Every problem is of a kind of its own, and its `type` opens a page of the service that answered: what to do."""

import httpx
import pytest

from common.web.described.problems import when
from common.web.failing import failures, kinds_of
from tests.house.towns import SERVICES, app_of
from tests.parts.shared import ROOT


def asking(service: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app_of(service)), base_url="http://service")


def test_a_type_means_one_thing_wherever_it_is_answered() -> None:
    told = [kind for service in SERVICES for kind in failures(app_of(service))]
    meant = {(kind.type, kind.status, kind.title) for kind in told}

    assert sorted(type_ for type_, *_ in meant) == sorted({kind.type for kind in told})


@pytest.mark.parametrize("service", SERVICES)
def test_no_two_kinds_of_a_service_share_a_type(service: str) -> None:
    kinds = kinds_of(service.replace("-", "_")).values()
    shared = [kind.__name__ for kind in kinds if "type" not in vars(kind)]

    assert shared == []
    assert all(when(kind).endswith(".") and kind.remedy.endswith(".") for kind in kinds)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_type_opens_a_page_for_everybody(service: str) -> None:
    async with asking(service) as client:
        for kind in failures(app_of(service)):
            page = await client.get(kind.uri())

            assert page.status_code == 200, kind.type
            assert page.headers["content-type"].startswith("text/html")
            assert kind.title in page.text.replace("&#x27;", "'")
            assert f'href="{kind.uri()}"' in (await client.get("/problems")).text


@pytest.mark.parametrize("service", SERVICES)
async def test_another_type_is_a_problem_itself(service: str) -> None:
    async with asking(service) as client:
        answer = await client.get("/problems/no-such-thing-at-all")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-such-problem")


def test_the_page_of_the_repository_has_them_all() -> None:
    told = (ROOT / "docs" / "problems.md").read_text()

    missing = [
        kind.type for service in SERVICES for kind in failures(app_of(service)) if f"## {kind.type}\n" not in told
    ]
    assert missing == []
