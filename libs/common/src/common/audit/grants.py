"""Grants: claims says, signed, which documents one person may open for some minutes; case management reads it offline.

Neither asks the other: whoever has the key of both can tell whether a grant is one (S-83).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from pydantic import SecretStr

from common.clock import machine_now

GOOD_FOR = timedelta(minutes=10)
LEAST_BYTES = 32
FOR_DEVELOPMENT = "a key that signs nothing that counts"


def signing_key(name: str, secret: SecretStr, environment: str) -> str:
    """What a setting gives to sign with, or in development a known one.

    Raises `ValueError` in production when it is missing or shorter than 32 bytes.
    """
    key = secret.get_secret_value()
    if environment != "production":
        key = key or FOR_DEVELOPMENT
    if len(key.encode()) < LEAST_BYTES:
        wrong = "is too short" if key else "is missing"
        remedy = f"run deploy/make-secrets.py again, or give one of at least {LEAST_BYTES} bytes, everywhere the same"
        raise ValueError(f"{name} {wrong}: {remedy}")
    return key


@dataclass(frozen=True, slots=True)
class Grants:
    """Signs and reads the grants of one installation."""

    key: str

    @classmethod
    def of(cls, secret: SecretStr, environment: str) -> "Grants":
        """Raises `ValueError` in production without a key."""
        return cls(signing_key("GRANT_KEY", secret, environment))

    def sign(self, programme_id: str, person: str, documents: Iterable[UUID]) -> tuple[str, datetime]:
        """A grant to open these documents, for that person alone, and until when it is good."""
        until = machine_now().replace(microsecond=0) + GOOD_FOR
        ids = sorted(str(each) for each in documents)
        claims = {"aud": f"documents/{programme_id}", "sub": person, "documents": ids, "exp": until}
        return jwt.encode(claims, self.key, algorithm="HS256"), until

    def read(self, grant: str, programme_id: str, person: str) -> frozenset[UUID]:
        """The documents it is for; none where it is another's, of another programme, over, or not ours."""
        try:
            claims = jwt.decode(grant, self.key, algorithms=["HS256"], audience=f"documents/{programme_id}")
        except jwt.InvalidTokenError:
            return frozenset()
        return frozenset(map(UUID, claims["documents"])) if claims["sub"] == person else frozenset()
