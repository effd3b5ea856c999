"""Identifiers: UUIDv7 for what happens, short codes for what is configured."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A UUIDv7: unique, and roughly in machine order (never a business order: lists sort by business date, then id)."""
    return uuid_utils.compat.uuid7()
