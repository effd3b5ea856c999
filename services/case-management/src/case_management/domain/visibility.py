"""Who sees what of a case's notes and documents (§2.M)."""

from dataclasses import dataclass
from typing import Literal

Sight = Literal["everything", "shareable", "cited"]
"""All of them, those the lead marks shareable, or those that evidence an outcome."""

NOTE_READERS = frozenset({"caseworker", "provider-manager", "provider-system"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a case; at a supporting provider of a restricted case, `shareable_only`."""

    roles: frozenset[str]
    at_provider: bool
    shareable_only: bool = False


def sight_of_documents(viewer: Viewer, restricted: bool) -> Sight:
    """Providers and the prime see the evidence; the hub what it needs to know; verifiers what is cited (BR-N1)."""
    if viewer.at_provider:
        return "shareable" if viewer.shareable_only else "everything"
    if "prime-manager" in viewer.roles:
        return "everything"
    if "hub" in viewer.roles:
        return "shareable" if restricted else "everything"
    return "cited"


def sight_of_notes(viewer: Viewer, restricted: bool) -> Sight:
    """As documents, but that a contracts officer reads only the notes that evidence an outcome."""
    if viewer.at_provider and viewer.roles.isdisjoint(NOTE_READERS):
        return "cited"
    return sight_of_documents(viewer, restricted)


FUND_READERS = frozenset({"provider-manager", "prime-manager"})


def sees_fund(viewer: Viewer, *, leads: bool) -> bool:
    """Whether what was put right of fund requests, amounts with it, is for them: the lead's manager and the prime."""
    return not viewer.roles.isdisjoint(FUND_READERS) and (leads or not viewer.at_provider)
