"""From the event as heard to the outcome as rules read it."""

import json
from uuid import UUID

from claims.storage.tables.claims import HeardOutcomeRow
from common.contracts.cases import OutcomeEvidenced
from rulebook.fact import Facts
from rulebook.outcome import AssessmentResult, EvidenceItem, Outcome, PlanInForce


def outcome_in(event: OutcomeEvidenced, subject_id: UUID) -> Outcome:
    """The event's facts, for the participant whose keys it uses up."""
    plan = event.plan
    return Outcome(
        outcome_id=event.outcome_id,
        revision=event.revision,
        code=event.outcome,
        slot=event.slot,
        subject_kind=event.subject_kind,
        subject_id=subject_id,
        provider_id=event.provider_id,
        achieved_on=event.achieved_on,
        referred_on=event.referred_on,
        service_started_on=event.service_started_on,
        evidence=tuple(EvidenceItem(e.item_id, e.kind, e.sha256, e.dated_on) for e in event.evidence),
        facts=Facts(event.facts),
        assessments=tuple(
            AssessmentResult(a.assessment_id, a.instrument, a.stage, a.score, a.assessed_on) for a in event.assessments
        ),
        plan=None if plan is None else PlanInForce(plan.plan_id, plan.kind, plan.agreed_on),
        quantity=event.quantity,
        unit=event.unit,
    )


def outcome_as_heard(revision: HeardOutcomeRow, subject_id: UUID) -> Outcome:
    """A frozen revision, read again exactly as it was heard."""
    return outcome_in(OutcomeEvidenced.model_validate_json(json.dumps(revision.body)), subject_id)
