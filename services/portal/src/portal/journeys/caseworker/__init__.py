"""The caseworker: from the first contact to what was achieved, one case at a time."""

from . import case, corrections, forms, moves, outcomes
from .caseload import JOURNEY, QUEUES

__all__ = ["JOURNEY", "QUEUES", "case", "corrections", "forms", "moves", "outcomes"]
