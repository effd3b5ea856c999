"""An auditor opens the documents that claims granted, and no other, and the audit says so (S-83)."""

from uuid import UUID

import pytest

from common.audit.grants import Grants
from common.ids import new_id
from tests.case_management.api.world import World
from tests.parts.api import someone
from tests.parts.papers import PDF

pytestmark = pytest.mark.row("S-83")
AUDITOR = someone("auditor", organisation="quarterly-audit", kind="auditor")
COLLEAGUE = someone("auditor", organisation="quarterly-audit", kind="auditor", subject="auditor-2.quarterly-audit")


def granting(world: World, *documents: str, programme: str = "kbop") -> str:
    grants: Grants = world.door.app.state.grants
    return grants.sign(programme, "auditor.quarterly-audit", map(UUID, documents))[0]


async def test_what_was_granted_is_opened_and_who_did_is_known(common_world: World) -> None:
    world, case_id = common_world, await common_world.a_started_case()
    cited, loose = [(await world.upload(case_id)).json()["id"] for _ in range(2)]
    await world.an_outcome(case_id, evidence=[cited])
    path = f"/v1/granted-documents/{cited}/content"

    opened = await world.door.get(path, AUDITOR, grant=granting(world, cited, loose))

    assert (opened.status_code, opened.content) == (200, PDF)
    [seen] = await world.door.rows(
        "select actor from audit where :document = any(subjects) and action = 'read_granted_content'",
        document=f"document/{cited}",
    )
    assert seen["actor"] == "auditor.quarterly-audit"
    others = {
        "another document's": (AUDITOR, granting(world, str(new_id()))),
        "a colleague's": (COLLEAGUE, granting(world, cited)),
        "another programme's": (AUDITOR, granting(world, cited, programme="calder")),
        "none of ours": (AUDITOR, "eyJhbGciOiJub25lIn0.e30."),
    }
    statuses = {
        name: (await world.door.get(path, who, grant=grant)).status_code for name, (who, grant) in others.items()
    }
    assert statuses == dict.fromkeys(others, 403)
    never_cited = f"/v1/granted-documents/{loose}/content"
    assert (await world.door.get(never_cited, AUDITOR, grant=granting(world, cited, loose))).status_code == 404
    assert (await world.door.get(f"/v1/documents/{cited}/content", AUDITOR)).status_code == 403
