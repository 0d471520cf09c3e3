"""Alembic asks for this file; the chassis does the work."""

from services._chassis.migrate import run_environment

run_environment()
