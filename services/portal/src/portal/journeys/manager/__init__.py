"""The provider's manager: who works on a case with whom, placements handed back."""

from . import hand_back, joint_work
from .journey import JOURNEY

_ = (hand_back, joint_work)

__all__ = ["JOURNEY"]
