"""Versions of rate cards and what the council accepts as equivalent."""
