"""The hub's doors."""

from . import allocations, declines, drop_ins, participants, programmes, providers, referrals, triage, waiting_list

ROUTES = (programmes, providers, referrals, triage, waiting_list, allocations, declines, participants, drop_ins)

EVERY_ROUTER = [module.router for module in ROUTES]
