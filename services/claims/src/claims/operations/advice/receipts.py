"""Receipts of pre-checks, signed here and read here: nobody else can make one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import jwt

from claims.domain.receipt import Receipt, receipt_holds
from claims.storage import equivalents
from claims.storage.tables.claims import HeardOutcomeRow
from common.audit.grants import signing_key
from common.clock import london_date
from common.settings import ServiceSettings
from common.transaction import Transaction
from rulebook.outcome import Outcome
from rulebook.rate_card import RateCard


@dataclass(frozen=True, slots=True)
class Receipts:
    """Signs and reads receipts of one installation."""

    key: str

    @classmethod
    def of(cls, settings: ServiceSettings) -> "Receipts":
        """Raises `ValueError` outside development when no key of at least 32 bytes is given."""
        return cls(signing_key("RECEIPT_KEY", settings.receipt_key, settings.environment))

    def sign(self, receipt: Receipt, programme_id: str) -> str:
        """The receipt as a string that travels with the outcome; it names nobody."""
        payload = {
            "aud": f"receipt/{programme_id}",
            "card": receipt.card,
            "version": receipt.version,
            "facts": receipt.facts,
            "precedents": sorted(receipt.precedents),
            "passed": sorted(receipt.passed),
            "on": receipt.issued_on.isoformat(),
        }
        return jwt.encode(payload, self.key, algorithm="HS256")

    def read(self, token: str, programme_id: str) -> Receipt | None:
        """The receipt, if it was signed here for this programme."""
        try:
            payload: dict[str, Any] = jwt.decode(
                token, self.key, algorithms=["HS256"], audience=f"receipt/{programme_id}"
            )
        except jwt.InvalidTokenError:
            return None
        issued_on = date.fromisoformat(payload["on"])
        rules, precedents = frozenset(payload["passed"]), frozenset(payload.get("precedents", ()))
        return Receipt(payload["card"], payload["version"], payload["facts"], rules, issued_on, precedents)


async def receipt_that_holds(
    tx: Transaction, revision: HeardOutcomeRow, outcome: Outcome, card: RateCard | None, receipts: Receipts
) -> Receipt | None:
    """The receipt that came with a revision, if it is ours and is for these facts under this card, in time."""
    receipt = receipts.read(revision.body.get("receipt") or "", tx.programme_id)
    if receipt is None or card is None:
        return None
    precedents = await equivalents.precedents_for(tx.session, tx.programme_id, outcome.code)
    evidenced_on = london_date(datetime.fromisoformat(revision.body["occurred_at"]))
    return receipt if receipt_holds(receipt, outcome, card, precedents, evidenced_on) is None else None
