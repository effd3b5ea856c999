"""What a process is told about where it is."""

import os
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.audit.signing import SigningKey, UnusableKey
from common.database import address
from common.store import Place

MOST_TOKEN_HOURS = 8
"""A working day."""


def _names_a_database(url: SecretStr) -> SecretStr:
    address(url.get_secret_value())
    return url


DatabaseUrl = Annotated[SecretStr, AfterValidator(_names_a_database)]


class DoorSettings(BaseSettings):
    """What every process that is asked over HTTP reads, from the environment or from files named after them.

    In production, which is meant when nothing is said, it refuses to start with a simulated clock, or an issuer
    without TLS.
    """

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, secrets_dir=os.environ.get("SECRETS_DIR")
    )

    environment: Literal["development", "test", "production"] = "production"
    issuer_url: str
    """Who tokens say they are from: the issuer's public name."""
    issuer_address: str = ""
    """Where the issuer is reached from here, if its public name does not lead there."""
    jwks_url: str
    public_url: str = Field(default="", pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$")
    """Where others reach this service, `https://outcomes.example/claims`: its events name their schemas there. A
    proxy takes the path away before it asks; addresses in answers have it."""
    port: int = Field(default=8000, ge=0, le=65535)
    host: str = "127.0.0.1"
    simulation: bool = False
    max_body_bytes: int = 11 * 1024 * 1024
    """Of an upload; a document may have 10 MiB."""
    max_bulk_bytes: int = 64 * 1024 * 1024
    """Of a file of rows (`POST /v1/bulk-jobs`)."""
    max_json_bytes: int = 1024 * 1024
    """Of every other request."""
    connections_per_address: int = Field(default=500, ge=1)
    """Open at the same time, in one process; of a proxy, which speaks for everybody, as many as it is to have."""
    header_seconds: float = Field(default=10, gt=0)
    """For all headers of a request to arrive."""
    json_seconds: float = Field(default=15, gt=0)
    """For a request's body to arrive, if it is no upload."""
    upload_seconds: float = Field(default=180, gt=0)
    """For an upload to arrive: 11 MiB at half a megabit a second."""
    bulk_seconds: float = Field(default=900, gt=0)
    """For a file of rows to arrive: 64 MiB at six tenths of a megabit a second."""
    otel_exporter_otlp_endpoint: str | None = None

    @model_validator(mode="after")
    def the_door_is_strict_in_production(self) -> Self:
        """No simulated clock and no plain HTTP to the issuer in production."""
        if self.environment == "production":
            if self.simulation:
                raise ValueError("SIMULATION=true is refused with ENVIRONMENT=production: unset one of them")
            for name in ("issuer_url", "jwks_url"):
                if not getattr(self, name).startswith("https://"):
                    raise ValueError(f"{name.upper()} must be https outside development")
        return self


class ServiceSettings(DoorSettings):
    """Settings every process of every service that keeps records reads.

    In production it refuses to start with a secret that anybody knows, too.
    """

    database_url: DatabaseUrl
    kafka_bootstrap: str = "localhost:9092"
    topic_prefix: str = ""
    """Set when one programme's topics live beside another installation's."""
    authorization_url: str = ""
    """Where people sign in, for the page `/docs`; `/authorize` of the issuer unless told."""
    token_url: str = ""
    """Where that page, in a browser, fetches their tokens; `/token` of the issuer unless told."""
    introspection_url: str = ""
    """Where the issuer says if it still stands by a token; without it, tokens stand until they expire (ADR 0017)."""
    data_dir: Path = Path("data")
    documents_url: str = ""
    """case-management only: where documents are kept, such as `s3://documents`; else a folder under DATA_DIR."""
    documents_access_key: str = ""
    documents_secret_key: SecretStr = SecretStr("")
    s3_endpoint: str = ""
    """Where the S3 server is, if it is not AWS's own: `http://store:7070`."""
    s3_region: str = ""
    scanner: str = Field(default="", pattern=r"^([^:\s]+:\d+)?$")
    """case-management only: clamd, as `host:port`. Without one, which production refuses, no document is scanned."""
    scan_seconds: float = Field(default=20, gt=0)
    """case-management only: how long a scan may take; after that the document is not taken."""
    feeds: dict[str, str] = {}
    """Topic → base URL of the service that announces it."""
    webhook_networks: tuple[str, ...] = ()
    """Networks to which webhooks may be sent besides the public internet: `["10.20.0.0/16"]`; in development also
    without TLS."""
    relay_waits_for: str = ""
    """Embedded only: hearers whose committed offsets the relay stays close to, comma separated."""
    most_token_hours: float = Field(default=MOST_TOKEN_HOURS, gt=0)
    """A token that says it is good for longer is not taken, whoever signed it (ADR 0017)."""
    service_client_id: str = ""
    service_client_secret: SecretStr = SecretStr("")
    receipt_key: SecretStr = SecretStr("")
    """claims only: signs the receipts of pre-checks; at least 32 bytes, the same for every replica."""
    grant_key: SecretStr = SecretStr("")
    """claims and case-management only: signs what an auditor may open; at least 32 bytes, the same in both."""
    pool_size: int = Field(default=8, ge=1)
    """Connections to the database, at most."""
    alive_file: Path | None = None
    """What a worker touches while it is alive (`python -m common.liveness`)."""
    requests_per_second: float = Field(default=500, ge=0)
    """From one client, in one process; 0 sets no limit."""
    requests_at_once: int = Field(default=2000, ge=1)
    """Saved up by a client that was quiet."""
    requests_open: int = Field(default=200, ge=1)
    """Of one client at the same time, in one process."""

    @model_validator(mode="after")
    def production_is_strict(self) -> Self:
        """Nothing is asked in plain HTTP, and no secret is known to anybody, in production."""
        if self.environment == "production":
            if self.introspection_url and not self.introspection_url.startswith("https://"):
                raise ValueError("INTROSPECTION_URL must be https outside development")
            if self.service_client_secret.get_secret_value() == f"{self.service_client_id}-secret":
                raise ValueError("SERVICE_CLIENT_SECRET is the one of development: give the service one of its own")
        return self

    @field_validator("webhook_networks")
    @classmethod
    def networks_are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        """Each is one as `ipaddress` reads it."""
        for each in networks:
            ip_network(each)
        return networks

    @model_validator(mode="after")
    def whoever_asks_the_issuer_proves_itself(self) -> Self:
        """Introspection takes the service's own client id and secret (RFC 7662)."""
        if self.introspection_url and not (self.service_client_id and self.service_client_secret.get_secret_value()):
            raise ValueError("INTROSPECTION_URL needs SERVICE_CLIENT_ID and SERVICE_CLIENT_SECRET")
        return self

    @property
    def public_path(self) -> str:
        """The path under which others reach this service, without a slash at its end; empty for a host of its own."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def where_people_sign_in(self) -> str:
        """The issuer's authorization endpoint, as a browser reaches it."""
        return self.authorization_url or f"{self.issuer_url.rstrip('/')}/authorize"

    @property
    def where_tokens_are_given(self) -> str:
        """The issuer's token endpoint, as a browser reaches it."""
        return self.token_url or f"{self.issuer_url.rstrip('/')}/token"

    @property
    def documents(self) -> Place:
        """Where documents are kept: a folder of its own unless a store is named."""
        return self._place(
            self.documents_url or str(self.data_dir / "documents"), self.documents_access_key, self.documents_secret_key
        )

    def _place(self, where: str, access_key: str, secret_key: SecretStr) -> Place:
        """Raises ValueError: an account without its secret would be taken for nobody."""
        if access_key and not secret_key.get_secret_value():
            raise ValueError("An access key is without its secret key: give both as files in SECRETS_DIR")
        return Place(where, self.s3_endpoint, self.s3_region, access_key, secret_key)

    @cached_property
    def hearers(self) -> tuple[str, ...]:
        return tuple(name for name in self.relay_waits_for.split(",") if name)


class WorkerSettings(ServiceSettings):
    """Beside what every process reads: how the audit is sealed and where its checkpoints go (docs/runbooks/audit.md).

    In production it refuses to start without a signing key of its own and a place outside the service's reach.
    """

    audit_key: SecretStr = SecretStr("")
    """64 hexadecimal digits that sign checkpoints; only the worker has them."""
    checkpoints_url: str = ""
    """Where checkpoints are kept: `s3://…`, `file:///…`; without it, the folder `checkpoints` under DATA_DIR."""
    checkpoints_access_key: str = ""
    checkpoints_secret_key: SecretStr = SecretStr("")
    checkpoint_every_seconds: float = Field(default=60, gt=0)
    orphans_after_hours: float = Field(default=24, ge=0)
    """case-management only: how old a stored document must be to be removed if no row tells of it; 0 keeps all."""
    orphans_at_most: int = Field(default=100, ge=0)
    """case-management only: more than so many at once are no accident, and none is removed."""
    clear_every_seconds: float = Field(default=3600, gt=0)
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where the worker tells its own metrics, at `/metrics`; 0 for nowhere. What waits is told by the front door."""
    fetch_wait_ms: int = Field(default=500, gt=0)
    """How long the broker keeps a fetch that finds nothing; few where it does not answer as soon as something comes."""

    @model_validator(mode="after")
    def audit_is_out_of_reach(self) -> Self:
        """In production the audit has a signing key, and checkpoints leave the service."""
        if self.environment == "production":
            if not self.audit_key.get_secret_value():
                raise ValueError("AUDIT_KEY is missing: give the worker its signing key as a file in SECRETS_DIR")
            if not self.checkpoints_url:
                raise ValueError("CHECKPOINTS_URL is missing: checkpoints must be kept outside the service's reach")
        return self

    @property
    def checkpoints(self) -> Place:
        """Where checkpoints are kept: a folder of its own unless a store is named."""
        return self._place(
            self.checkpoints_url or str(self.data_dir / "checkpoints"),
            self.checkpoints_access_key,
            self.checkpoints_secret_key,
        )

    def signing_key(self, service: str) -> SigningKey:
        """The key that signs this service's checkpoints.

        Raises:
            UnusableKey: AUDIT_KEY is not a key, or in production the one of development.
        """
        development_key = SigningKey.for_development(service)
        if not self.audit_key.get_secret_value():
            return development_key
        key = SigningKey.of(self.audit_key)
        if self.environment == "production" and key.public == development_key.public:
            raise UnusableKey("AUDIT_KEY is the one of development: make another.")
        return key
