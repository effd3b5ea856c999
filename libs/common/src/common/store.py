"""Where bytes are kept that no database holds: a folder, or any object store obstore knows."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store, from_url
from pydantic import SecretStr

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

FAILURES = (OSError, obstore.exceptions.BaseError)
"""What is raised when a store does not do what it is asked."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder (made where it is missing) or a store's URL, and as whom to ask for it.

    What is not said of an S3 server, obstore looks for where AWS's own tools do (`AWS_…`).
    """

    where: str
    endpoint: str = ""
    """Of an S3 server that is not AWS's own."""
    region: str = ""
    access_key: str = ""
    secret_key: SecretStr = field(default_factory=lambda: SecretStr(""))

    @property
    def folder(self) -> Path | None:
        """The folder, if it is one."""
        return None if "://" in self.where else Path(self.where).absolute()

    def opened(self) -> ObjectStore:
        """The store there; nothing is asked of it yet."""
        if self.folder is not None:
            return LocalStore(self.folder, mkdir=True)
        if not self.where.startswith("s3://"):
            return from_url(self.where)
        config: S3Config = {}
        # Whoever waits is a request with a transaction open: it is told soon that the store is away.
        patience: ClientConfig = {"connect_timeout": timedelta(seconds=3), "timeout": timedelta(seconds=20)}
        patience["allow_http"] = True  # where an operator says `http://`, on a network of their own
        if self.endpoint:
            config["endpoint"] = self.endpoint
        if self.region:
            config["region"] = self.region
        if self.access_key:
            config["access_key_id"] = self.access_key
            config["secret_access_key"] = self.secret_key.get_secret_value()
        again: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}
        return S3Store.from_url(self.where, config=config, client_options=patience, retry_config=again)
