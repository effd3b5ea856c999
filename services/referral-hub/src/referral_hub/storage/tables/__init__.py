"""What the hub remembers, by noun; all of them are here once any is."""

from . import allocations, corrections, drop_ins, external_ids, participants, programme, referrals, sandbox

__all__ = [
    "allocations",
    "corrections",
    "drop_ins",
    "external_ids",
    "participants",
    "programme",
    "referrals",
    "sandbox",
]
