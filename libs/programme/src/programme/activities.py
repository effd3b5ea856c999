"""What a tracker's activity row may count. Reporting counts each; a name that it does not count is none."""

from enum import StrEnum


class Activity(StrEnum):
    """Something done in the partnership that is no outcome, and counts in the month in which it happened."""

    REFERRALS = "referrals"
    """A provider's are those placed with it and kept; the partnership's, all that the hub received (BR-K2)."""
    NEW_STARTS = "new-starts"
    """Cases started, but for those of duplicates (BR-A5)."""
    DROP_INS = "drop-ins"
    """Light-touch support after it had ended; no start, never a claim (S-15, BR-C3)."""


COUNTABLE = ", ".join(Activity)
"""All of them, as a sentence names them."""
