"""Of reporting: the tracker, monthly reports, what oversight watches."""

from functools import partial

from .operations import Operation

_reporting = partial(Operation, "reporting")
