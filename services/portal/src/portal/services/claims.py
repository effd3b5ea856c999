"""Of claims: claims, their evidence and what is paid, statements, rate cards."""

from functools import partial

from .operations import Operation

_claims = partial(Operation, "claims")

CLAIMS = _claims("GET /v1/claims")
CLAIM = _claims("GET /v1/claims/{claim_id}")
APPROVAL = _claims("POST /v1/claims/{claim_id}/approval")
QUERY = _claims("POST /v1/claims/{claim_id}/query")
REFUSAL = _claims("POST /v1/claims/{claim_id}/refusal")
RETURN = _claims("POST /v1/claims/{claim_id}/return")
CLAIMING = _claims("POST /v1/claims/{claim_id}/submission")
UNDOING = _claims("POST /v1/claims/{claim_id}/undoing")
REOPENING = _claims("POST /v1/claims/{claim_id}/reopening")
WITHDRAWAL = _claims("POST /v1/claims/{claim_id}/withdrawal")
AGREEMENTS = _claims("POST /v1/claims/{claim_id}/agreements")
ANSWERS = _claims("POST /v1/claims/{claim_id}/answers")
VERIFICATION = _claims("POST /v1/claims/{claim_id}/verification")
RATE_CARDS = _claims("GET /v1/rate-cards")
RATE_CARD = _claims("GET /v1/rate-cards/{card}/{version}")
REASONS = _claims("GET /v1/reasons")
EXPLANATION = _claims("GET /v1/claims/{claim_id}/explain")
STATEMENTS = _claims("GET /v1/statements")
STATEMENT = _claims("GET /v1/statements/{statement_id}")
LINES = _claims("GET /v1/statements/{statement_id}/lines")
CLOSING = _claims("POST /v1/statements")
POSITION = _claims("GET /v1/programme/position")
AUDIT_GRANTS = _claims("GET /v1/audit-grants")
GRANT_AUDIT = _claims("POST /v1/audit-grants")
END_AUDIT = _claims("POST /v1/audit-grants/{grant_id}/ending")
EVIDENCE_GRANT = _claims("GET /v1/claims/{claim_id}/evidence-grant")
PRE_CHECK = _claims("POST /v1/claims/pre-check")
