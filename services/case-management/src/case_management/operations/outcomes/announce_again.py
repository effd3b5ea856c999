"""Announce again every outcome that rests on what was put right, so that claims judges it on what is so (BR-E12)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from case_management.domain.outcome import Achievement, changes_between
from case_management.storage.outcomes import OutcomeHistory, evidenced_outcomes, histories
from case_management.storage.tables.cases import CaseRow
from common.contracts import Code
from common.transaction import Transaction
from rulebook.fact import FactValue
from rulebook.outcome import EvidenceItem

from .record_outcome import OutcomeBasis, add_revision, announce_evidenced, basis_of, evidenced, revision_row

Instead = Mapping[UUID, EvidenceItem | None]
"""What an item of evidence is by now, by its id; none where it is none."""
Contributors = Callable[[Sequence[str], date], Sequence[str]]
"""Who contributed to an outcome of that day, given who was said to have."""


async def announce_again(
    tx: Transaction,
    case: CaseRow,
    cause: Code,
    contributors: Contributors | None = None,
    facts: Mapping[str, FactValue] | None = None,
    instead: Instead | None = None,
) -> None:
    """Give each evidenced outcome of the case whose basis is not what was announced its next revision.

    Call it once the record says what is so: after an assessment, a plan, the start, the referral or joint work was
    added or put right. It compares with what each outcome was announced on, so calling it again does nothing. `cause`
    names what was put right. The revision has the evidence and facts of the one before, but for what it said of `facts`
    that were put right, and what is evidence `instead` of an item by now; its claim attaches it.
    """
    await tx.session.flush()
    for one in await histories(tx.session, await evidenced_outcomes(tx.session, case.id)):
        achievement = _as_it_is(one.outcome.latest, contributors, facts or {}, instead or {})
        await _next_revision(tx, case, cause, one, achievement)


def _as_it_is(
    latest: Achievement, contributors: Contributors | None, facts: Mapping[str, FactValue], instead: Instead
) -> Achievement:
    """What was said last, but for what was put right of it."""
    names = contributors(latest.contributors, latest.achieved_on) if contributors else latest.contributors
    return replace(
        latest,
        contributors=tuple(names),
        evidence=frozenset(now for item in latest.evidence if (now := instead.get(item.item_id, item))),
        facts={name: facts.get(name, fact) for name, fact in latest.facts.items()},
    )


async def _next_revision(
    tx: Transaction, case: CaseRow, cause: Code, before: OutcomeHistory, achievement: Achievement
) -> None:
    row, last = before.row, before.revisions[-1]
    revision = revision_row(tx, row, row.revision + 1, achievement, cause)
    basis = await OutcomeBasis.read(tx.session, case_id=case.id, programme=tx.programme_id)
    event = evidenced(tx, case, row, revision, achievement, basis)
    if basis_of(event) == last.basis and not changes_between(before.outcome.latest, achievement):
        return
    row.revision = revision.revision
    announce_evidenced(tx, revision, event)
    add_revision(tx.session, row, achievement, revision)
    tx.touched(f"outcome/{row.id}")
