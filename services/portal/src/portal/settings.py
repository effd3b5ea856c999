"""What the portal is told about where it is."""

from typing import Self

from pydantic import AwareDatetime, Field, model_validator

from common.settings import DoorSettings

MOST_SESSIONS = 10_000
"""In one process; the one that rested longest makes room for a new one."""


class PortalSettings(DoorSettings):
    """What the portal reads beside what every front door does. It has no database, and no secret."""

    public_url: str = Field(pattern=r"^https?://[^\s/?#]+$")
    """Where people reach it, at the root of a name: the issuer sends them back there."""
    services: dict[str, str]
    """Service → where it is reached from here."""
    client_id: str = "portal"
    """By what the issuer knows it: a public client, which proves itself by PKCE alone."""
    idle_minutes: float = Field(default=30, gt=0)
    """So long a session rests before it ends."""
    most_hours: float = Field(default=10, gt=0)
    """A session ends then, however busy it is."""
    simulated_now: AwareDatetime | None = None
    """Where something is simulated, from when on the pages' requests are, until somebody chooses another day."""

    @model_validator(mode="after")
    def people_come_by_tls_in_production(self) -> Self:
        """A cookie that anybody on the way can read is a sign-in of anybody's."""
        if self.environment == "production" and not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must be https outside development")
        return self

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it by TLS."""
        return self.public_url.startswith("https://")

    @property
    def signed_in_at(self) -> str:
        """Where the issuer sends people back to."""
        return f"{self.public_url}/signed-in"
