"""Of referral-hub: who somebody is, referrals, the waiting list, placements, declines."""

from functools import partial

from .operations import Operation

_hub = partial(Operation, "referral-hub")

REFERRALS = _hub("GET /v1/referrals")
PARTICIPANT = _hub("GET /v1/participants/{participant_id}")
EXTERNAL_IDS = _hub("GET /v1/external-ids")
WAITING_LIST = _hub("GET /v1/waiting-list")
