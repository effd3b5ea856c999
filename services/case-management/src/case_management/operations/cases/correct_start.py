"""Put the day a case started right, or take its start back: its phases and the outcomes that rest on it follow."""

from datetime import date
from uuid import UUID

from case_management.domain.case import moved, refusals_of_start_correction, refusals_of_start_withdrawal
from case_management.operations.correcting import put_right
from case_management.operations.loading import case_to_change
from case_management.operations.outcomes.announce_again import announce_again
from case_management.storage.cases import changes_dated, contact_noted_last, standing_phases
from case_management.storage.outcomes import count_standing
from case_management.storage.tables.cases import CaseRow
from common.contracts.cases import CaseStartCorrected, CaseStartWithdrawn
from common.transaction import Transaction
from common.web.refused import refuse_if_any

from .settle_phase import settle_phase


async def correct_start(tx: Transaction, case_id: UUID, started_on: date, reason: str) -> CaseRow:
    """The case, started on another day: it was in its first phase from then on.

    Raises:
        NoSuchCase, NotAllowed: see `case_to_change`.
        StaleVersion: it changed since the asker read it.
        Refused: it has not started, could not have on that day, or did; or a later change is dated before it.
    """
    at_hand = await case_to_change(tx, case_id)
    case = at_hand.row
    tx.expect_version(case.version)
    phases = await standing_phases(tx.session, case_id)
    since = changes_dated(phases)
    refuse_if_any(refusals_of_start_correction(at_hand.case, started_on, tx.today, since))
    put_right(tx, "start", case_id, case, reason, {"started_on": case.started_on}, {"started_on": started_on})
    phases[0].changed_on = case.started_on = started_on
    contact_on = await contact_noted_last(tx.session, case_id)
    case.last_contact_on = max(contact_on or started_on, started_on)
    await settle_phase(tx, case)
    case.version += 1
    tx.announce(
        CaseStartCorrected(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case_id,
            referral_id=case.referral_id,
            provider_id=case.provider_id,
            referred_on=case.referred_on,
            started_on=started_on,
            corrected_on=tx.today,
        )
    )
    await announce_again(tx, case, "start")
    return case


async def withdraw_start(tx: Transaction, case_id: UUID, reason: str) -> CaseRow:
    """The case, awaiting its start again: what was said of its phases and workers since is taken back with it.

    Raises:
        NoSuchCase, NotAllowed: see `case_to_change`.
        StaleVersion: it changed since the asker read it.
        Refused: it has not started, its closure is asked for or done, or outcomes are recorded since.
    """
    at_hand = await case_to_change(tx, case_id)
    case = at_hand.row
    tx.expect_version(case.version)
    refuse_if_any(refusals_of_start_withdrawal(at_hand.case, await count_standing(tx.session, case_id)))
    for phase in await standing_phases(tx.session, case_id):
        phase.withdrawn_on = tx.today
    put_right(tx, "start-withdrawn", case_id, case, reason, {"started_on": case.started_on}, {"started_on": None})
    case.state = moved(at_hand.case.state, "allocated")
    case.started_on = case.phase_since = case.worker = None
    case.last_contact_on = await contact_noted_last(tx.session, case_id)
    case.phase, case.version = "intensive", case.version + 1
    tx.announce(
        CaseStartWithdrawn(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case_id,
            referral_id=case.referral_id,
            provider_id=case.provider_id,
            referred_on=case.referred_on,
            withdrawn_on=tx.today,
        )
    )
    return case
