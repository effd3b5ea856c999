"""What a process is told about where it is."""

import os
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings every process of every service reads, from the environment or from files named after them.

    Outside development it refuses to start with a simulated clock or an issuer without TLS.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, secrets_dir=os.environ.get("SECRETS_DIR"))

    environment: Literal["development", "test", "production"] = "production"
    database_url: SecretStr
    kafka_bootstrap: str = "localhost:9092"
    topic_prefix: str = ""
    """Set when one programme's topics live beside another installation's."""
    issuer_url: str
    jwks_url: str
    port: int = Field(default=8000, ge=0, le=65535)
    host: str = "127.0.0.1"
    simulation: bool = False
    data_dir: Path = Path("data")
    documents_url: str = ""
    """Where documents are kept, for example `s3://documents`; without it, a folder under DATA_DIR."""
    feeds: dict[str, str] = {}
    """Topic → base URL of the service that announces it."""
    relay_waits_for: str = ""
    """Embedded only: hearers whose committed offsets the relay stays close to, comma separated."""
    service_client_id: str = ""
    service_client_secret: SecretStr = SecretStr("")
    receipt_key: SecretStr = SecretStr("")
    """claims only: signs the receipts of pre-checks; at least 32 bytes, the same for every replica."""
    pool_size: int = Field(default=4, ge=1)
    max_body_bytes: int = 11 * 1024 * 1024
    otel_exporter_otlp_endpoint: str | None = None

    @model_validator(mode="after")
    def production_is_strict(self) -> Self:
        if self.environment == "production":
            if self.simulation:
                raise ValueError("SIMULATION=true is refused with ENVIRONMENT=production: unset one of them")
            if not self.issuer_url.startswith("https://"):
                raise ValueError("ISSUER_URL must be https outside development")
        return self

    @cached_property
    def hearers(self) -> tuple[str, ...]:
        return tuple(name for name in self.relay_waits_for.split(",") if name)
