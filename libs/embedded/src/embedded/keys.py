"""The issuer's signing key, made once and kept beside its data."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """An RS256 key pair: the private half signs, the public half is published with its id."""

    id: str
    private: RSAPrivateKey
    public: dict[str, Any]

    @classmethod
    def kept_in(cls, folder: Path) -> Self:
        """The key in a folder, made and kept there on first use."""
        path = folder / "signing-key.pem"
        if not path.exists():
            _make(path)
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, RSAPrivateKey):
            raise TypeError(f"{path} is not an RSA key")
        jwk = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
        key_id = hashlib.sha256(str(jwk["n"]).encode()).hexdigest()[:16]
        return cls(key_id, private, jwk | {"kid": key_id, "use": "sig", "alg": "RS256"})


def _make(path: Path) -> None:
    """Written aside and moved into place whole, readable by us alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new_file = path.with_suffix(".new")
    new_file.touch(mode=0o600)
    new_file.write_bytes(
        generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    new_file.rename(path)
