"""The hub with its programme loaded, and the people who use it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from common.contracts import Event
from common.contracts.cases import CaseClosed, CaseStarted
from common.ids import new_id
from programme.folder import load_folder
from referral_hub.events.heard import REACTIONS
from referral_hub.main import create_app_for
from tests.parts.api import FrontDoor, front_door, records_of, someone
from tests.parts.postgres import Databases

E = TypeVar("E", bound=Event)

HUB = someone("hub")
PRIME = someone("prime-manager")
OPERATOR = someone("operator", organisation="operations", kind="operator")
OVERSIGHT = someone("council-oversight", organisation="kirklees-council", kind="council")
VERIFIER = someone("council-verifier", organisation="kirklees-council", kind="council")
KNH = someone("referrer", organisation="kirklees-neighbourhood-housing", kind="agency")
PRISONS = someone("referrer", organisation="hm-prisons", kind="agency")


def of_provider(provider_id: str, role: str = "caseworker", **more: Any) -> str:
    return someone(role, organisation=provider_id, kind="provider", **more)


@cache
def kbop() -> dict[str, Any]:
    """The hub's part of the reference programme, as JSON."""
    return load_folder(Path("programmes/kbop")).hub_part().model_dump(mode="json")


def a_person(**but: Any) -> dict[str, Any]:
    usual = {"given_name": "Amina", "family_name": f"Khan {uuid4().hex[:6]}", "date_of_birth": "1990-03-04"}
    return usual | but


def a_referral(**but: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "source": "council",
        "agency_id": "kirklees-council-housing",
        "person": a_person(),
        "needs": ["homelessness"],
        "consent_to_share": True,
    }
    return usual | but


def an_assessment(**but: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "aspirations": ["A home of my own"],
        "strengths": ["Good with people"],
        "needs": ["homelessness"],
        "risk_level": "low",
        "specialism": "generic",
        "intensity": "medium",
    }
    return usual | but


def told(kind: type[E], placed: dict[str, Any], **facts: Any) -> E:
    """What case management says of somebody who is placed."""
    usual = {
        "event_id": new_id(),
        "programme_id": "kbop",
        "occurred_at": datetime(2019, 12, 1, 10, tzinfo=UTC),
        "participant_id": placed["participant_id"],
        "provider_id": placed["provider_id"],
    }
    return kind.model_validate(usual | facts)


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub's door with the usual steps behind it; each answers with the receipt."""

    door: FrontDoor

    async def referred(self, who: str = HUB, **but: Any) -> dict[str, Any]:
        return self.done(await self.door.post("/v1/referrals", who, a_referral(**but)))

    async def triaged(self, referral: dict[str, Any] | None = None, **but: Any) -> dict[str, Any]:
        referral = referral or await self.referred()
        path = f"/v1/referrals/{referral['id']}/triage"
        return self.done(await self.door.post(path, HUB, an_assessment(**but)))

    async def allocated(self, referral: dict[str, Any] | None = None, **choice: Any) -> dict[str, Any]:
        referral = referral or await self.triaged()
        return self.done(await self.door.post(f"/v1/referrals/{referral['id']}/allocation", HUB, choice or None))

    async def completed(self, referral: dict[str, Any] | None = None, on: date = date(2019, 10, 7)) -> dict[str, Any]:
        """Placed with horton, started and closed."""
        triaged = await self.triaged(referral)
        placed = await self.allocated(triaged, provider_id="horton", override_reason="Knows them.")
        about = {"referral_id": placed["referral_id"], "case_id": new_id()}
        started = told(CaseStarted, placed, **about, referred_on=on, started_on=on)
        closed = told(CaseClosed, placed, case_id=about["case_id"], reason="outcomes-achieved", closed_on=on)
        await self.door.hear(REACTIONS, records_of([started, closed]))
        return placed

    async def read(self, path: str, who: str = HUB, **query: Any) -> dict[str, Any]:
        return self.done(await self.door.get(path, who, **query))

    @staticmethod
    def done(response: Any) -> dict[str, Any]:
        assert response.is_success, response.text
        return response.json()


@asynccontextmanager
async def hub_with(databases: Databases, programme: dict[str, Any] | None = None) -> AsyncGenerator[Hub]:
    """A started hub; with a programme given, or the reference one, loaded."""
    part = programme or kbop()

    async def load(door: FrontDoor) -> None:
        Hub.done(await door.put(f"/v1/programmes/{part['programme_id']}", OPERATOR, part))

    async with front_door(databases, "referral-hub", create_app_for, None if programme else load) as door:
        if programme:
            await load(door)
        yield Hub(door)


def with_capacity(**capacity: int) -> dict[str, Any]:
    """The reference programme with only these providers taking anyone: `with_capacity(horton=3)`."""
    limits = {name.replace("_", "-"): units for name, units in capacity.items()}
    providers = [one | {"capacity": limits.get(one["provider_id"], 0)} for one in kbop()["providers"]]
    return kbop() | {"providers": providers}
