"""What is done next about a claim in a sandbox: read from the claim itself, so that nothing need be remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from ..path import failing
from ..seats import Json

SLOW_DAYS = 14
"""So long the council takes about the claim of somebody for whom it is slow, by the clock of who claims."""
UNDECIDED = frozenset({"raised", "returned", "approved", "submitted", "queried"})

Answer = Literal["verify", "query", "refuse", "slow", "take-back"]
Who = Literal["prime", "council"]


@dataclass(frozen=True, slots=True)
class Script:
    """What is to become of the claims of one made-up participant."""

    answer: Answer = "verify"
    ended: bool = False
    """A reset has ended them."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """The programme's codes with which people say why, by what they do: those that may be given."""

    codes: Mapping[str, Sequence[str]]

    def code(self, act: str, *favourites: str) -> str:
        """One that fits, or else the first there is."""
        codes = self.codes[act]
        return next((code for code in favourites if code in codes), codes[0])


@dataclass(frozen=True, slots=True)
class Step:
    """One step about a claim: who takes it, which it is, and what is said with it."""

    who: Who
    verb: str
    body: Json


def next_step(claim: Json, script: Script, today: date, reasons: Reasons) -> Step | None:
    """The step that is due on a day of the provider's clock; none while somebody else is to act, or nobody any more."""
    if script.ended:
        withdrawal = Step("prime", "withdrawal", {"reason": reasons.code("withdrawal", "prime-withdrew")})
        return withdrawal if claim["state"] in UNDECIDED else None
    match claim["state"]:
        case "raised":
            return Step("prime", "approval", {}) if claim["ready"] else Step("prime", "return", _what_is_missing(claim))
        case "approved":
            return Step("prime", "submission", {})
        case "submitted":
            return _councils(claim, script.answer, today, reasons)
        case "verified":
            return _afterwards(claim, script.answer, reasons)
        case _:
            return None


def _what_is_missing(claim: Json) -> Json:
    checks = failing(claim)
    return {"requests": [{"code": check["code"], "remedy": check["remedy"]} for check in checks]}


def _councils(claim: Json, answer: Answer, today: date, reasons: Reasons) -> Step | None:
    if answer == "query" and not any(request["asked_by"] == "council" for request in claim["requests"]):
        item: dict[str, Any] = {"item_id": claim["items"][0]["id"]} if claim["items"] else {}
        request = {"code": reasons.code("query", "unreadable"), "remedy": "Send a copy that can be read.", **item}
        return Step("council", "query", {"requests": [request]})
    if answer == "refuse":
        code = reasons.code("refusal", "not-achieved")
        refusal = {"code": code, "reason": "This sandbox refuses it.", "remedy": "Ask for another participant."}
        return Step("council", "refusal", {"refusals": [refusal]})
    if answer == "slow" and today < date.fromisoformat(claim["submitted_on"]) + timedelta(days=SLOW_DAYS):
        return None
    return Step("council", "verification", {})


def _afterwards(claim: Json, answer: Answer, reasons: Reasons) -> Step | None:
    """What was verified is taken back: for whom the sandbox does so, and whatever changed after it."""
    if claim["taken_back_on"] is not None:
        return None
    if claim["basis_changed_on"] is not None:
        why = {"code": reasons.code("basis-decision", "not-achieved"), "reason": "This sandbox takes it back."}
        return Step("council", "basis-decision", {"decision": "take-back", **why})
    if answer == "take-back":
        why = {"code": reasons.code("challenge", "contradicted"), "reason": "This sandbox takes it back."}
        return Step("prime", "challenge", why)
    return None
