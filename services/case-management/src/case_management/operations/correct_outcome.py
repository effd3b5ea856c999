"""Correct an outcome, or evidence one that was only recorded: a new revision, never a change (BR-E12, BR-F4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from case_management.domain.outcome import (
    Achievement,
    Change,
    Fact,
    changes_between,
    is_evidenced,
    refusals_of_achievement,
    refusals_of_correction,
)
from case_management.storage.outcomes import Sameness, add_revision
from case_management.storage.programmes import outcome_guide
from case_management.storage.tables import OutcomeRow
from common.transaction import Transaction

from .outcome_at_hand import OutcomeAtHand, outcome_to_read
from .outcome_facts import announce_evidenced, find_evidence, refuse_same
from .record_outcome import recording_policy, revision_row
from .refused import refuse_if_any


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said anew; what is not given stays as it was."""

    evidence: Sequence[UUID]
    achieved_on: date | None = None
    facts: Mapping[str, Fact] | None = None
    receipt: str | None = None


async def correct_outcome(
    tx: Transaction, outcome_id: UUID, correction: Correction
) -> tuple[OutcomeRow, tuple[Change, ...]]:
    """The outcome at its next revision, and what changed; claims hears it and attaches it to the same claim.

    Raises:
        Refused: withdrawn, nothing changes, evidence is taken away, the day is impossible, or it is that of the same
            outcome on record.
    """
    at_hand = await outcome_to_read(tx, outcome_id, to_change=True)
    achievement = await _corrected(tx, at_hand, correction)
    guide = await outcome_guide(tx.session, tx.programme_id, at_hand.row.outcome)
    refuse_if_any(
        (
            *refusals_of_correction(at_hand.outcome, achievement),
            *refusals_of_achievement(at_hand.found.case, achievement, recording_policy(guide), tx.today),
        )
    )
    row = at_hand.row
    same = Sameness(row.outcome, row.slot, achievement.achieved_on)
    await refuse_same(tx, at_hand.found.row, same, but=row.id)
    tx.expect_version(row.revision)
    row.revision, row.state = row.revision + 1, "evidenced" if is_evidenced(achievement) else "recorded"
    revision = revision_row(tx, row, row.revision, achievement, list(at_hand.revisions[-1].contributors))
    if is_evidenced(achievement):
        case, receipt = at_hand.found.row, correction.receipt
        await announce_evidenced(tx, case, row, revision, achievement, guide.counted, receipt)
    add_revision(tx.session, row, achievement, revision)
    return row, changes_between(at_hand.outcome.latest, achievement)


async def _corrected(tx: Transaction, at_hand: OutcomeAtHand, correction: Correction) -> Achievement:
    latest = at_hand.outcome.latest
    return replace(
        latest,
        evidence=await find_evidence(tx, at_hand.row.case_id, correction.evidence),
        achieved_on=correction.achieved_on or latest.achieved_on,
        facts=latest.facts if correction.facts is None else correction.facts,
    )
