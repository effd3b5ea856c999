"""Of case-management: cases with all that is in them, the fund, closures."""

from functools import partial

from .operations import Operation

_cases = partial(Operation, "case-management")

CASES = _cases("GET /v1/cases")
CASE = _cases("GET /v1/cases/{case_id}")
CONTENT = _cases("GET /v1/documents/{document_id}/content")
