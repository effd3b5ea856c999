"""Money: the months as they were stated, the cap, and why one claim pays what it pays."""

from . import closing, explanation, statements
from .journey import JOURNEY

_ = (closing, explanation, statements)

__all__ = ["JOURNEY"]
