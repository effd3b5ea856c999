"""Announce again every outcome that rests on what was put right, so that claims judges it on what is so (BR-E12)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from case_management.domain.outcome import EvidenceItem, Fact, OutcomeRecord, changes_between
from case_management.storage.outcomes import add_revision, evidenced_outcomes, histories
from case_management.storage.programmes import outcome_guide
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.outcomes import OutcomeRow, RevisionRow
from common.contracts import Code
from common.transaction import Transaction

from .outcome_facts import basis_of, evidenced
from .record_outcome import revision_row

Instead = Mapping[UUID, EvidenceItem | None]
"""What an item of evidence is by now, by its id; none where it is none."""
Contributors = Callable[[Sequence[str], date], Sequence[str]]
"""Who contributed to an outcome of that day, given who was said to have."""


async def announce_again(
    tx: Transaction,
    case: CaseRow,
    cause: Code,
    contributors: Contributors | None = None,
    facts: Mapping[str, Fact] | None = None,
    instead: Instead | None = None,
) -> list[OutcomeRow]:
    """Each evidenced outcome of the case whose basis is not what was announced, at its next revision.

    Call it once the record says what is so: after an assessment, a plan, the start, the referral or joint work was
    added or put right. It compares with what each outcome was announced on, so calling it again does nothing. `cause`
    names what was put right. The revision has the evidence and facts of the one before, but for what it said of `facts`
    that were put right, and what is evidence `instead` of an item by now; its claim attaches it.
    """
    await tx.session.flush()
    found = await histories(tx.session, await evidenced_outcomes(tx.session, case.id))
    again = [await _next_revision(tx, case, cause, contributors, facts or {}, instead or {}, *one) for one in found]
    return [row for row in again if row is not None]


async def _next_revision(
    tx: Transaction,
    case: CaseRow,
    cause: Code,
    contributors: Contributors | None,
    facts: Mapping[str, Fact],
    instead: Instead,
    row: OutcomeRow,
    outcome: OutcomeRecord,
    revisions: Sequence[RevisionRow],
) -> OutcomeRow | None:
    last, latest = revisions[-1], outcome.latest
    evidence = frozenset(now for item in latest.evidence if (now := instead.get(item.item_id, item)))
    achievement = replace(
        latest, evidence=evidence, facts={name: facts.get(name, fact) for name, fact in latest.facts.items()}
    )
    if contributors is not None:
        named = sorted(contributors(latest.contributors, latest.achieved_on))
        achievement = replace(achievement, contributors=tuple(named))
    revision = revision_row(tx, row, row.revision + 1, achievement, cause)
    counted = (await outcome_guide(tx.session, tx.programme_id, row.outcome)).counted
    event = await evidenced(tx, case, row, revision, achievement, counted)
    if basis_of(event) == last.basis and not changes_between(latest, achievement):
        return None
    row.revision, revision.basis = revision.revision, basis_of(event)
    add_revision(tx.session, row, achievement, revision)
    tx.touched(f"outcome/{row.id}")
    tx.announce(event)
    return row
