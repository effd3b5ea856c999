"""Record an outcome, with its evidence when there is some (BR-E11): from what is asked to what is announced.

What recording shares with correcting (`correct_outcome`) and announcing anew (`announce_again`) stands here. The
event goes on in `common.transaction` (`save`), and from there in `common.messaging.relay`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from case_management.domain.case import Case
from case_management.domain.catalogue import choose_from, unknown
from case_management.domain.joint_work import supporting_on
from case_management.domain.outcome import (
    Achievement,
    RecordingPolicy,
    is_evidenced,
    on_record_already,
    refusals_of_achievement,
)
from case_management.domain.plan import counting
from case_management.domain.same_file import evidence_is_not_wrong
from case_management.operations.loading import CaseLookup, case_to_change_with
from case_management.operations.requests import OutcomeIn
from case_management.storage.cases import STANDING_JOINT_WORK, joint_work
from case_management.storage.evidence import ITEMS_OF_CASE
from case_management.storage.outcomes import STANDING_OF_PERSON, hold_participant, kept_fact
from case_management.storage.programmes import NO_POLICY, CasesPolicyLookup, RecordingGuide
from case_management.storage.same_files import MISPLACED, wrong_now
from case_management.storage.support import STANDING_ASSESSMENTS, STANDING_PLANS, in_stage_order
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.external_ids import ExternalIdRow
from case_management.storage.tables.outcomes import CitationRow, OutcomeRow, RevisionRow
from case_management.storage.tables.participants import AccessRow
from case_management.storage.tables.support import AssessmentRow, PlanRow
from common.contracts import cases
from common.database.lookup import every
from common.transaction import Transaction
from common.web.http.external_ids import NamedThing, keep_external_ids
from common.web.refused import refuse_if_any, refused
from rulebook.outcome import EvidenceItem
from rulebook.refusal import Refusal


class OutcomeBasis(CasesPolicyLookup):
    """What an outcome rests on besides itself, as the record stands."""

    plans: list[PlanRow] = every(STANDING_PLANS)
    assessments: list[AssessmentRow] = every(STANDING_ASSESSMENTS)


class RecordingLookup(CaseLookup, OutcomeBasis):
    """What an outcome is held against when somebody says it, or says it otherwise."""

    items: list[Any] = every(ITEMS_OF_CASE)
    misplaced: list[Any] = every(MISPLACED)
    works: list[AccessRow] = every(STANDING_JOINT_WORK)
    others: list[Any] = every(STANDING_OF_PERSON)


async def record_outcome(tx: Transaction, case_id: UUID, outcome_id: UUID, body: OutcomeIn) -> OutcomeRow:
    """The outcome at its first revision: evidenced when at least one item supports it.

    Raises:
        Refused: no card pays for it, the day is impossible, an item is not of this case, or it is on record already.
        ExternalIdTaken: one of the systems calls another outcome so.
    """
    await hold_participant(tx.session, case_id)
    at_hand, lookup = await case_to_change_with(tx, case_id, RecordingLookup, outcome=body.outcome, items=body.evidence)
    items = find_evidence(lookup, body.evidence)
    achievement = Achievement(body.achieved_on, body.slot, body.quantity, evidence=items, facts=body.facts)
    await refuse_outcome(tx, at_hand.case, body.outcome, achievement, lookup)
    refuse_same(lookup, achievement)
    contributors = find_contributors(lookup, body.achieved_on, body.contributors)
    achievement = replace(achievement, contributors=tuple(contributors))
    row = _keep(tx, at_hand.row, outcome_id, body, is_evidenced(achievement))
    thing = NamedThing("outcome", outcome_id, at_hand.row.participant_id)
    await keep_external_ids(tx, ExternalIdRow, thing, body.external_ids)
    revision = revision_row(tx, row, 1, achievement)
    announce_recorded(tx, at_hand.row, row, achievement)
    if is_evidenced(achievement):
        event = evidenced(tx, at_hand.row, row, revision, achievement, lookup, body.receipt)
        announce_evidenced(tx, revision, event)
    add_revision(tx.session, row, achievement, revision)
    return row


async def refuse_outcome(
    tx: Transaction, case: Case, code: str, achievement: Achievement, basis: OutcomeBasis, *more: Refusal
) -> None:
    """Go on where the outcome can be recorded so; `more` refusals are told with these.

    Raises:
        Refused: no card has it, or not in this slot; or the case or the day stands against it.
    """
    programme = basis.policy or NO_POLICY
    policy = RecordingPolicy(after_closure=programme.recording.after_closure)
    refusals = (*more, *refusals_of_achievement(case, achievement, policy, tx.today))
    refuse_if_any((*refusals, *_outcome_is_the_programmes(programme.outcomes, code, achievement.slot)))


def _outcome_is_the_programmes(outcomes: Mapping[str, RecordingGuide], code: str, slot: str) -> tuple[Refusal, ...]:
    if code not in outcomes:
        return (unknown("unknown_outcome", "outcome", code, outcomes),)
    if slot not in outcomes[code].slots:
        return (Refusal("unknown_slot", f"{code} has no slot {slot}.", choose_from(outcomes[code].slots)),)
    return ()


def find_evidence(lookup: RecordingLookup, item_ids: Sequence[UUID]) -> frozenset[EvidenceItem]:
    """The documents and notes that these ids name.

    Raises:
        Refused: one of them is no document or note of this case, or was found to be of another participant.
    """
    items = frozenset(EvidenceItem(*item) for item in lookup.items)
    if missing := set(item_ids) - {one.item_id for one in items}:
        reason = f"{len(missing)} of the items are not documents or notes of this case."
        raise refused(
            Refusal("evidence_not_of_this_case", reason, "Add the document or note to this case, then name its id.")
        )
    if refusal := evidence_is_not_wrong(len(wrong_now(lookup.misplaced))):
        raise refused(refusal)
    return items


def find_contributors(lookup: RecordingLookup, achieved_on: date, names: Sequence[str] | None) -> list[str]:
    """The joint providers who contributed: those named, or else all who worked jointly on the day (BR-D10).

    Raises:
        Refused: one named never worked on the case.
    """
    works = [joint_work(row) for row in lookup.works]
    if names is None:
        return sorted(supporting_on(works, achieved_on))
    partners = {work.provider_id for work in works}
    if strangers := sorted(set(names) - partners):
        reason = f"{', '.join(strangers)} never worked on this case."
        joint = f", or choose from {', '.join(sorted(partners))}" if partners else ""
        raise refused(Refusal("contributor_not_joint", reason, f"Agree joint work with them first{joint}."))
    return sorted(set(names))


def refuse_same(lookup: RecordingLookup, achievement: Achievement, but: UUID | None = None) -> None:
    """Go on when no other outcome of the participant is the same; `but` is the one that is being corrected.

    Raises:
        Refused: one is on record, and `outcome_id` says which; among those within the asker's sight.
    """
    for outcome_id, slot, achieved_on in lookup.others:
        if (slot, achieved_on) == (achievement.slot, achievement.achieved_on) and outcome_id != but:
            problem = refused(on_record_already(outcome_id))
            problem.members["outcome_id"] = str(outcome_id)
            raise problem


def _keep(tx: Transaction, case: CaseRow, outcome_id: UUID, body: OutcomeIn, evidenced: bool) -> OutcomeRow:
    row = OutcomeRow(
        id=outcome_id,
        programme_id=case.programme_id,
        case_id=case.id,
        outcome=body.outcome,
        slot=body.slot,
        state="evidenced" if evidenced else "recorded",
        revision=1,
        recorded_by=tx.actor.id,
        provider_id=case.provider_id,
        achieved_on=body.achieved_on,
    )
    tx.session.add(row)
    tx.touched(f"outcome/{outcome_id}")
    return row


def revision_row(
    tx: Transaction,
    outcome: OutcomeRow,
    number: int,
    achievement: Achievement,
    cause: str | None = None,
) -> RevisionRow:
    return RevisionRow(
        outcome_id=outcome.id,
        revision=number,
        programme_id=outcome.programme_id,
        case_id=outcome.case_id,
        achieved_on=achievement.achieved_on,
        slot=achievement.slot,
        quantity=achievement.quantity,
        facts={name: kept_fact(fact) for name, fact in achievement.facts.items()},
        contributors=list(achievement.contributors),
        recorded_by=tx.actor.id,
        recorded_at=tx.now,
        cause=cause,
    )


def add_revision(session: AsyncSession, row: OutcomeRow, achievement: Achievement, revision: RevisionRow) -> None:
    """Keep a revision and what it cites."""
    session.add(revision)
    row.achieved_on = revision.achieved_on
    for item in achievement.evidence:
        session.add(
            CitationRow(
                outcome_id=row.id,
                revision=revision.revision,
                item_id=item.item_id,
                programme_id=row.programme_id,
                case_id=row.case_id,
                kind=item.kind,
                sha256=item.sha256,
                dated_on=item.dated_on,
            )
        )


def announce_recorded(tx: Transaction, case: CaseRow, outcome: OutcomeRow, achievement: Achievement) -> None:
    tx.announce(
        cases.OutcomeRecorded(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case.id,
            provider_id=case.provider_id,
            outcome_id=outcome.id,
            outcome=outcome.outcome,
            slot=achievement.slot,
            achieved_on=achievement.achieved_on,
        )
    )


BASIS = ("referred_on", "service_started_on", "funding_stream", "plan")
"""What an outcome rests on besides itself and the assessments made by its day."""


def announce_evidenced(tx: Transaction, revision: RevisionRow, event: cases.OutcomeEvidenced) -> None:
    """Announce the outcome whole in itself: claims decides from this event and its own claims alone.

    Add the revision afterwards: it is never changed once kept.
    """
    revision.basis = basis_of(event)
    tx.announce(event)


def evidenced(
    tx: Transaction,
    case: CaseRow,
    outcome: OutcomeRow,
    revision: RevisionRow,
    achievement: Achievement,
    basis: OutcomeBasis,
    receipt: str | None = None,
) -> cases.OutcomeEvidenced:
    """What a revision says, with what the record says now; `receipt`, which a pre-check in claims signed, unread."""
    guide = (basis.policy or NO_POLICY).outcomes.get(outcome.outcome, RecordingGuide()).counted
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
        assessments=_assessments(basis),
        plan=_plan(basis, case.provider_id, achievement.achieved_on),
        receipt=receipt,
        cause=revision.cause,
    )


def basis_of(event: cases.OutcomeEvidenced) -> dict[str, Any]:
    """What the outcome rests on: an assessment made after its day is no part of it."""
    content = event.model_dump(mode="json", include={*BASIS, "assessments"})
    day = event.achieved_on.isoformat()
    return content | {"assessments": [one for one in content["assessments"] if one["assessed_on"] <= day]}


def _assessments(basis: OutcomeBasis) -> tuple[cases.AssessmentResult, ...]:
    fields = ("instrument", "stage", "score", "assessed_on")
    return tuple(
        cases.AssessmentResult.model_validate(
            {"assessment_id": row.id} | {field: getattr(row, field) for field in fields}
        )
        for row in in_stage_order(basis.assessments)
    )


def _plan(basis: OutcomeBasis, provider_id: str, day: date) -> cases.PlanInForce | None:
    card_kinds = (basis.policy or NO_POLICY).plan_kinds(provider_id, day)
    place = counting([(plan.kind, plan.agreed_on) for plan in basis.plans], card_kinds, day)
    if place is None:
        return None
    plan = basis.plans[place]
    return cases.PlanInForce.model_validate({"plan_id": plan.id, "kind": plan.kind, "agreed_on": plan.agreed_on})
