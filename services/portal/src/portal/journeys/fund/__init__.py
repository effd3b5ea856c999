"""Money from the fund, for somebody or for a change of a service: a provider's manager or the board decides (S-49)."""

from . import innovations, requests
from .journey import JOURNEY

QUEUES = (*requests.QUEUES, *innovations.QUEUES)

__all__ = ["JOURNEY", "QUEUES"]
