"""Of claims: claims, their evidence and what is paid, statements, rate cards."""

from functools import partial

from .operations import Operation

_claims = partial(Operation, "claims")

CLAIMS = _claims("GET /v1/claims")
