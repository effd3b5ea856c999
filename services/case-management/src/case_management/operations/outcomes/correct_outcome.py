"""Correct an outcome, or evidence one that was only recorded: a new revision, never a change (BR-E12, BR-F4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from case_management.domain.outcome import (
    SAID,
    Achievement,
    ChangedField,
    changes_between,
    is_evidenced,
    refusals_of_correction,
)
from case_management.operations.correcting import put_right
from case_management.operations.loading import OutcomeAtHand, OutcomeLookup, outcome_with
from case_management.operations.requests import RevisionIn
from case_management.storage.outcomes import hold_participant_of
from case_management.storage.tables.outcomes import OutcomeRow
from common.transaction import Transaction

from .record_outcome import (
    RecordingLookup,
    add_revision,
    announce_evidenced,
    announce_recorded,
    evidenced,
    find_contributors,
    find_evidence,
    refuse_outcome,
    refuse_same,
    revision_row,
)

OF_CONTRIBUTORS = "contributors"
"""Why an outcome is announced anew that is itself what it was: only who has contributed is another."""


class CorrectionLookup(RecordingLookup, OutcomeLookup):
    """What a correction is held against, and what it corrects."""


async def correct_outcome(
    tx: Transaction, outcome_id: UUID, correction: RevisionIn
) -> tuple[OutcomeRow, tuple[ChangedField, ...]]:
    """The outcome at its next revision, and what changed; claims hears it and attaches it to the same claim.

    Raises:
        Refused: withdrawn, nothing changes, evidence is taken away, no reason is given for saying otherwise, or it
            cannot be so, or is the same as another on record.
    """
    await hold_participant_of(tx.session, outcome_id)
    items = correction.evidence or ()
    at_hand, lookup = await outcome_with(tx, outcome_id, CorrectionLookup, to_change=True, items=items)
    row, case = at_hand.row, at_hand.case
    tx.expect_version(row.revision)
    achievement = _corrected(lookup, at_hand.outcome.latest, correction)
    refusals = refusals_of_correction(at_hand.outcome, achievement, correction.reason)
    await refuse_outcome(tx, case.case, row.outcome, achievement, lookup, *refusals)
    refuse_same(lookup, achievement, but=row.id)
    changes = changes_between(at_hand.outcome.latest, achievement)
    _keep_reason(tx, at_hand, changes, correction.reason)
    row.revision, row.slot = row.revision + 1, achievement.slot
    row.state = "evidenced" if is_evidenced(achievement) else "recorded"
    cause = OF_CONTRIBUTORS if {change.what for change in changes} == {"contributors"} else None
    revision = revision_row(tx, row, row.revision, achievement, cause)
    if is_evidenced(achievement):
        event = evidenced(tx, case.row, row, revision, achievement, lookup, correction.receipt)
        announce_evidenced(tx, revision, event)
    else:
        announce_recorded(tx, case.row, row, achievement)
    add_revision(tx.session, row, achievement, revision)
    return row, changes


def _corrected(lookup: CorrectionLookup, latest: Achievement, correction: RevisionIn) -> Achievement:
    evidence, names = latest.evidence, latest.contributors
    achieved_on = correction.achieved_on or latest.achieved_on
    if correction.evidence is not None:
        evidence = find_evidence(lookup, correction.evidence)
    if correction.contributors is not None:
        names = tuple(find_contributors(lookup, achieved_on, correction.contributors))
    return replace(
        latest,
        evidence=evidence,
        achieved_on=achieved_on,
        slot=correction.slot or latest.slot,
        quantity=correction.quantity or latest.quantity,
        contributors=names,
        facts=latest.facts if correction.facts is None else correction.facts,
    )


def _keep_reason(tx: Transaction, at_hand: OutcomeAtHand, changes: Sequence[ChangedField], reason: str | None) -> None:
    """Among the corrections of the case; the revisions say the rest."""
    statements = [change for change in changes if change.what in SAID]
    if statements and reason is not None:
        before: dict[str, Any] = {change.what: change.before for change in statements}
        after = {change.what: change.after for change in statements}
        put_right(tx, "outcome", at_hand.row.id, at_hand.case.row, reason, before, after)
