"""What is not there for whoever asks."""

from common.web.problems import NotFound


class NoSuchOutcome(NotFound):
    """Absent, or another provider's."""


class NoSuchCase(NotFound):
    """Absent, or another provider's."""


class NoSuchPart(NotFound):
    """Absent, or of another provider's case."""
