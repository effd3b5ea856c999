"""My agency's referrals: how each stands, and what the hub asks about it (S-02)."""

from typing import Any, Literal
from uuid import UUID

from starlette.responses import Response

from common.web.roles import HELD_AT
from portal.forms.fields import PickField, ProseField
from portal.forms.form import Form
from portal.look.writing import day
from portal.pages import Journey
from portal.queues import Queue, QueueLine
from portal.services import hub
from portal.services.asking import Reply
from portal.visit import Visit

JOURNEY = Journey("referrer")
ANSWER = Form("referrer.answer", (PickField(name="question_id", required=False), ProseField(name="answer")))
State = Literal["received", "awaiting-information", "declined", "closed"]
STATES: tuple[State, ...] = ("awaiting-information", "received", "declined", "closed")
OF_AGENCIES = HELD_AT["agency"]


@JOURNEY.page("/referrals", hub.REFERRALS, hub.REFER, of_everyone=OF_AGENCIES, navigation="referrer.own.navigation")
async def own(visit: Visit, state: State = "received", cursor: str | None = None) -> Response:
    """The referrals of your agency in one state, the oldest first."""
    referrals = await visit.ask(hub.REFERRALS, state=state, order="referred", cursor=cursor, count=True)
    return visit.show("referrer/own.html", referrals=referrals, state=state, states=STATES)


@JOURNEY.page(
    "/referrals/{referral_id}", hub.REFERRAL, hub.REFER, of_everyone=OF_AGENCIES, also=(hub.GIVE_INFORMATION,)
)
async def one(visit: Visit, referral_id: UUID) -> Response:
    """How a referral stands, what the hub asks, and the place for your answer."""
    referral = await visit.ask(hub.REFERRAL, referral_id=referral_id)
    questions = open_questions(referral)
    options = {"question_id": [(entry["id"], _asked(entry)) for entry in questions]}
    form = visit.form(ANSWER, options=options)
    return visit.show("referrer/one.html", referral=referral, questions=questions, form=form)


@one.post
async def answer_hub(visit: Visit, referral_id: UUID) -> Response:
    """Answer what the hub asked: one question, or all that is asked."""
    await visit.ask(hub.GIVE_INFORMATION, visit.body(ANSWER), referral_id=referral_id)
    return visit.go(f"/referrals/{referral_id}", "referrer.answer.done")


def open_questions(referral: Reply) -> list[dict[str, Any]]:
    """What is asked and neither answered nor taken back."""
    return [one for one in referral["information_requests"] if not (one["answered_at"] or one["withdrawn_at"])]


def _asked(question: dict[str, Any]) -> str:
    return f"{day(question['asked_at'])}: {question['note']}"


def _line(referral: dict[str, Any]) -> QueueLine:
    path = f"/referrals/{referral['id']}"
    return QueueLine(referral["id"], path, referral["referred_on"])


QUEUES = (
    Queue(
        "referrer.questions",
        hub.REFERRALS,
        _line,
        "/referrals?state=awaiting-information",
        {"state": "awaiting-information", "order": "referred"},
        roles=OF_AGENCIES,
    ),
)
