"""What claims remembers, by noun; all of them are here once any is."""

from . import audits, claims, equivalents, participants, payment, programme, rate_cards, requests

__all__ = ["audits", "claims", "equivalents", "participants", "payment", "programme", "rate_cards", "requests"]
