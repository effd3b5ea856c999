"""The function of a service's database by which a request's record is kept (`common.transaction.save`)."""

import re

from .database import ORGANISATION, PROGRAMME, Migrating, Viewpoint
from .transaction import KEEP_SQL, PARAMETERS


def keep_in_one(op: Migrating, service: str) -> None:
    """Let a request write what it changed and the record of it in one statement, without changing roles before.

    The function acts as the owner, whom forced row security would show nothing, and does one thing: what `KEEP` does.
    Its policies keep it to the asker's programme, and replays to the asker's organisation. A new version of `KEEP` is a
    new migration that calls this again; code of before goes on with the statement (`keep_record`).
    """
    op.execute("set local lock_timeout = '2s'")
    owner, mine = f"{service}_owner", f"programme_id = {PROGRAMME}"
    own = f"{mine} and split_part(client, '/', 1) = {ORGANISATION}"
    for table, condition, verbs in (
        ("audit", mine, ("insert", "select")),
        ("audit_unsealed", "true", ("insert",)),
        ("idempotency", own, ("insert",)),
        ("stream", mine, ("insert", "select", "update")),
        ("outbox", mine, ("insert", "select")),
        ("pending", "true", ("insert",)),
    ):
        for verb in verbs:
            check = f"with check ({condition})" if verb == "insert" else f"using ({condition})"
            op.execute(f"drop policy if exists keep_{verb} on {table}")
            op.execute(f"create policy keep_{verb} on {table} for {verb} to {owner} {check}")
    op.execute(keep_function())
    roles = ", ".join(
        f"{service}_{viewpoint}" for viewpoint in (Viewpoint.PARTNERSHIP, Viewpoint.PROVIDER, Viewpoint.AGENCY)
    )
    op.execute(f"revoke all on function keep({', '.join(PARAMETERS.values())}) from public")
    op.execute(f"grant execute on function keep({', '.join(PARAMETERS.values())}) to {roles}")


def keep_function() -> str:
    """What `KEEP` does, as a function of its parameters in their order; a house test holds databases against it."""
    body = KEEP_SQL
    for place, name in enumerate(PARAMETERS, start=1):
        body = re.sub(rf":{name}\b", f"${place}", body)
    return (
        f"create or replace function keep({', '.join(PARAMETERS.values())}) returns void\n"
        f"language sql security definer set search_path = public, pg_temp as $keep$ {body} $keep$"
    )
