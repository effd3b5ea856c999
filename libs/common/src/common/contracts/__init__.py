"""Every event, declared once."""

from . import cases, claims, referrals
from .event import ANNOUNCERS, EVERY_EVENT, Code, Event, ParticipantEvent, Pence, Topic

__all__ = [
    "ANNOUNCERS",
    "EVERY_EVENT",
    "Code",
    "Event",
    "ParticipantEvent",
    "Pence",
    "Topic",
    "cases",
    "claims",
    "referrals",
]
