"""Handing cases over to other workers."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, model_validator

from case_management.operations.cases.hand_over import HandOver
from case_management.operations.cases.hand_over import hand_over as give
from common.transaction import Answer, Transaction
from common.web.access import writing
from common.web.fields import BusinessDay, RequestBody

from .requests import Worker
from .responses import CaseMoved
from .roles import RECORDERS

router = APIRouter(prefix="/v1/hand-overs", tags=["cases"])


class HandOverIn(RequestBody):
    case_id: UUID
    worker: Worker
    """Who takes it over."""
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    """Of the case as you read it, so that what changed since is not overwritten."""


class HandOversIn(RequestBody):
    """Cases to hand over: all that a worker leaves behind are listed at `GET /v1/cases?worker=…`."""

    cases: Annotated[list[HandOverIn], Field(min_length=1, max_length=200)]
    handed_over_on: BusinessDay | None = None
    """Today unless given."""

    @model_validator(mode="after")
    def each_case_once(self) -> Self:
        if len({one.case_id for one in self.cases}) < len(self.cases):
            raise ValueError("name each case once")
        return self


class HandedOver(Answer):
    """Every case with its new version, in the order asked."""

    cases: list[CaseMoved]


@router.post("")
async def hand_over(body: HandOversIn, tx: Annotated[Transaction, writing(*RECORDERS)]) -> HandedOver:
    """Hand over one case or many, each to a worker: all of them, or none.

    422 `refused`: each refusal names its case (`case_id`). 404: one of them is not yours. 412: one changed since.
    """
    rows = await give(tx, [HandOver(**one.model_dump()) for one in body.cases], body.handed_over_on)
    moved = [CaseMoved(id=row.id, state=row.state, version=row.version) for row in rows]
    return tx.answered(HandedOver(cases=moved))
