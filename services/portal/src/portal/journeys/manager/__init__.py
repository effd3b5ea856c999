"""The provider's manager: who works on a case with whom, placements handed back, money from the fund."""

from . import fund, hand_back, joint_work
from .fund import JOURNEY, QUEUES

__all__ = ["JOURNEY", "QUEUES", "fund", "hand_back", "joint_work"]
