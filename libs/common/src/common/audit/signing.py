"""The key that signs checkpoints, and the public half that anyone may check them with."""

import hashlib
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import SecretStr


class UnusableKey(ValueError):
    """A key is not what it should be: 32 bytes in hexadecimal."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair of one service."""

    private: Ed25519PrivateKey

    @classmethod
    def of(cls, seed: SecretStr) -> Self:
        """The pair grown from a secret of 64 hexadecimal digits (`deploy/make-secrets.py` makes one a service).

        Raises:
            UnusableKey: it is not that.
        """
        return cls(Ed25519PrivateKey.from_private_bytes(_bytes_of(seed.get_secret_value())))

    @classmethod
    def for_development(cls, service: str) -> Self:
        """A pair that anybody can make: settings refuse it in production."""
        return cls(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"development {service}".encode()).digest()))

    @property
    def public(self) -> str:
        """The public half, 64 hexadecimal digits; keep it where the service's administrators cannot change it."""
        return self.private.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """An Ed25519 signature, in hexadecimal."""
        return self.private.sign(message).hex()


def signed_by(public: str, message: bytes, signature: str) -> bool:
    """Whether the holder of a public key's other half said exactly this.

    Raises:
        UnusableKey: the public key is not 64 hexadecimal digits.
    """
    try:
        Ed25519PublicKey.from_public_bytes(_bytes_of(public)).verify(bytes.fromhex(signature), message)
    except InvalidSignature:
        return False
    return True


def key_id(public: str) -> str:
    """A short name for a public key: the first 16 digits of its SHA-256."""
    return hashlib.sha256(_bytes_of(public)).hexdigest()[:16]


def _bytes_of(hexadecimal: str) -> bytes:
    try:
        key = bytes.fromhex(hexadecimal.strip())
    except ValueError as error:
        raise UnusableKey("A key is 64 hexadecimal digits.") from error
    if len(key) != 32:
        raise UnusableKey("A key is 64 hexadecimal digits.")
    return key
