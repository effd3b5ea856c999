"""Case management's front door as its people use it: who they are, and how a case gets where a test needs it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from case_management.events.heard import REACTIONS
from common.contracts import Event
from common.contracts.referrals import ParticipantAllocated, ParticipantsMerged
from common.ids import new_id
from common.streams.records import Record
from tests.parts.api import SIMULATED_AT, FrontDoor, someone
from tests.parts.papers import PDF

HORTON = {"organisation": "horton", "kind": "provider"}
CASEWORKER = someone("caseworker", **HORTON)
PROVIDER_MANAGER = someone("provider-manager", **HORTON)
CONTRACTS_OFFICER = someone("contracts-officer", **HORTON)
STRANGER = someone("caseworker", "provider-manager", organisation="connect", kind="provider")
HUB = someone("hub")
PRIME = someone("prime-manager")
OPERATOR = someone("operator", organisation="operations", kind="operator")
VERIFIER = someone("council-verifier", organisation="kirklees-council", kind="council")
REFERRER = someone("referrer", organisation="hm-prisons", kind="agency")

TODAY = date(2019, 10, 7)
REFERRED_ON = date(2019, 9, 2)
ALLOCATED_ON = date(2019, 9, 9)
STARTED_ON = date(2019, 9, 16)


def an_outcome_guide(outcome: str, *slots: str) -> dict[str, Any]:
    guide = {"outcome": outcome, "title": outcome, "definition": "As the card says.", "domain": "accommodation"}
    return guide | {"slots": slots or ["only"], "limit": 1, "evidence": {"any_of": ["landlord-letter"]}, "facts": []}


def a_part(**but: Any) -> dict[str, Any]:
    """Case management's part of a small programme."""
    kinds = ["landlord-letter", "tenancy-agreement", "payslip", "support-plan"]
    in_force: dict[str, Any] = {"in_force_from": "2019-09-01", "in_force_until": None}
    guide = {"card": "kbop-lcf", "version": "v1", "plans": ["support"]} | in_force
    usual: dict[str, Any] = {
        "programme_id": "kbop",
        "closure": {
            "reasons": ["outcomes-achieved", "disengaged", "deceased", "participant-request"],
            "reasons_without_attempts": ["deceased"],
            "attempts": 3,
            "channels": 2,
            "personalised": 1,
        },
        "instruments": [
            {"instrument": "homelessness-star", "title": "Star", "lowest": 10, "highest": 100, "better": "higher"}
            | {"months_to_next_stages": [3, 6]}
        ],
        "evidence_kinds": [{"kind": kind, "title": kind} for kind in kinds]
        + [{"kind": "case-note", "title": "Case note", "origin": "made-here"}]
        + [{"kind": "hmrc-check", "title": "Check by HMRC", "origin": "answered"}],
        "guides": [guide | {"outcomes": [an_outcome_guide("ACC_ENTRY"), an_outcome_guide("MH", "first", "second")]}],
        "restriction_reasons": ["domestic-abuse"],
        "outcome_withdrawal_reasons": ["recorded-by-mistake", "recorded-twice"],
        "provider_cards": [{"provider_id": one, "card": "kbop-lcf"} for one in ("horton", "connect", "foundation")],
    }
    return usual | but


def an_allocation(**but: Any) -> ParticipantAllocated:
    usual: dict[str, Any] = {
        "event_id": new_id(),
        "programme_id": "kbop",
        "occurred_at": datetime.fromisoformat("2019-09-09T10:00:00+01:00"),
        "participant_id": new_id(),
        "referral_id": new_id(),
        "allocation_id": new_id(),
        "provider_id": "horton",
        "referred_on": REFERRED_ON,
        "allocated_on": ALLOCATED_ON,
        "specialism": "housing",
        "intensity": "medium",
        "complex": False,
        "priority": False,
        "returning": False,
    }
    return ParticipantAllocated(**usual | but)


def a_merge(survivor: UUID, alias: UUID) -> ParticipantsMerged:
    occurred_at = datetime.fromisoformat("2019-09-10T10:00:00+01:00")
    return ParticipantsMerged(
        event_id=new_id(), programme_id="kbop", occurred_at=occurred_at, participant_id=survivor, alias_id=alias
    )


@dataclass(slots=True)
class World:
    """The started service, and short words for what its people do. Every write says it came about."""

    door: FrontDoor
    documents: Path
    places: dict[str, int] = field(default_factory=dict[str, int])

    async def load_programme(self, **but: Any) -> dict[str, Any]:
        return came_about(await self.door.put("/v1/programmes/kbop", OPERATOR, a_part(**but)))

    async def hear(self, *events: Event) -> None:
        """Each event as the next of its stream."""
        await self.door.hear(REACTIONS, [self.record(event) for event in events])

    def record(self, event: Event) -> Record:
        place = self.places[event.subject] = self.places.get(event.subject, 0) + 1
        body, version = event.model_dump_json(), event.schema_version
        return Record(
            event.topic, event.subject, place, event.event_id, event.type, version, body, {}, event.programme_id
        )

    async def an_allocated_case(self, **but: Any) -> UUID:
        event = an_allocation(**but)
        await self.hear(event)
        [row] = await self.door.rows("select id from support_case where allocation_id = :id", id=event.allocation_id)
        return row["id"]

    async def a_started_case(self, **but: Any) -> UUID:
        case_id = await self.an_allocated_case(**but)
        body = {"worker": "caseworker.horton", "started_on": STARTED_ON.isoformat()}
        came_about(await self.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, body))
        return case_id

    async def a_note(self, case_id: UUID, who: str = CASEWORKER, **but: Any) -> UUID:
        body = {"text": "We looked at three flats."} | but
        return UUID(came_about(await self.door.post(f"/v1/cases/{case_id}/notes", who, body))["id"])

    async def upload(
        self,
        case_id: UUID,
        content: bytes = PDF,
        name: str = "letter.pdf",
        media_type: str = "application/pdf",
        who: str = CASEWORKER,
        key: str | None = None,
        **fields: Any,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": key or uuid4().hex}
        headers["Simulated-Now"] = SIMULATED_AT.isoformat()
        return await self.door.client.post(
            f"/v1/cases/{case_id}/documents",
            data={"kind": "landlord-letter", **fields},
            files={"file": (name, content, media_type)},
            headers=headers,
        )

    async def a_document(self, case_id: UUID, **but: Any) -> UUID:
        return UUID(came_about(await self.upload(case_id, **but))["id"])

    async def an_outcome(self, case_id: UUID, *evidence: UUID, **but: Any) -> UUID:
        body: dict[str, Any] = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01"}
        body |= {"evidence": [str(one) for one in evidence]} | but
        return UUID(came_about(await self.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body))["id"])

    async def joint_work(self, case_id: UUID, provider_id: str = "connect", **but: Any) -> UUID:
        body = {"joint_provider_id": provider_id} | but
        answer = await self.door.post(f"/v1/cases/{case_id}/joint-work", PROVIDER_MANAGER, body)
        return UUID(came_about(answer)["id"])

    async def told(self, case_id: UUID, who: str = PRIME) -> dict[str, Any]:
        return came_about(await self.door.get(f"/v1/cases/{case_id}", who))


def came_about(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer that is no problem."""
    assert answer.is_success, answer.text
    return answer.json()


def refusals_in(answer: httpx.Response) -> list[str]:
    """The codes of every refusal, each of which must say what to do."""
    refusals = answer.json().get("refusals", [])
    assert all(one["reason"] and one["remedy"] for one in refusals)
    return sorted(one["code"] for one in refusals)
