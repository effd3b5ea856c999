"""Every event, declared once."""

from . import audits, cases, claims, redactions, referrals
from .event import ANNOUNCERS, EVERY_EVENT, Code, Event, ParticipantEvent, Pence, Topic, every_topic

__all__ = [
    "ANNOUNCERS",
    "EVERY_EVENT",
    "Code",
    "Event",
    "ParticipantEvent",
    "Pence",
    "Topic",
    "audits",
    "cases",
    "claims",
    "every_topic",
    "redactions",
    "referrals",
]
