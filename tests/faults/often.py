"""How often and for how long each fault strikes: a little in every run of the tests, in full by `make soak`."""

import os
from typing import TypeVar

IN_FULL = os.environ.get("SOAK") == "1"

T = TypeVar("T")


def often(few: T, full: T) -> T:
    return full if IN_FULL else few
