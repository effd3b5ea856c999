"""The submit as FastAPI's SQL tutorial writes it: models, a session a request, plain functions, one commit.

No row security, no rules but these checks, and reads one by one; the rows it leaves are those of ours.
"""

import hashlib
import json
import os
from collections.abc import Generator
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import jwt
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine, select
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.orm import DeclarativeBase, Session

engine = create_engine(os.environ["DATABASE_URL"], pool_size=16, max_overflow=24)
keys = jwt.PyJWKClient(os.environ["JWKS_URL"])
app = FastAPI()


class Base(DeferredReflection, DeclarativeBase):
    __abstract__ = True


class Case(Base):
    __tablename__ = "support_case"


class Note(Base):
    __tablename__ = "note"


class Assessment(Base):
    __tablename__ = "assessment"


class Plan(Base):
    __tablename__ = "plan"


class Outcome(Base):
    __tablename__ = "outcome"


class Revision(Base):
    __tablename__ = "outcome_revision"


class Citation(Base):
    __tablename__ = "citation"


class Audit(Base):
    __tablename__ = "audit"


class Unsealed(Base):
    __tablename__ = "audit_unsealed"


class Idempotency(Base):
    __tablename__ = "idempotency"


class Stream(Base):
    __tablename__ = "stream"


class Outbox(Base):
    __tablename__ = "outbox"


class Pending(Base):
    __tablename__ = "pending"


Base.prepare(engine)


class OutcomeIn(BaseModel):
    outcome: str
    slot: str = "only"
    achieved_on: date
    evidence: list[UUID]
    facts: dict[str, Any] = {}


def get_session() -> Generator[Session]:
    with Session(engine) as session:
        yield session


def get_user(authorization: Annotated[str, Header()]) -> dict[str, Any]:
    token = authorization.removeprefix("Bearer ")
    key = keys.get_signing_key_from_jwt(token)
    try:
        return jwt.decode(token, key, algorithms=["RS256"], audience="case-management", issuer=os.environ["ISSUER_URL"])
    except jwt.PyJWTError as error:
        raise HTTPException(401) from error


@app.get("/ready")
def ready() -> dict[str, str]:
    return {"status": "ready"}


@app.post("/v1/cases/{case_id}/outcomes", status_code=201)
def record_outcome(
    case_id: UUID,
    body: OutcomeIn,
    session: Annotated[Session, Depends(get_session)],
    user: Annotated[dict[str, Any], Depends(get_user)],
    idempotency_key: Annotated[str, Header()],
) -> dict[str, Any]:
    if "caseworker" not in user["roles"]:
        raise HTTPException(403)
    programme, client, route = user["programme"], f"{user['org']}/{user['sub']}", "POST /v1/cases/{case_id}/outcomes"
    if kept := session.get(Idempotency, (programme, client, route, idempotency_key)):
        return kept.answer
    case: Any = session.scalar(
        select(Case).where(Case.id == case_id, Case.provider_id == user["org"]).with_for_update()
    )
    if case is None:
        raise HTTPException(404)
    notes: Any = session.scalars(select(Note).where(Note.case_id == case_id, Note.id.in_(body.evidence))).all()
    if len(notes) != len(body.evidence):
        raise HTTPException(422)
    now, outcome_id = datetime.now(UTC), uuid4()
    shared = {"programme_id": programme, "case_id": case_id}
    session.add(
        Outcome(
            id=outcome_id, outcome=body.outcome, slot=body.slot, state="evidenced", revision=1,
            recorded_by=user["sub"], **shared,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        Revision(
            outcome_id=outcome_id, revision=1, achieved_on=body.achieved_on, quantity=1, facts=body.facts,
            contributors=[], recorded_by=user["sub"], recorded_at=now, **shared,
        )
    )  # fmt: skip
    for note in notes:
        session.add(
            Citation(
                outcome_id=outcome_id, revision=1, item_id=note.id, kind="case-note", dated_on=note.noted_on, **shared
            )
        )
    assessments: Any = session.scalars(select(Assessment).where(Assessment.case_id == case_id)).all()
    plans: Any = session.scalars(select(Plan).where(Plan.case_id == case_id)).all()
    said = {
        "participant_id": str(case.participant_id), "case_id": str(case_id), "referral_id": str(case.referral_id),
        "provider_id": case.provider_id, "outcome_id": str(outcome_id), "revision": 1, "outcome": body.outcome,
        "slot": body.slot, "quantity": 1, "achieved_on": str(body.achieved_on), "referred_on": str(case.referred_on),
        "service_started_on": str(case.started_on), "recorded_by": user["sub"], "facts": body.facts,
        "evidence": [{"item_id": str(note.id), "kind": "case-note", "dated_on": str(note.noted_on)} for note in notes],
        "assessments": [{"assessment_id": str(one.id), "score": one.score} for one in assessments],
        "plan": [str(plan.id) for plan in plans],
    }  # fmt: skip
    subject = f"participant/{case.participant_id}"
    stream: Any = session.get(Stream, ("cases", subject), with_for_update=True)
    if stream is None:
        stream = Stream(topic="cases", subject=subject, programme_id=programme, last_sequence=0)
        session.add(stream)
    for kind in ("OutcomeRecorded", "OutcomeEvidenced"):
        stream.last_sequence += 1
        event = Outbox(
            event_id=uuid4(), topic="cases", subject=subject, sequence=stream.last_sequence, type=kind,
            schema_version=1, programme_id=programme, provider_id=case.provider_id, headers={}, body=json.dumps(said),
            occurred_at=now,
        )  # fmt: skip
        session.add(event)
        session.flush()
        session.add(Pending(position=event.position))
    subjects = [f"case/{case_id}", subject, f"outcome/{outcome_id}"]
    audit = Audit(
        programme_id=programme, actor=user["sub"], organisation=user["org"], action="record_outcome",
        subjects=subjects, business_at=now,
    )  # fmt: skip
    session.add(audit)
    session.flush()
    session.add(Unsealed(position=audit.position))
    answer = {"id": str(outcome_id), "revision": 1, "state": "evidenced"}
    hashed = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    session.add(
        Idempotency(
            programme_id=programme, client=client, route=route, key=idempotency_key, request_hash=hashed, status=201,
            answer=answer,
        )
    )  # fmt: skip
    session.commit()
    return answer
