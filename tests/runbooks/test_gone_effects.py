"""A case and its provider's access are deleted behind case management: it is said, and they are brought back."""

from functools import partial
from typing import Any

from common.database import Sessions
from common.ids import new_id
from common.streams.outbox import announce
from tests.case_management.api.world import an_allocation
from tests.console.api.towns import Town
from tests.parts.postgres import Databases, connect, outside_the_loop
from tests.parts.runbooks import Walk

BEHIND = "set session_replication_role = replica"


async def told(allocated: Any, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await announce(session, [allocated])


async def moved(source: str, target: str, table: str) -> str:
    """Move the rows of a table from one database to another, behind their services; the key of the one there was."""
    taken, given = await connect(source), await connect(target)
    await taken.execute(BEHIND)
    await given.execute(BEHIND)
    [row] = await taken.fetch(f"delete from {table} returning id, to_jsonb({table}) as whole")  # noqa: S608 - ours
    await given.execute(f"insert into {table} select * from jsonb_populate_record(null::{table}, $1)", row["whole"])  # noqa: S608 - ours
    await taken.close()
    await given.close()
    return str(row["id"])


def test_what_an_event_did_is_looked_for_and_brought_back(town: Town, walk: Walk, databases: Databases) -> None:
    allocated = an_allocation(participant_id=new_id())
    town.as_worker("referral-hub", partial(told, allocated))
    town.relay_without_kafka()
    town.all_sweep()
    assert "of 0 something is gone" in town.outcomes("reconcile", "--deep").stdout
    live = town.databases["case-management"].admin_dsn
    with databases.clone("case-management") as backup:
        access = outside_the_loop(moved(live, backup.admin_dsn, "case_access"))
        case = outside_the_loop(moved(live, backup.admin_dsn, "support_case"))

        # 1. Nothing is missing, and yet it is gone.
        assert town.outcomes("reconcile").exit_code == 0
        gone = f"gone case_access/{access}, support_case/{case}"
        stream = f"participant/{allocated.participant_id}"
        said = town.outcomes("reconcile", "--deep")
        assert (
            f"referrals → case-management: {stream}, ParticipantAllocated {allocated.event_id}: {gone}" in said.stdout
        )
        assert (said.exit_code, "docs/runbooks/gone-effects.md" in said.stderr) == (1, True)

        # 2. Brought back, what is referred to first.
        between = {"BACKUP": backup.admin_dsn, "DATABASE": live}
        walk.run("copy", TABLE="support_case", KEY=f"id = '{case}'", **between)
        walk.run("copy", TABLE="case_access", KEY=f"id = '{access}'", **between)

    # 3. Nothing is gone.
    assert "of 0 something is gone" in walk.run("outcomes reconcile --deep")
