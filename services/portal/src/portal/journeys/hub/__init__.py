"""The hub: everybody who is referred comes here first (BR-A1)."""

from . import ending, lists, matches, placement, questions, referral, triage
from .inbox import JOURNEY, QUEUES

__all__ = ["JOURNEY", "QUEUES", "ending", "lists", "matches", "placement", "questions", "referral", "triage"]
