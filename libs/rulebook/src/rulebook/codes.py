"""States and codes that more than one service decides by. The contracts carry them, and no service types them again."""

from typing import Final, Literal

EvidenceOutstanding = Literal["raised", "returned", "refused"]
"""The prime has not accepted the evidence, or it is accepted no longer (BR-K5)."""

EvidenceAccepted = Literal["approved", "submitted", "queried", "verified"]
"""The prime has accepted the evidence and the claim stands: its outcome counts as achieved (BR-K4)."""

ClaimState = Literal[EvidenceOutstanding, EvidenceAccepted, "withdrawn"]
"""Where a claim is between the outcome that raised it and the council's decision (BR-F1 to BR-F4)."""

CLOSED_AS_DUPLICATE: Final = "duplicate"
"""Why a case was closed whose participant has another (BR-A5)."""
