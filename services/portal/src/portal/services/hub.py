"""Of referral-hub: who somebody is, referrals, the waiting list, placements, declines."""

from functools import partial

from .operations import Operation

_hub = partial(Operation, "referral-hub")

PROGRAMME = _hub("GET /v1/programmes/{programme_id}")
REFERRALS = _hub("GET /v1/referrals")
REFERRAL = _hub("GET /v1/referrals/{referral_id}")
REFER = _hub("POST /v1/referrals")
ASK_REFERRER = _hub("POST /v1/referrals/{referral_id}/information-requests")
TAKE_QUESTION_BACK = _hub("POST /v1/referrals/{referral_id}/information-requests/{question_id}/withdrawal")
GIVE_INFORMATION = _hub("POST /v1/referrals/{referral_id}/information")
TRIAGE = _hub("POST /v1/referrals/{referral_id}/triage")
SUPPORT_ONCE = _hub("POST /v1/referrals/{referral_id}/triage-support")
DECLINE = _hub("POST /v1/referrals/{referral_id}/decline")
CANDIDATES = _hub("GET /v1/referrals/{referral_id}/candidates")
ALLOCATE = _hub("POST /v1/referrals/{referral_id}/allocation")
ALLOCATION = _hub("GET /v1/allocations/{allocation_id}")
TAKE_PLACEMENT_BACK = _hub("POST /v1/allocations/{allocation_id}/withdrawal")
PARTICIPANT = _hub("GET /v1/participants/{participant_id}")
MERGE = _hub("POST /v1/participants/{participant_id}/merge")
DIFFERENT = _hub("POST /v1/participants/{participant_id}/different")
PROVIDERS = _hub("GET /v1/providers")
WAITING_LIST = _hub("GET /v1/waiting-list")
DECLINES = _hub("GET /v1/declines")
EXTERNAL_IDS = _hub("GET /v1/external-ids")
PARTICIPANTS = _hub("GET /v1/participants")
HAND_BACK = _hub("POST /v1/allocations/{allocation_id}/decline")
