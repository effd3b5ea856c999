"""Who it is: the names behind the ids of a list, from the one service that knows them."""

from collections.abc import Sequence
from typing import Any

from .services import hub
from .visit import Visit


async def with_names(visit: Visit, entries: Sequence[dict[str, Any]]) -> None:
    """Give each entry about a participant their `name`, where the visitor may know it and the hub is up."""
    nameless = [one for one in entries if "participant_id" in one and not one.get("name")]
    if not nameless or not visit.may(hub.PARTICIPANTS):
        return
    ids = sorted({str(one["participant_id"]) for one in nameless})
    reply = await visit.if_up(visit.ask(hub.PARTICIPANTS, id=ids))
    names = (
        {str(one["id"]): f"{one['given_name']} {one['family_name']}".strip() for one in reply.entries} if reply else {}
    )
    for one in nameless:
        one["name"] = names.get(str(one["participant_id"]), "")
