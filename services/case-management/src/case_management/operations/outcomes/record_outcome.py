"""Record an outcome, with its evidence when there is some (BR-E11)."""

from dataclasses import replace
from uuid import UUID

from case_management.domain.case import Case
from case_management.domain.catalogue import choose_from, unknown
from case_management.domain.outcome import Achievement, RecordingPolicy, is_evidenced, refusals_of_achievement
from case_management.operations.loading import case_to_change_with
from case_management.operations.requests import OutcomeIn
from case_management.storage.outcomes import add_revision, hold_participant, kept_fact
from case_management.storage.programmes import outcomes_of_cards, recording_guide
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.external_ids import ExternalIdRow
from case_management.storage.tables.outcomes import OutcomeRow, RevisionRow
from common.contracts.cases import OutcomeRecorded
from common.transaction import Transaction
from common.web.http.external_ids import NamedThing, keep_external_ids
from common.web.refused import refuse_if_any
from rulebook.refusal import Refusal

from .outcome_facts import (
    OutcomeBasis,
    RecordingLookup,
    announce_evidenced,
    evidenced,
    find_contributors,
    find_evidence,
    refuse_same,
)


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


async def refuse_outcome(
    tx: Transaction, case: Case, code: str, achievement: Achievement, basis: OutcomeBasis, *more: Refusal
) -> None:
    """Go on where the outcome can be recorded so; `more` refusals are told with these.

    Raises:
        Refused: no card has it, or not in this slot; or the case or the day stands against it.
    """
    guide = recording_guide(basis.guide)
    policy = RecordingPolicy(after_closure=guide.recording.after_closure)
    refusals = (*more, *refusals_of_achievement(case, achievement, policy, tx.today))
    refuse_if_any((*refusals, *await _outcome_is_the_programmes(tx, code, achievement.slot, guide.slots)))


async def _outcome_is_the_programmes(
    tx: Transaction, code: str, slot: str, slots: frozenset[str]
) -> tuple[Refusal, ...]:
    if slot in slots:
        return ()
    if not slots:
        outcomes = await outcomes_of_cards(tx.session, tx.programme_id)
        return (unknown("unknown_outcome", "outcome", code, outcomes),)
    return (Refusal("unknown_slot", f"{code} has no slot {slot}.", choose_from(slots)),)


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


def announce_recorded(tx: Transaction, case: CaseRow, outcome: OutcomeRow, achievement: Achievement) -> None:
    tx.announce(
        OutcomeRecorded(
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
