"""A checkpoint: what a chain was at one size, signed, and kept where the service cannot reach it any more."""

import json
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from .chain import Chain
from .signing import SigningKey, key_id, signed_by

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal."""
PURPOSE = "outcomes audit checkpoint 1"
"""Said with every signature, so that none can be used for anything else."""


class Checkpoint(BaseModel):
    """What one programme's audit in one service was after `size` entries."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    service: str
    programme_id: str
    size: Annotated[int, Field(ge=1)]
    head: Hash
    """The hash of the last sealed entry, which binds every entry to the one before."""
    root: Hash
    """The hash that stands for all sealed entries: of the Merkle tree over their leaves (RFC 6962)."""
    made_at: AwareDatetime
    """When it was made, by the machine's clock, UTC."""
    key: str
    """The short name of the public key with which it was signed."""
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]
    """The Ed25519 signature, in hexadecimal digits."""

    @classmethod
    def of(cls, service: str, programme_id: str, chain: Chain, made_at: AwareDatetime, key: SigningKey) -> Self:
        """What a chain is now, signed by the service's key."""
        checkpoint = cls(
            service=service,
            programme_id=programme_id,
            size=chain.size,
            head=chain.head.hex(),
            root=chain.root.hex(),
            made_at=made_at,
            key=key_id(key.public),
            signature="0" * 128,
        )
        return checkpoint.model_copy(update={"signature": key.sign(checkpoint.said)})

    @property
    def said(self) -> bytes:
        """What is signed: everything but the signature, as JSON with sorted keys."""
        values = self.model_dump(mode="json", include=set(Checkpoint.model_fields) - {"signature"})
        return json.dumps(values | {"purpose": PURPOSE}, sort_keys=True, separators=(",", ":")).encode()

    def is_signed_by(self, public: str) -> bool:
        """Whether the holder of this public key (hexadecimal) signed just this."""
        return self.key == key_id(public) and signed_by(public, self.said, self.signature)

    def agrees_with(self, chain: Chain) -> bool:
        """Whether a chain of the same size is the one that was signed."""
        return (self.size, self.head, self.root) == (chain.size, chain.head.hex(), chain.root.hex())


class KeptCheckpoint(Checkpoint):
    """A checkpoint as it is exported: with the leaves since the one before, so that a broken entry can be named."""

    leaves: tuple[Hash, ...]
    """Of the last so many entries, in order."""

    @property
    def first(self) -> int:
        """The number of the first entry it tells of."""
        return self.size - len(self.leaves) + 1
