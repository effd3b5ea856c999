"""The town that the runbooks are walked in."""

from tests.console.api.towns import town

__all__ = ["town"]
