"""What recording and correcting an outcome share: its evidence found, and everything a rule may look at announced."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from case_management.domain.joint_work import supporting_on
from case_management.domain.outcome import Achievement, on_record_already
from case_management.domain.plan import counting
from case_management.domain.same_file import evidence_is_not_wrong
from case_management.storage.cases import standing_joint_work
from case_management.storage.evidence import items_of_case
from case_management.storage.outcomes import find_same
from case_management.storage.programmes import CountingGuide, plan_kinds_of
from case_management.storage.same_files import misplaced
from case_management.storage.support import standing_assessments, standing_plans
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.outcomes import OutcomeRow, RevisionRow
from common.contracts import cases
from common.transaction import Transaction
from common.web.refused import refused
from rulebook.outcome import EvidenceItem
from rulebook.refusal import Refusal


async def find_evidence(tx: Transaction, case_id: UUID, item_ids: Sequence[UUID]) -> frozenset[EvidenceItem]:
    """The documents and notes that these ids name.

    Raises:
        Refused: one of them is no document or note of this case, or was found to be of another participant.
    """
    items = frozenset(await items_of_case(tx.session, case_id, item_ids))
    if missing := set(item_ids) - {one.item_id for one in items}:
        reason = f"{len(missing)} of the items are not documents or notes of this case."
        raise refused(
            Refusal("evidence_not_of_this_case", reason, "Add the document or note to this case, then name its id.")
        )
    if refusal := evidence_is_not_wrong(len(await misplaced(tx.session, item_ids))):
        raise refused(refusal)
    return items


async def find_contributors(
    tx: Transaction, case_id: UUID, achieved_on: date, names: Sequence[str] | None
) -> list[str]:
    """The joint providers who contributed: those named, or else all who worked jointly on the day (BR-D10).

    Raises:
        Refused: one named never worked on the case.
    """
    works = await standing_joint_work(tx.session, case_id)
    if names is None:
        return sorted(supporting_on(works, achieved_on))
    partners = {work.provider_id for work in works}
    if strangers := sorted(set(names) - partners):
        reason = f"{', '.join(strangers)} never worked on this case."
        joint = f", or choose from {', '.join(sorted(partners))}" if partners else ""
        raise refused(Refusal("contributor_not_joint", reason, f"Agree joint work with them first{joint}."))
    return sorted(set(names))


async def refuse_same(
    tx: Transaction, case: CaseRow, code: str, achievement: Achievement, but: UUID | None = None
) -> None:
    """Go on when no other outcome of the participant is the same; `but` is the one that is being corrected.

    Raises:
        Refused: one is on record, and `outcome_id` says which; among those within the asker's sight.
    """
    if (same := await find_same(tx.session, case.participant_id, code, achievement, but)) is not None:
        problem = refused(on_record_already(same))
        problem.members["outcome_id"] = str(same)
        raise problem


BASIS = ("referred_on", "service_started_on", "funding_stream", "plan")
"""What an outcome rests on besides itself and the assessments made by its day."""


def announce_evidenced(tx: Transaction, revision: RevisionRow, event: cases.OutcomeEvidenced) -> None:
    """Announce the outcome whole in itself: claims decides from this event and its own claims alone.

    Add the revision afterwards: it is never changed once kept.
    """
    revision.basis = basis_of(event)
    tx.announce(event)


async def evidenced(
    tx: Transaction,
    case: CaseRow,
    outcome: OutcomeRow,
    revision: RevisionRow,
    achievement: Achievement,
    guide: CountingGuide,
    receipt: str | None = None,
) -> cases.OutcomeEvidenced:
    """What a revision says, with what the record says now; `receipt`, which a pre-check in claims signed, unread."""
    facts: dict[str, Any] = dict(achievement.facts)
    evidence = sorted(achievement.evidence, key=lambda item: item.item_id)
    return cases.OutcomeEvidenced(
        **tx.envelope(),
        participant_id=case.participant_id,
        case_id=case.id,
        referral_id=case.referral_id,
        provider_id=case.provider_id,
        outcome_id=outcome.id,
        revision=revision.revision,
        outcome=outcome.outcome,
        slot=achievement.slot,
        subject_kind=guide.subject,
        quantity=achievement.quantity,
        unit=guide.unit,
        achieved_on=achievement.achieved_on,
        referred_on=case.referred_on,
        service_started_on=case.started_on or case.allocated_on,
        funding_stream="historic" if case.funding_stream == "historic" else "lcf",
        recorded_by=revision.recorded_by,
        contributors=achievement.contributors,
        evidence=tuple(
            cases.EvidenceItem(item_id=one.item_id, kind=one.kind, sha256=one.sha256, dated_on=one.dated_on)
            for one in evidence
        ),
        facts=facts,
        assessments=await _assessments(tx, case.id),
        plan=await _plan(tx, case, achievement.achieved_on),
        receipt=receipt,
        cause=revision.cause,
    )


def basis_of(event: cases.OutcomeEvidenced) -> dict[str, Any]:
    """What the outcome rests on: an assessment made after its day is no part of it."""
    content = event.model_dump(mode="json", include={*BASIS, "assessments"})
    day = event.achieved_on.isoformat()
    return content | {"assessments": [one for one in content["assessments"] if one["assessed_on"] <= day]}


async def _assessments(tx: Transaction, case_id: UUID) -> tuple[cases.AssessmentResult, ...]:
    rows = await standing_assessments(tx.session, case_id)
    fields = ("instrument", "stage", "score", "assessed_on")
    return tuple(
        cases.AssessmentResult.model_validate(
            {"assessment_id": row.id} | {field: getattr(row, field) for field in fields}
        )
        for row in rows
    )


async def _plan(tx: Transaction, case: CaseRow, day: date) -> cases.PlanInForce | None:
    plans = await standing_plans(tx.session, case.id)
    card_kinds = await plan_kinds_of(tx.session, tx.programme_id, case.provider_id, day)
    place = counting([(plan.kind, plan.agreed_on) for plan in plans], card_kinds, day)
    if place is None:
        return None
    plan = plans[place]
    return cases.PlanInForce.model_validate({"plan_id": plan.id, "kind": plan.kind, "agreed_on": plan.agreed_on})
