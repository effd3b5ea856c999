"""Notes, assessments and outcomes in bulk: each row is the request of its own route."""

from common.bulk.kinds import kinds_of
from common.bulk.routes import bulk_router

from . import outcomes, support

KINDS = kinds_of(
    (support.router, outcomes.router), support.write_note, support.record_assessment, outcomes.record_outcome
)
router = bulk_router(KINDS)
