"""Open a case for a participant whom the hub placed with a provider (BR-A2)."""

from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.participants import AccessRow
from common.contracts.referrals import ParticipantAllocated
from common.database import added, write_by_table
from common.ids import new_id
from common.transaction import Transaction


async def open_case(tx: Transaction, event: ParticipantAllocated) -> None:
    """Open the case, awaiting its start; the provider sees it from now on as its lead."""
    add_case(tx, event)
    await write_by_table(tx.session, added(tx.session))


def add_case(tx: Transaction, event: ParticipantAllocated, _: None = None) -> bool:
    """The same about one of several, yet to be written."""
    columns = event.model_dump(
        include={
            "programme_id", "participant_id", "referral_id", "allocation_id", "provider_id", "restricted",
            "referred_on", "allocated_on", "funding_stream", "specialism", "intensity", "complex", "priority",
            "returning", "housed_at_referral", "stable_employment_at_referral",
        }
    )  # fmt: skip
    case = CaseRow(id=new_id(), state="allocated", phase="intensive", **columns)
    tx.session.add(case)
    tx.session.add(
        AccessRow(
            id=new_id(),
            programme_id=case.programme_id,
            case_id=case.id,
            participant_id=case.participant_id,
            organisation_id=case.provider_id,
            lead_id=case.provider_id,
            scope="lead",
            shareable_only=False,
            from_on=case.allocated_on,
        )
    )
    tx.touched(f"case/{case.id}", f"participant/{case.participant_id}")
    return True
