"""The case or the outcome that an operation is about, as the asker may have it."""

from dataclasses import dataclass
from uuid import UUID

from case_management.domain.case import Case
from case_management.domain.visibility import Viewer, sees_fund
from case_management.storage.cases import case_of, find_case, open_access
from case_management.storage.outcomes import OutcomeHistory, find_outcome, histories
from case_management.storage.tables.cases import CaseRow
from common.transaction import Transaction
from common.web.problems import NotAllowed

from .problems import NoSuchCase, NoSuchOutcome


@dataclass(frozen=True, slots=True)
class CaseAtHand:
    """A case with the asker's sight of it."""

    row: CaseRow
    case: Case
    viewer: Viewer


def at_provider(tx: Transaction) -> bool:
    return tx.actor.organisation_kind == "provider"


async def case_to_read(tx: Transaction, case_id: UUID, *, to_change: bool = False) -> CaseAtHand:
    """The case, named in the audit as read.

    Raises:
        NoSuchCase: there is none, or the asker's provider has no sight of it now.
    """
    row = await find_case(tx.session, case_id, to_change=to_change)
    shareable_only = False
    if row is not None and at_provider(tx):
        access = await open_access(tx.session, case_id, tx.actor.organisation)
        row = row if access else None
        shareable_only = access is not None and access.shareable_only
    if row is None:
        raise NoSuchCase
    tx.touched(f"case/{row.id}", f"participant/{row.participant_id}")
    return CaseAtHand(row, case_of(row), Viewer(tx.actor.roles, at_provider(tx), shareable_only))


def fund_is_told(tx: Transaction, at_hand: CaseAtHand) -> bool:
    return sees_fund(at_hand.viewer, leads=at_hand.row.provider_id == tx.actor.organisation)


async def case_to_add_to(tx: Transaction, case_id: UUID) -> CaseAtHand:
    """The case, for a provider who works on it, as lead or jointly.

    Raises:
        NoSuchCase: as for reading.
        NotAllowed: the asker is at no provider.
    """
    if not at_provider(tx):
        raise NotAllowed("Only providers add to a case.")
    return await case_to_read(tx, case_id)


async def case_to_change(tx: Transaction, case_id: UUID) -> CaseAtHand:
    """The case, locked, for its lead provider.

    Raises:
        NoSuchCase: as for reading.
        NotAllowed: the asker works on it jointly.
    """
    at_hand = await case_to_read(tx, case_id, to_change=True)
    if at_hand.row.provider_id != tx.actor.organisation:
        raise NotAllowed(f"Only the lead provider, {at_hand.row.provider_id}, does this: ask them.")
    return at_hand


@dataclass(frozen=True, slots=True)
class OutcomeAtHand(OutcomeHistory):
    """An outcome with its whole chain and its case."""

    found: CaseAtHand


async def outcome_to_read(tx: Transaction, outcome_id: UUID, *, to_change: bool = False) -> OutcomeAtHand:
    """The outcome; to change it, locked after its case, for the lead provider.

    Raises:
        NoSuchOutcome: there is none within the asker's sight.
        NotAllowed: to change it, the asker must be the case's lead.
    """
    row = await find_outcome(tx.session, outcome_id)
    if row is None:
        raise NoSuchOutcome
    try:
        at_hand = await (case_to_change if to_change else case_to_read)(tx, row.case_id)
    except NoSuchCase:
        raise NoSuchOutcome from None
    if to_change:
        await tx.session.refresh(row, with_for_update=True)
    [chain] = await histories(tx.session, [row])
    tx.touched(f"outcome/{outcome_id}")
    return OutcomeAtHand(row, chain.outcome, chain.revisions, at_hand)
