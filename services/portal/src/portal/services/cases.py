"""Of case-management: cases with all that is in them, the fund, closures."""

from functools import partial

from .operations import Operation

_cases = partial(Operation, "case-management")

PROGRAMME = _cases("GET /v1/programmes/{programme_id}")
CASES = _cases("GET /v1/cases")
CASE = _cases("GET /v1/cases/{case_id}")
CONTENT = _cases("GET /v1/documents/{document_id}/content")
START = _cases("POST /v1/cases/{case_id}/start")
NOTES = _cases("GET /v1/cases/{case_id}/notes")
NOTE = _cases("POST /v1/cases/{case_id}/notes")
PLAN = _cases("POST /v1/cases/{case_id}/plans")
ASSESS = _cases("POST /v1/cases/{case_id}/assessments")
UPLOAD = _cases("POST /v1/cases/{case_id}/documents")
RECORD_OUTCOME = _cases("POST /v1/cases/{case_id}/outcomes")
OUTCOME = _cases("GET /v1/outcomes/{outcome_id}")
CORRECT_OUTCOME = _cases("POST /v1/outcomes/{outcome_id}/revisions")
WITHDRAW_OUTCOME = _cases("POST /v1/outcomes/{outcome_id}/withdrawal")
ASK_FOR_CLOSURE = _cases("POST /v1/cases/{case_id}/closure-requests")
AGREE_JOINT_WORK = _cases("POST /v1/cases/{case_id}/joint-work")
END_JOINT_WORK = _cases("POST /v1/joint-work/{joint_work_id}/end")
FUND_REQUESTS = _cases("GET /v1/fund-requests")
DECIDE_FUND_REQUEST = _cases("POST /v1/fund-requests/{request_id}/decision")
INNOVATIONS = _cases("GET /v1/innovations")
DECIDE_INNOVATION = _cases("POST /v1/innovations/{innovation_id}/decision")
DECIDE_CLOSURE = _cases("POST /v1/closure-requests/{request_id}/decision")
GRANTED_DOCUMENT = _cases("GET /v1/granted-documents/{document_id}")
GRANTED_CONTENT = _cases("GET /v1/granted-documents/{document_id}/content")
