"""States and codes that more than one service decides by. The contracts carry them, and no service types them again."""

from typing import Final, Literal

ClaimState = Literal["raised", "returned", "approved", "submitted", "queried", "verified", "refused", "withdrawn"]
"""Where a claim is between the outcome that raised it and the council's decision (BR-F1 to BR-F4)."""

CLOSED_AS_DUPLICATE: Final = "duplicate"
"""Why a case was closed whose participant has another (BR-A5)."""
