"""How many statements a request takes: round trips are most of its time (ADR 0033)."""

from typing import Any

from tests.case_management.api.world import CASEWORKER, VERIFIER, World, came_about
from tests.parts.statements import statements

MOST = 5


async def test_what_is_done_most_takes_few_round_trips(common_world: World) -> None:
    """Opened, held, read and saved; a participant's outcomes are held besides."""
    world, counts = common_world, dict[str, int]()
    case_id = await world.a_started_case()
    document = await world.a_document(case_id)
    body: dict[str, Any] = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01", "evidence": []}
    requests: dict[str, tuple[str, dict[str, Any]]] = {
        "record": (f"/v1/cases/{case_id}/outcomes", body),
        "note": (f"/v1/cases/{case_id}/notes", {"text": "We looked at three flats."}),
    }
    for name, (path, content) in requests.items():
        with statements() as sent:
            answer = came_about(await world.door.post(path, CASEWORKER, content))
        counts[name] = len(sent)
        if name == "record":
            with statements() as sent:
                evidence = {"evidence": [str(document)]}
                came_about(await world.door.post(f"/v1/outcomes/{answer['id']}/revisions", CASEWORKER, evidence))
            counts["revise"] = len(sent)

    with statements() as sent:
        await world.a_document(case_id)
    counts["add a document"] = len(sent)
    for name, who in (("case", CASEWORKER), ("case, for the council", VERIFIER)):
        with statements() as sent:
            came_about(await world.door.get(f"/v1/cases/{case_id}", who))
        counts[name] = len(sent)

    assert {name: count for name, count in counts.items() if count > MOST} == {}
