"""Search: a participant by id or by what another system calls them, a claim by its number."""

from starlette.responses import Response

from common.web.roles import ROLES
from portal.forms.fields import TextField
from portal.forms.form import Form
from portal.pages import Journey
from portal.services import claims, every, hub
from portal.services.asking import NotThere, is_an_id
from portal.visit import Visit

SEARCH = Form("search", (TextField(name="q"),))


def declare(journey: Journey) -> None:
    """The page of the box that every page has. What is sought is posted, so that no address ever holds it."""

    @journey.page(
        "/search", also=(hub.PARTICIPANT, hub.EXTERNAL_IDS, claims.CLAIMS, *every.TRAIL.values()), of_everyone=ROLES
    )
    async def search(visit: Visit) -> Response:
        """Find a participant by id or by what your own system calls them, or a claim by its number."""
        return visit.show("everyone/search.html", form=visit.form(SEARCH))

    @search.post
    async def find(visit: Visit) -> Response:
        """Go to what was sought, if there is such a thing for you."""
        text: str = visit.body(SEARCH)["q"]
        path = await _by_id(visit, text) or await _by_number(visit, text) or await _by_external_id(visit, text)
        if path is None:
            raise visit.object_to(SEARCH, "q", "search.nothing")
        return visit.go(path)


async def _by_id(visit: Visit, text: str) -> str | None:
    if not is_an_id(text):
        return None
    if not visit.may(hub.PARTICIPANT):
        return f"/participants/{text}/audit" if visit.may(every.TRAIL["referral-hub"]) else None
    try:
        return f"/participants/{(await visit.ask(hub.PARTICIPANT, participant_id=text))['id']}"
    except NotThere:
        return None


async def _by_number(visit: Visit, text: str) -> str | None:
    if not visit.may(claims.CLAIMS) or not text.replace("-", "").isalnum() or is_an_id(text):
        return None
    reply = await visit.ask(claims.CLAIMS, number=text.upper())
    return f"/claims/{reply.entries[0]['id']}" if reply.entries else None


async def _by_external_id(visit: Visit, text: str) -> str | None:
    if not visit.may(hub.EXTERNAL_IDS) or ":" not in text:
        return None
    reply = await visit.ask(hub.EXTERNAL_IDS, of="participant", external_id=text)
    return f"/participants/{reply.entries[0]['thing_id']}" if reply.entries else None
