"""The case or the outcome that an operation is about, as the asker may have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from case_management.domain.case import Case
from case_management.domain.visibility import Viewer, sees_fund
from case_management.storage.cases import CASE, OPEN_ACCESS, case_of, find_case, open_access
from case_management.storage.outcomes import CITATIONS, OUTCOME, REVISIONS, OutcomeHistory, case_of_outcome, history
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.outcomes import CitationRow, OutcomeRow, RevisionRow
from case_management.storage.tables.participants import AccessRow
from common.database.lookup import Lookup, every, first
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


class CaseLookup(Lookup):
    """What is read of a case in one round trip: who has sight of it now, and whatever an operation adds."""

    access: AccessRow | None = first(OPEN_ACCESS)


class SightLookup(CaseLookup):
    """The same, with the case itself: it is read, not held."""

    case: CaseRow | None = first(CASE)


class OutcomeLookup(CaseLookup):
    """The same of an outcome, with its whole chain."""

    outcome: OutcomeRow | None = first(OUTCOME)
    revisions: list[RevisionRow] = every(REVISIONS)
    citations: list[CitationRow] = every(CITATIONS)


OfCase = TypeVar("OfCase", bound=CaseLookup)
OfSight = TypeVar("OfSight", bound=SightLookup)
OfOutcome = TypeVar("OfOutcome", bound=OutcomeLookup)


async def case_to_read(tx: Transaction, case_id: UUID, *, to_change: bool = False) -> CaseAtHand:
    """The case, named in the audit as read.

    Raises:
        NoSuchCase: there is none, or the asker's provider has no sight of it now.
    """
    if not to_change:
        at_hand, _ = await case_to_read_with(tx, case_id, SightLookup)
        return at_hand
    row = await find_case(tx.session, case_id, to_change=True)
    access = await open_access(tx.session, case_id, tx.actor.organisation) if row and at_provider(tx) else None
    return _at_hand(tx, row, access)


async def case_to_read_with(
    tx: Transaction, case_id: UUID, kind: type[OfSight], **parameters: Any
) -> tuple[CaseAtHand, OfSight]:
    """As `case_to_read`, and what else the operation reads, `parameters` being what its queries ask by.

    Raises:
        NoSuchCase: as there.
    """
    asker = {"programme": tx.programme_id, "organisation": tx.actor.organisation}
    lookup = await kind.read(tx.session, case_id=case_id, **asker, **parameters)
    return _at_hand(tx, lookup.case, lookup.access), lookup


def _at_hand(tx: Transaction, row: CaseRow | None, access: AccessRow | None) -> CaseAtHand:
    if row is None or (at_provider(tx) and access is None):
        raise NoSuchCase
    tx.touched(f"case/{row.id}", f"participant/{row.participant_id}")
    shareable_only = access is not None and access.shareable_only
    return CaseAtHand(row, case_of(row), Viewer(tx.actor.roles, at_provider(tx), shareable_only))


def fund_is_told(tx: Transaction, at_hand: CaseAtHand) -> bool:
    return sees_fund(at_hand.viewer, leads=at_hand.row.provider_id == tx.actor.organisation)


async def case_to_add_to(tx: Transaction, case_id: UUID) -> CaseAtHand:
    """The case, for a provider who works on it, as lead or jointly.

    Raises:
        NoSuchCase: as for reading.
        NotAllowed: the asker is at no provider.
    """
    at_hand, _ = await case_to_add_to_with(tx, case_id, SightLookup)
    return at_hand


async def case_to_add_to_with(
    tx: Transaction, case_id: UUID, kind: type[OfSight], **parameters: Any
) -> tuple[CaseAtHand, OfSight]:
    """As `case_to_add_to`, and what else the operation reads.

    Raises:
        NoSuchCase, NotAllowed: as there.
    """
    if not at_provider(tx):
        raise NotAllowed("Only providers add to a case.")
    return await case_to_read_with(tx, case_id, kind, **parameters)


async def case_to_change(tx: Transaction, case_id: UUID) -> CaseAtHand:
    """The case, locked, for its lead provider.

    Raises:
        NoSuchCase: as for reading.
        NotAllowed: the asker works on it jointly.
    """
    return _its_lead(tx, await case_to_read(tx, case_id, to_change=True))


def _its_lead(tx: Transaction, at_hand: CaseAtHand) -> CaseAtHand:
    if at_hand.row.provider_id != tx.actor.organisation:
        raise NotAllowed(f"Only the lead provider, {at_hand.row.provider_id}, does this: ask them.")
    return at_hand


async def case_to_change_with(
    tx: Transaction, case_id: UUID, kind: type[OfCase], **parameters: Any
) -> tuple[CaseAtHand, OfCase]:
    """As `case_to_change`, and what else the operation reads, `parameters` being what its queries ask by.

    Raises:
        NoSuchCase, NotAllowed: as there.
    """
    row = await find_case(tx.session, case_id, to_change=True)
    reading = await _read(tx, row, kind, parameters)
    return _its_lead(tx, _at_hand(tx, row, reading.access)), reading


async def _read(tx: Transaction, row: CaseRow | None, kind: type[OfCase], parameters: Mapping[str, Any]) -> OfCase:
    if row is None:
        raise NoSuchCase
    of_case = {"case_id": row.id, "participant_id": row.participant_id, "provider": row.provider_id}
    asker = {"programme": tx.programme_id, "organisation": tx.actor.organisation}
    return await kind.read(tx.session, **of_case, **asker, **parameters)


@dataclass(frozen=True, slots=True)
class OutcomeAtHand(OutcomeHistory):
    """An outcome with its whole chain and its case."""

    case: CaseAtHand


async def outcome_to_read(tx: Transaction, outcome_id: UUID, *, to_change: bool = False) -> OutcomeAtHand:
    """The outcome; to change it, its case is locked, for the lead provider.

    Raises:
        NoSuchOutcome: there is none within the asker's sight.
        NotAllowed: to change it, the asker must be the case's lead.
    """
    at_hand, _ = await outcome_with(tx, outcome_id, OutcomeLookup, to_change=to_change)
    return at_hand


async def outcome_with(
    tx: Transaction, outcome_id: UUID, kind: type[OfOutcome], *, to_change: bool = False, **parameters: Any
) -> tuple[OutcomeAtHand, OfOutcome]:
    """As `outcome_to_read`, and what else the operation reads; its queries may ask by the outcome's code too.

    Raises:
        NoSuchOutcome, NotAllowed: as there.
    """
    place = await case_of_outcome(tx.session, outcome_id, to_change=to_change)
    if place is None:
        raise NoSuchOutcome
    row, code = place
    reading = await _read(tx, row, kind, {"outcome_id": outcome_id, "outcome": code} | parameters)
    try:
        case = _at_hand(tx, row, reading.access)
    except NoSuchCase:
        raise NoSuchOutcome from None
    if reading.outcome is None:
        raise NoSuchOutcome
    chain = history(reading.outcome, reading.revisions, reading.citations)
    tx.touched(f"outcome/{outcome_id}")
    return OutcomeAtHand(chain.row, chain.outcome, chain.revisions, _its_lead(tx, case) if to_change else case), reading
