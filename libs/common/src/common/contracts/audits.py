"""What each service tells the public of its own audit: hashes and a signature, nothing about anyone."""

from typing import ClassVar

from pydantic import Field

from .event import Code, Event, Instant, Topic


class Checkpointed(Event):
    """What a service's audit was after so many entries, signed: whoever keeps it can tell if it is changed."""

    public: ClassVar[bool] = True

    service: Code
    size: int = Field(ge=1)
    head: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Binds every entry to the one before."""
    root: str = Field(pattern=r"^[0-9a-f]{64}$")
    """The Merkle tree hash over all entries (RFC 6962)."""
    made_at: Instant
    key: Code
    """The short name of the Ed25519 key that signed it."""
    signature: str = Field(pattern=r"^[0-9a-f]{128}$")

    @property
    def subject(self) -> str:
        return f"audit/{self.programme_id}"


class AuditCheckpointed(Checkpointed):
    """What the audit of claims was after so many entries, signed: whoever keeps it can tell if it is changed."""

    topic: ClassVar[Topic] = "claims"


class CasesAuditCheckpointed(Checkpointed):
    """What the audit of case management was after so many entries, signed, for whoever keeps it."""

    topic: ClassVar[Topic] = "cases"


class HubAuditCheckpointed(Checkpointed):
    """What the audit of the hub was after so many entries, signed, for whoever keeps it."""

    topic: ClassVar[Topic] = "referrals"
