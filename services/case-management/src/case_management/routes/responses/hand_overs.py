"""Cases handed over."""

from common.transaction import Answer

from .base import CaseReceipt


class HandOverReceipt(Answer):
    """Every case with its new version, in the order asked."""

    cases: list[CaseReceipt]
