"""How many statements a list takes, whoever asks for it: round trips are most of its time (ADR 0033)."""

import pytest

from common.web.access import allowed_roles
from common.web.http.lists import LISTS
from common.web.http.parameters import dependants_of
from tests.house.towns import app_of
from tests.isolation.matrix import routes_of
from tests.isolation.services import SERVICES
from tests.isolation.worlds import World, bearer
from tests.parts.statements import statements

MOST = 3
"""The viewpoint is taken, the page read, and who was seen is kept."""
ASKED_IN_A_SANDBOX = "sandbox.starts_on"
BESIDE = {
    "GET /v1/assessments": (4, "whom their cases are about"),
    "GET /v1/cases/{case_id}/corrections": (4, "whether the case is the asker's to see"),
    "GET /v1/cases/{case_id}/fund-requests": (4, "whether the case is the asker's to see"),
    "GET /v1/cases/{case_id}/notes": (4, "whether the case is the asker's to see, and all of it"),
    "GET /v1/claims": (4, "of an auditor, which quarters are theirs"),
    "GET /v1/declines": (4, "what was put right of them"),
    "GET /v1/documents": (4, "whom their cases are about, and which are in the wrong one"),
    "GET /v1/outcomes": (4, "whom their cases are about"),
    "GET /v1/referrals": (5, "the names; or, of an agency's, what they were added to, which the hub alone sees"),
    "GET /v1/same-files": (6, "the other document of each, who cites them, and what was decided"),
    "GET /v1/sandbox/groups": (4, "the members of each"),
    "GET /v1/statements/{statement_id}/lines": (6, "the statement, of whom its lines are, and an auditor's quarters"),
    "GET /v1/waiting-list": (4, "the names, what was asked back, and the programme's targets"),
}
"""Lists that show more than their rows, or ask first whose they are: how many they take, and for what."""
EVERY_LIST = [
    pytest.param(service, name, marks=pytest.mark.xdist_group(f"isolation-{service}"), id=f"{service} {name}")
    for service in SERVICES
    for name, route in sorted(routes_of(app_of(service)).items())
    if any(each.call in LISTS for each in dependants_of(route))
]


@pytest.mark.parametrize(("world", "name"), EVERY_LIST, indirect=["world"])
async def test_a_list_takes_few_round_trips(world: World, name: str) -> None:
    """The worlds are sandboxes, of which every request asks where their clock stands: that is not counted."""
    route, counts = routes_of(app_of(world.name))[name], dict[str, int]()
    for role in sorted(allowed_roles(route) or ()):
        asking = await SERVICES[world.name].examples[name].make(world, role)
        query = {key: value for key, value in asking.query.items() if key != "count"}
        path, at = route.path.format(**asking.params), asking.at or world.at
        with statements() as sent:
            answer = await world.door.get(path, bearer(role), at=at, **query)
        assert answer.is_success, answer.text
        first = next((place + 1 for place, each in enumerate(sent) if ASKED_IN_A_SANDBOX in each.lower()), 0)
        counts[role] = len(sent) - first

    most, _ = BESIDE.get(name, (MOST, ""))
    assert max(counts.values()) == most if name in BESIDE else max(counts.values()) <= most, counts


def test_every_list_that_takes_more_is_there() -> None:
    names = {name for service in SERVICES for name in routes_of(app_of(service))}

    assert BESIDE.keys() <= names
