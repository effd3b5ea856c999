"""Who may ask what of cases."""

SUPPORTERS = ("caseworker", "provider-manager", "provider-system")
"""Who supports participants, and writes of it."""
RECORDERS = (*SUPPORTERS, "contracts-officer")
"""Who records what was achieved, and its evidence."""
READERS = (*RECORDERS, "prime-manager", "hub", "council-verifier")
OPENERS = (*RECORDERS, "prime-manager", "council-verifier")
BOARD = "prime-finance"
"""Whoever brings a request before the board, and its answer back (BR-O3)."""
