"""Alembic's entry; the work is in common.migrate."""

from common.migrate import run_env

run_env()
