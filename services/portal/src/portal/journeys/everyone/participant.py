"""One person, from every side that the visitor may see."""

from uuid import UUID

from starlette.responses import Response

from portal.pages import Journey
from portal.services import cases, claims, every, hub
from portal.visit import Visit


def declare(journey: Journey) -> None:
    """The page that search leads to."""

    @journey.page(
        "/participants/{participant_id}",
        hub.PARTICIPANT,
        also=(hub.REFERRALS, cases.CASES, claims.CLAIMS, *every.TRAIL.values()),
    )
    async def participant(visit: Visit, participant_id: UUID) -> Response:
        """Who somebody is, with their referrals, cases and claims as far as you may see them."""
        operations = [one for one in (hub.REFERRALS, cases.CASES, claims.CLAIMS) if visit.may(one)]
        person, *lists = await visit.together(
            visit.ask(hub.PARTICIPANT, participant_id=participant_id),
            *(visit.if_up(visit.ask(one, participant_id=participant_id)) for one in operations),
        )
        return visit.show(
            "everyone/participant.html",
            person=person,
            may_see_trail=visit.may(every.TRAIL["referral-hub"]),
            lists=dict(zip((one.service for one in operations), lists, strict=True)),
        )

    _ = participant
