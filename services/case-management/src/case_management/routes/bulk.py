"""Notes, assessments and outcomes in bulk: each row is the request of its own route."""

from case_management.operations.cases.find_case import case_called, case_of_participant
from common.bulk.kinds import OtherColumn, kinds_of
from common.bulk.routes import bulk_router

from . import outcomes, support

WAYS = {
    "case_id": {
        "case_external_id": OtherColumn(
            "What your system calls the case, after its code: `horton-crm:A-123`.", case_called
        ),
        "participant_id": OtherColumn("Whose case it is: the one that you support them in.", case_of_participant),
    }
}
KINDS = kinds_of(
    (support.router, outcomes.router),
    support.write_note,
    support.record_assessment,
    outcomes.record_outcome,
    ways=WAYS,
)
router = bulk_router(KINDS)
