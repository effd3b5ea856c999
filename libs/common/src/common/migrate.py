"""Migrations of a service's database: `python -m common.migrate claims` with OWNER_DATABASE_URL."""

import asyncio
import os
import sys
from typing import Any

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from .database import address


def upgrade(
    service: str, owner_url: str, *, as_sql: bool = False, schema: str = "public", revision: str = "head"
) -> None:
    """Bring a service's database to a revision, mostly the newest; `as_sql` prints the statements instead.

    `owner_url` is a SQLAlchemy URL of the role that owns the database. In another `schema`, which must exist, all
    tables are made once more, with their grants and policies: a rebuild fills them.
    """
    config = Config()
    config.set_main_option("script_location", f"{service.replace('-', '_')}:migrations")
    config.attributes["url"] = owner_url
    config.attributes["schema"] = schema
    command.upgrade(config, revision, sql=as_sql)


def run_env() -> None:
    """The body of every service's `migrations/env.py`."""
    url, schema = context.config.attributes["url"], context.config.attributes["schema"]
    if context.is_offline_mode():
        context.configure(url=url, dialect_name="postgresql", literal_binds=True, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()
    else:
        asyncio.run(_run_online(url, schema))


async def _run_online(url: str, schema: str) -> None:
    only_there = {"server_settings": {"search_path": schema}}
    engine = create_async_engine(address(url), poolclass=NullPool, connect_args=only_there)
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        driver.add_log_listener(_say)
        await connection.run_sync(_migrate)
        await connection.commit()
    await engine.dispose()


def _say(_: Any, message: Any) -> None:
    """How far a migration is that fills in by parts."""
    if message.severity_en == "INFO":
        sys.stderr.write(f"{message.message}\n")


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


if __name__ == "__main__":
    upgrade(sys.argv[1], os.environ.get("OWNER_DATABASE_URL", "postgresql+asyncpg://"), as_sql="--sql" in sys.argv)
