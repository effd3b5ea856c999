"""Evidence of other kinds: proposed by providers, ruled on once by the council, a precedent for all (U-04)."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from claims.domain.equivalent import Equivalent
from claims.operations.rate_cards.propose_equivalent import propose_equivalent
from claims.operations.rate_cards.rule_on_equivalent import rule_on_equivalent
from claims.storage import equivalents
from claims.storage.tables import EvidenceEquivalent
from common.contracts import Code
from common.transaction import Answer, Transaction
from common.web.access import deciding, reading, writing
from common.web.fields import Sentence
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.problems import Invalid

from .requests import Said
from .roles import CLAIM_READERS, PROVIDERS

router = APIRouter(prefix="/v1/equivalents", tags=["equivalents"])


class ProposalIn(Said):
    """For one outcome, a kind of evidence in the place of another, and why. Nothing about any person."""

    provider_id: Code | None = None
    """Your own, if you name it."""
    outcome: Code
    kind: Code
    stands_for: Code
    why: Sentence


class RulingIn(Said):
    ruling: Literal["accepted", "refused"]
    reason: Sentence


class EquivalentKept(Answer):
    """A proposal's id, the ruling if there is one, and the version to name in `If-Match`."""

    id: UUID
    ruling: str | None
    version: int


class EquivalentShown(BaseModel):
    """A proposal, and the council's ruling on it where there is one."""

    id: UUID
    outcome: str
    kind: str
    stands_for: str
    why: str
    provider_id: str
    proposed_on: date
    ruling: str | None
    reason: str | None
    ruled_on: date | None
    version: int


@router.post("", status_code=201)
async def propose(body: ProposalIn, tx: Annotated[Transaction, writing(*PROVIDERS)]) -> EquivalentKept:
    """Propose evidence of another kind. 409 with the ruling where it was proposed before; 422 with every reason."""
    if body.provider_id not in (None, tx.actor.organisation):
        raise Invalid("A provider proposes for itself; the ruling is everybody's.")
    row = await propose_equivalent(tx, Equivalent(body.outcome, body.kind, body.stands_for), body.why)
    return tx.answered(EquivalentKept(id=row.equivalent_id, ruling=row.ruling, version=row.version))


@router.get("")
async def list_equivalents(
    tx: Annotated[Transaction, reading(*CLAIM_READERS)],
    outcome: Annotated[Code | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[EquivalentShown]:
    """What has been proposed and ruled in the programme, the newest first: precedents are everybody's."""
    after: Any = key_of(cursor, date.fromisoformat, UUID)
    found = await equivalents.equivalents_listed(tx.session, outcome, after, limit + 1)
    return page_of(found, limit, lambda row: (row.proposed_on, row.equivalent_id), shown)


@router.post("/{equivalent_id}/ruling")
async def rule(
    equivalent_id: UUID, body: RulingIn, tx: Annotated[Transaction, deciding("council-verifier")]
) -> EquivalentKept:
    """Rule on it, once and for every provider. 409 when it has been ruled on."""
    row = await rule_on_equivalent(tx, equivalent_id, body.ruling, body.reason)
    return tx.answered(EquivalentKept(id=row.equivalent_id, ruling=row.ruling, version=row.version))


def shown(row: EvidenceEquivalent) -> EquivalentShown:
    same = {name: getattr(row, name) for name in EquivalentShown.model_fields if name != "id"}
    return EquivalentShown(id=row.equivalent_id, **same)
