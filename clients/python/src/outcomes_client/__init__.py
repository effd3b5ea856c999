"""A client for the system of a social outcomes partnership.

`outcomes_client.claims`, `.case_management`, `.referral_hub` and `.reporting` are made from the services' OpenAPI
documents: a function for each operation, a class for each thing that is sent or answered. What is here beside them is
written by hand: signing in, asking again, pages, waiting, problems as exceptions, whether a webhook is genuine, and
trying it all in a sandbox.
"""

from .following import Feed
from .keys import key_of, new_key
from .pages import every
from .partnership import Partnership
from .patience import Patience
from .problems import Problem, Refusal
from .sandbox import begin_again, made_up, set_clock
from .signing_in import ClientCredentials, SignInFailed, Token
from .waiting import NeverCame, wait_until
from .webhooks import NotGenuine, verify

__all__ = [
    "ClientCredentials",
    "Feed",
    "NeverCame",
    "NotGenuine",
    "Partnership",
    "Patience",
    "Problem",
    "Refusal",
    "SignInFailed",
    "Token",
    "begin_again",
    "every",
    "key_of",
    "made_up",
    "new_key",
    "set_clock",
    "verify",
    "wait_until",
]
