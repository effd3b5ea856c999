"""What is asked about a claim, item by item, or why it is refused, in the reasons of the programme (BR-F3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.responses import Response

from portal.forms.fields import ChoiceField, DayField, FormField, PickField, TextField
from portal.forms.form import Form
from portal.look.words import words
from portal.services import claims
from portal.services.asking import Reply
from portal.services.operations import Operation
from portal.visit import Visit

from .claim import item_title
from .desk import JOURNEY, on_to_the_next

REFUSALS = 3
"""Reasons that fit into one form."""


@dataclass(frozen=True)
class Subject:
    """What a reason may be given about: an item of evidence, the claim as a whole, or a further reason."""

    title: str
    item_id: str | None = None


@dataclass(frozen=True)
class Inquiry:
    """A form with a reason for each subject; only those that have one are sent."""

    key: str
    part: str
    """Of the request's body, in which they stand."""
    subjects: Sequence[Subject]
    reasons: Sequence[Mapping[str, Any]]
    picks: Sequence[int]
    """Of the subjects, those that a reason is given about."""
    more: tuple[FormField, ...] = ()
    least: int = 0
    """How many of the subjects must have one."""
    has_sentences: bool = False
    """Whether each has a sentence of its own beside what would satisfy."""
    is_checked: bool = False

    @property
    def form(self) -> Form:
        """A reason, and what would satisfy, of each: where the request has it, if it has it."""
        fields = [field for number in range(len(self.subjects)) for field in self._fields(number)]
        return Form(self.key, (*fields, *self.more), self.is_checked)

    def body(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """As the service takes it: what would satisfy is the catalogue's sentence where nothing was written."""
        mends = {str(reason["code"]): reason["mend"] for reason in self.reasons}
        common = {field.name: answers[field.name] for field in self.more if field.name in answers}
        entries: list[dict[str, Any]] = []
        for place, number in enumerate(self.picks):
            answer: dict[str, Any] = answers[self.part][str(place)]
            item = self.subjects[number].item_id
            entries.append(
                {"remedy": mends.get(answer["code"])} | answer | ({"item_id": item} if item else {}) | common
            )
        return {self.part: entries}

    def _fields(self, number: int) -> list[FormField]:
        is_picked = number in self.picks
        place = f"/{self.part}/{self.picks.index(number)}" if is_picked else f"/unasked/{number}"
        about = self.subjects[number].title
        options = [(str(one["code"]), str(one["title"])) for one in self.reasons]
        is_first = number < self.least
        code = PickField(name=f"code-{number}", word="code", about=about, required=is_first, options=options)
        reason = TextField(name=f"reason-{number}", word="reason", about=about, required=is_first or is_picked)
        remedy = TextField(name=f"remedy-{number}", word="remedy", about=about, required=False)
        fields = (code, reason, remedy) if self.has_sentences else (code, remedy)
        return [replace(one, pointer=f"{place}/{one.word}") for one in fields]


def inquiry_of_items(visit: Visit, key: str, claim: Reply, reasons: Reply, more: tuple[FormField, ...] = ()) -> Inquiry:
    """What is asked about the items of a claim, and about the claim as a whole."""
    subjects = [Subject(item_title(item), item["id"]) for item in claim["items"]] + [Subject(words("claims.whole"))]
    return Inquiry(key, "requests", subjects, reasons_of(reasons), _picks(visit, len(subjects)), more)


def inquiry_of_refusal(visit: Visit, reasons: Reply) -> Inquiry:
    """Why a claim is refused: every reason in one form."""
    subjects = [Subject(words("claims.refuse.nth", number=number)) for number in range(1, REFUSALS + 1)]
    picks = _picks(visit, REFUSALS)
    return Inquiry(
        "claims.refuse", "refusals", subjects, reasons_of(reasons), picks, least=1, has_sentences=True, is_checked=True
    )


def reasons_of(reasons: Reply) -> list[dict[str, Any]]:
    """Those that may still be given."""
    return [one for one in reasons.entries if one["may_be_given"]]


def _picks(visit: Visit, count: int) -> list[int]:
    return [number for number in range(count) if any(visit.sent.get(f"code-{number}", ()))]


async def claim_and_reasons(visit: Visit, claim_id: UUID, act: str) -> list[Reply]:
    """The claim, and the reasons of the programme for what is done to it."""
    return await visit.together(visit.ask(claims.CLAIM, claim_id=claim_id), visit.ask(claims.REASONS, act=act))


def _page(visit: Visit, claim: Reply, inquiry: Inquiry) -> Response:
    form = visit.form(inquiry.form, answers={"who_acts": "provider"}, version=claim.version)
    return visit.show("claims/asking.html", claim=claim, form=form, about=inquiry.key)


async def _send(visit: Visit, claim_id: UUID, inquiry: Inquiry, operation: Operation) -> Response:
    answers = visit.body(inquiry.form)
    if not inquiry.picks:
        raise visit.object_to(inquiry.form, "code-0", "claims.no-reason")
    receipt = await visit.ask(operation, inquiry.body(answers), claim_id=claim_id)
    return await on_to_the_next(visit, receipt, f"{inquiry.key}.done")


OF_QUERY = (ChoiceField(name="who_acts", codes=("provider", "prime")), DayField(name="due_on", required=False))
OF_RETURN = (DayField(name="due_on", required=False),)


@JOURNEY.page("/claims/{claim_id}/query", claims.CLAIM, claims.QUERY, claims.REASONS, claims.CLAIMS)
async def query(visit: Visit, claim_id: UUID) -> Response:
    """Ask about items of a claim, each with a reason and what would satisfy; it keeps its number (BR-F6)."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "query")
    return _page(visit, claim, inquiry_of_items(visit, "claims.query", claim, reasons, OF_QUERY))


@query.post
async def ask(visit: Visit, claim_id: UUID) -> Response:
    """Send what is asked, and go on to the claim that waits longest."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "query")
    inquiry = inquiry_of_items(visit, "claims.query", claim, reasons, OF_QUERY)
    return await _send(visit, claim_id, inquiry, claims.QUERY)


@JOURNEY.page("/claims/{claim_id}/return", claims.CLAIM, claims.RETURN, claims.REASONS, claims.CLAIMS)
async def returning(visit: Visit, claim_id: UUID) -> Response:
    """Send a claim back to its provider, item by item, each with what would satisfy (BR-F3)."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "return")
    return _page(visit, claim, inquiry_of_items(visit, "claims.return", claim, reasons, OF_RETURN))


@returning.post
async def send_back(visit: Visit, claim_id: UUID) -> Response:
    """Send it back, and go on to the claim that waits longest."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "return")
    inquiry = inquiry_of_items(visit, "claims.return", claim, reasons, OF_RETURN)
    return await _send(visit, claim_id, inquiry, claims.RETURN)


@JOURNEY.page("/claims/{claim_id}/refusal", claims.CLAIM, claims.REFUSAL, claims.REASONS, claims.CLAIMS)
async def refusal(visit: Visit, claim_id: UUID) -> Response:
    """Refuse a claim with every reason, checked before it is sent."""
    claim, reasons = await claim_and_reasons(visit, claim_id, "refusal")
    return _page(visit, claim, inquiry_of_refusal(visit, reasons))


@refusal.post
async def refuse(visit: Visit, claim_id: UUID) -> Response:
    """Refuse it, and go on to the claim that waits longest."""
    inquiry = inquiry_of_refusal(visit, await visit.ask(claims.REASONS, act="refusal"))
    return await _send(visit, claim_id, inquiry, claims.REFUSAL)
