"""The names behind ids and codes: of participants and providers from the hub, of outcomes from the rate cards."""

from collections.abc import Mapping, Sequence
from typing import Any

from .services import claims, hub
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


async def names_of_providers(visit: Visit) -> Mapping[str, str]:
    """Code → name; none where the visitor may not ask for them, or the hub is away."""
    if not visit.may(hub.PROVIDERS):
        return {}
    reply = await visit.if_up(visit.ask(hub.PROVIDERS, limit=200))
    return {str(one["provider_id"]): str(one["name"]) for one in reply.entries} if reply else {}


async def outcomes_by_title(visit: Visit) -> Mapping[str, str]:
    """Code → title of every outcome of a rate card, as the newest card calls it."""
    cards = await visit.ask(claims.RATE_CARDS, limit=200)
    in_order = sorted(cards.entries, key=lambda one: one["in_force_from"])
    return {str(one["code"]): str(one["title"]) for card in in_order for one in card["outcomes"]}
