"""Who there is (design §7): every role, the kind of organisation that may hold it, and from where that kind looks."""

from collections.abc import Mapping

from common.database import Viewpoint

HELD_AT: Mapping[str, frozenset[str]] = {
    "prime": frozenset({"hub", "prime-manager", "prime-finance"}),
    "provider": frozenset({"caseworker", "contracts-officer", "provider-manager", "provider-system", "peer-mentor"}),
    "agency": frozenset({"referrer", "participant"}),
    "council": frozenset({"council-verifier", "council-oversight", "council-finance", "council-system"}),
    "fund": frozenset({"lcf-officer", "investor"}),
    "auditor": frozenset({"auditor"}),
    "operator": frozenset({"operator"}),
    "service": frozenset({"service"}),
}
"""Kind of organisation → its roles. A role that a token says of anyone elsewhere is worth nothing there."""

ROLES: frozenset[str] = frozenset[str]().union(*HELD_AT.values())
WITHOUT_MONEY = frozenset(
    {"caseworker", "contracts-officer", "hub", "participant", "peer-mentor", "provider-system", "referrer"}
)
"""Who sees neither prices nor targets: frontline staff, the hub, those who refer or are referred (A-55, §2.M)."""
TIME_LIMITED = frozenset({"auditor"})
"""Held only until the day its token names in `access_until`, London's."""

LOOKS_FROM: Mapping[str, Viewpoint] = {
    kind: {
        "provider": Viewpoint.PROVIDER,
        "agency": Viewpoint.AGENCY,
        "service": Viewpoint.INSTALLATION,
    }.get(kind, Viewpoint.PARTNERSHIP)
    for kind in HELD_AT
}


def held(token_roles: frozenset[str], kind: str, *, time_left: bool) -> frozenset[str]:
    """Of the roles a token says, those that count at an organisation of this kind; at one of no known kind, none."""
    roles = token_roles & HELD_AT.get(kind, frozenset())
    return roles if time_left else roles - TIME_LIMITED
