"""Referrals in bulk: each row is the request of its own route."""

from common.bulk.kinds import kinds_of
from common.bulk.routes import bulk_router

from . import referrals

KINDS = kinds_of((referrals.router,), referrals.receive)
router = bulk_router(KINDS)
