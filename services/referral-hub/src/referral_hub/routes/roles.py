"""Who is asked together."""

PROVIDER_ROLES = ("caseworker", "provider-manager", "contracts-officer", "provider-system")
IDENTITY_READERS = ("hub", "prime-manager", "council-verifier", *PROVIDER_ROLES)
