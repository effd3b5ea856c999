"""A provider begins again in a sandbox: every case it has open is asked to close, as its participant's own wish."""

from case_management.operations.closure.request_closure import request_closure
from case_management.operations.requests import ClosureRequestIn
from case_management.storage.cases import open_cases_of
from case_management.storage.programmes import policy_of
from common.ids import new_id
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded

OWN_WISH = "participant-request"


async def end_cases(tx: Transaction) -> int:
    """Ask to close every case that the asker's provider leads; the prime, which the sandbox plays, confirms.

    Answers how many. What a participant wishes is held up by no rule of engagement (BR-D6).

    Raises:
        ProgrammeNotLoaded
    """
    closure = (await policy_of(tx.session, tx.programme_id)).closure
    if closure is None:
        raise ProgrammeNotLoaded
    reason = OWN_WISH if OWN_WISH in closure.reasons else closure.reasons[0]
    case_ids = await open_cases_of(tx.session, tx.programme_id, tx.actor.organisation, tx.today)
    for case_id in case_ids:
        await request_closure(tx, case_id, new_id(), ClosureRequestIn(reason=reason, by_participant=True))
    return len(case_ids)
