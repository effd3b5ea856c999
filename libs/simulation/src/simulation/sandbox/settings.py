"""What the player of a sandbox is told about where it is."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class PlayerSettings(BaseSettings):
    """Settings of the player, from the environment or from files named after them in SECRETS_DIR.

    Which sandbox it plays is said by its two systems' tokens: their programme.
    """

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, secrets_dir=os.environ.get("SECRETS_DIR")
    )

    issuer_url: str
    issuer_address: str = ""
    """Where the issuer is reached from here, if its public name does not lead there."""
    services: dict[str, str]
    """Service → its address: `{"referral-hub": "http://…", "case-management": …, "claims": …}`."""
    prime_client_id: str = "sandbox-prime"
    council_client_id: str = "sandbox-council"
    sandbox_prime_client_secret: SecretStr
    sandbox_council_client_secret: SecretStr
    pause_seconds: float = Field(default=1, gt=0)
    """Between two looks at what is to be done."""
    alive_file: Path | None = None
    """What it touches while it is alive (`python -m common.liveness`)."""

    @property
    def issuer(self) -> str:
        return self.issuer_address or self.issuer_url
