"""Who is asked together."""

PROVIDER_ROLES = ("caseworker", "provider-manager", "contracts-officer", "provider-system")
