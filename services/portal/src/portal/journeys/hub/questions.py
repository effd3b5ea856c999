"""Asking the referrer for what is missing (S-02)."""

from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, ProseField
from portal.forms.form import Form
from portal.journeys.choices import in_words, programme_of
from portal.services import hub
from portal.visit import Visit

from .inbox import JOURNEY

QUESTION = Form("hub.questions", (ChoiceField(name="question_code"), ProseField(name="note")))
TAKE_BACK = Form("hub.take-back", (ProseField(name="reason"),))


@JOURNEY.page("/hub/referrals/{referral_id}/questions", hub.REFERRAL, hub.ASK_REFERRER, hub.PROGRAMME)
async def questions(visit: Visit, referral_id: UUID) -> Response:
    """Ask the referrer for what is missing, or chase an answer."""
    referral, programme = await visit.together(visit.ask(hub.REFERRAL, referral_id=referral_id), programme_of(visit))
    options = {"question_code": in_words(programme["questions"])}
    form = visit.form(QUESTION, options=options, version=referral.version)
    return visit.show("hub/form.html", form=form, referral=referral, about="hub.questions")


@questions.post
async def ask_referrer(visit: Visit, referral_id: UUID) -> Response:
    """Send the question."""
    await visit.ask(hub.ASK_REFERRER, visit.body(QUESTION), referral_id=referral_id)
    return visit.go(f"/hub/referrals/{referral_id}", "hub.questions.done")


@JOURNEY.page("/hub/referrals/{referral_id}/questions/{question_id}", hub.REFERRAL, hub.TAKE_QUESTION_BACK)
async def question(visit: Visit, referral_id: UUID, question_id: UUID) -> Response:
    """Take a question back that needs no answer."""
    _ = question_id
    referral = await visit.ask(hub.REFERRAL, referral_id=referral_id)
    form = visit.form(TAKE_BACK, version=referral.version)
    return visit.show("hub/form.html", form=form, referral=referral, about="hub.take-back")


@question.post
async def take_back(visit: Visit, referral_id: UUID, question_id: UUID) -> Response:
    """Take it back."""
    body = visit.body(TAKE_BACK)
    await visit.ask(hub.TAKE_QUESTION_BACK, body, referral_id=referral_id, question_id=question_id)
    return visit.go(f"/hub/referrals/{referral_id}", "hub.take-back.done")
