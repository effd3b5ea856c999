"""Which contact details of a restricted participant are shown to whom (§2.M, domestic abuse)."""


def contact_is_shown(restricted: bool, scopes: frozenset[str], *, at_prime: bool) -> bool:
    """Of a restricted participant, hub, prime and the lead provider know where they are; nobody else does."""
    return not restricted or at_prime or "lead" in scopes
