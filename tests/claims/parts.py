"""The people of a claim's life, the events that begin it, and the steps that end it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from claims.events.heard import REACTIONS
from claims.main import create_app_for
from common.contracts import Event
from common.contracts.cases import AssessmentResult, EvidenceItem, OutcomeEvidenced, OutcomeWithdrawn, PlanInForce
from common.contracts.referrals import ParticipantsMerged, ParticipantsUnmerged
from common.ids import new_id
from common.streams.records import Record
from tests.claims.builders import ACHIEVED_ON, KBOP, REFERRED_ON, STARTED_ON, a_good_outcome
from tests.parts.api import FrontDoor, front_door, records_of, someone
from tests.parts.cards import accept_cards
from tests.parts.postgres import Databases

AT = datetime(2022, 10, 3, 9, 0, tzinfo=UTC)
"""The business time of a request that names no other: after the outcome, and in summer time."""
PART: dict[str, Any] = KBOP.claims_part().model_dump(mode="json", by_alias=True)

OPERATOR = someone("operator", organisation="operations", kind="operator")
PRIME = someone("prime-manager")
OTHER_PRIME = someone("prime-manager", subject="prime-manager-2.kbop-prime")
FINANCE = someone("prime-finance")
VERIFIER = someone("council-verifier", organisation="kirklees-council", kind="council")
OTHER_VERIFIER = someone(
    "council-verifier", organisation="kirklees-council", kind="council", subject="council-verifier-2.kirklees-council"
)
AUDITOR = someone("auditor", organisation="quarterly-audit", kind="auditor")
OVERSIGHT = someone("council-oversight", organisation="kirklees-council", kind="council")
CASEWORKER = someone("caseworker", organisation="fusion-housing", kind="provider")
MANAGER = someone("provider-manager", organisation="fusion-housing", kind="provider")
FOREIGN_MANAGER = someone("provider-manager", organisation="horton", kind="provider")


def evidenced(code: str = "ACC_PREV", *, card: str = "generic", at: datetime = AT, **but: Any) -> OutcomeEvidenced:
    """An outcome that passes every rule of the shipped card, as case management announces it."""
    good = a_good_outcome(card, code)
    usual: dict[str, Any] = {
        "event_id": new_id(),
        "programme_id": "kbop",
        "occurred_at": at,
        "participant_id": new_id(),
        "case_id": new_id(),
        "referral_id": new_id(),
        "provider_id": "pdap" if card == "pdap" else "fusion-housing",
        "outcome_id": new_id(),
        "revision": 1,
        "outcome": code,
        "slot": good.slot,
        "achieved_on": ACHIEVED_ON,
        "referred_on": REFERRED_ON,
        "service_started_on": STARTED_ON,
        "recorded_by": "caseworker.fusion-housing",
        "evidence": tuple(EvidenceItem(item_id=e.item_id, kind=e.kind, sha256=e.sha256) for e in good.evidence),
        "facts": dict(good.facts.values),
        "assessments": tuple(
            AssessmentResult(
                assessment_id=a.assessment_id,
                instrument=a.instrument,
                stage=a.stage,
                score=a.score,
                assessed_on=a.assessed_on,
            )
            for a in good.assessments
        ),
        "plan": good.plan
        and PlanInForce(plan_id=good.plan.plan_id, kind=good.plan.kind, agreed_on=good.plan.agreed_on),
    }
    return OutcomeEvidenced(**usual | but)


def as_said(event: OutcomeEvidenced, **but: Any) -> dict[str, Any]:
    """The outcome as its provider asks about it beforehand."""
    body = event.model_dump(mode="json")
    names = (
        "participant_id",
        "outcome",
        "slot",
        "achieved_on",
        "referred_on",
        "service_started_on",
        "facts",
        "quantity",
    )
    scores = [{name: a[name] for name in a if name != "assessment_id"} for a in body["assessments"]]
    plan = body["plan"] and {name: body["plan"][name] for name in ("kind", "agreed_on")}
    evidence = [{"kind": item["kind"], "dated_on": item["dated_on"]} for item in body["evidence"]]
    said = {name: body[name] for name in names}
    return said | {"evidence": evidence, "assessments": scores, "plan": plan, **but}


def revised(event: OutcomeEvidenced, **but: Any) -> OutcomeEvidenced:
    """The same outcome, corrected: its next revision."""
    return event.model_copy(update={"event_id": new_id(), "revision": event.revision + 1, **but})


def withdrawn(event: OutcomeEvidenced) -> OutcomeWithdrawn:
    return OutcomeWithdrawn(
        event_id=new_id(),
        programme_id=event.programme_id,
        occurred_at=AT,
        participant_id=event.participant_id,
        case_id=event.case_id,
        provider_id=event.provider_id,
        outcome_id=event.outcome_id,
        reason="recorded-by-mistake",
        withdrawn_on=AT.date(),
    )


def merged(survivor: UUID, alias: UUID, at: datetime = AT) -> ParticipantsMerged:
    return ParticipantsMerged(
        event_id=new_id(), programme_id="kbop", occurred_at=at, participant_id=survivor, alias_id=alias
    )


def parted(survivor: UUID, alias: UUID, *others: UUID, at: datetime = AT) -> ParticipantsUnmerged:
    return ParticipantsUnmerged(
        event_id=new_id(),
        programme_id="kbop",
        occurred_at=at,
        participant_id=survivor,
        alias_id=alias,
        others=others,
    )


@asynccontextmanager
async def claims_door(databases: Databases, **settings: Any) -> AsyncGenerator[FrontDoor]:
    """Claims with the shipped programme loaded."""
    async with front_door(databases, "claims", create_app_for, load, **settings) as door:
        yield door


async def load(door: FrontDoor, **money: Any) -> None:
    """Load the shipped programme and accept its cards, with other money terms where they are given."""
    part = PART | {"money": PART["money"] | money}
    answer = await door.put("/v1/programmes/kbop", OPERATOR, part, at=AT)
    assert answer.status_code == 200, answer.text
    await accept_cards(door, at=AT)


async def hear(door: FrontDoor, *events: Event) -> list[Record]:
    """Let claims hear events, each stream in the order given."""
    records = records_of(events)
    await door.hear(REACTIONS, records)
    return records


async def raised(door: FrontDoor, *events: OutcomeEvidenced) -> list[str]:
    """Hear outcomes; the ids of their claims, in the same order."""
    await hear(door, *events)
    return [await claim_for(door, event) for event in events]


async def claim_for(door: FrontDoor, event: OutcomeEvidenced) -> str:
    found = await door.rows("select claim_id from claim where outcome_id = :id", id=event.outcome_id)
    return str(found[0]["claim_id"])


async def shown(door: FrontDoor, claim_id: str, who: str = PRIME) -> dict[str, Any]:
    answer = await door.get(f"/v1/claims/{claim_id}", who, at=AT)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def step(
    door: FrontDoor, claim_id: str, verb: str, who: str, body: Any = None, *, at: datetime = AT, status: int = 200
) -> dict[str, Any]:
    """Take a step; its answer, or the problem where another status is expected."""
    answer = await door.post(f"/v1/claims/{claim_id}/{verb}", who, body, at=at)
    assert answer.status_code == status, answer.text
    return answer.json()


async def submitted(door: FrontDoor, *events: OutcomeEvidenced) -> list[str]:
    """Claims in the council's hands."""
    ids = await raised(door, *events)
    for claim_id in ids:
        await step(door, claim_id, "approval", PRIME, {})
    return ids


async def verified(door: FrontDoor, *events: OutcomeEvidenced, at: datetime = AT) -> list[str]:
    ids = await submitted(door, *events)
    for claim_id in ids:
        await step(door, claim_id, "verification", VERIFIER, at=at)
    return ids


def asking(code: str = "unreadable", item_id: UUID | None = None, due_on: date | None = None) -> dict[str, Any]:
    """A request for one thing, as the prime or the council sends it."""
    request = {
        "code": code,
        "remedy": "Send a page that can be read.",
        "item_id": item_id and str(item_id),
        "due_on": due_on and due_on.isoformat(),
    }
    return {"requests": [request]}


WHY = {"code": "mistake", "reason": "The wrong claim was open."}
REFUSAL = {"refusals": [{"code": "insufficient", "reason": "It does not show it.", "remedy": "Send another letter."}]}
