"""The hub's doors."""

from common.webhooks import routes as webhooks

from . import (
    allocations,
    bulk,
    corrections,
    declines,
    drop_ins,
    external_ids,
    participants,
    programmes,
    providers,
    referrals,
    sandbox,
    triage,
    waiting_list,
)

ROUTES = (
    programmes, providers, referrals, triage, corrections, waiting_list, allocations, declines, participants, drop_ins,
    external_ids, sandbox, webhooks,
    bulk,
)  # fmt: skip

EVERY_ROUTER = [module.router for module in ROUTES]
