"""Whoever says why says it in a code that others can read."""

from collections.abc import Iterable

from claims.domain.reason import codes_are_in_the_catalogue
from claims.operations.problems import ReasonUnknown
from claims.storage import claims, reasons
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction
from programme.reasons import Act


async def check_reasons(tx: Transaction, act: Act, codes: Iterable[str], claim: ClaimRow | None = None) -> None:
    """Raises `ReasonUnknown`, naming the codes there are, where one is not in the programme's catalogue for this.

    Of a `claim`, the rules that stand against it are reasons too, each in its own code.
    """
    catalogue = await reasons.catalogue_of(tx.session, tx.programme_id)
    last = None if claim is None else await claims.last_assessment(tx.session, claim.claim_id)
    rulings = () if last is None else tuple(check["code"] for check in last.checks if check["verdict"] != "pass")
    if refusals := codes_are_in_the_catalogue(codes, act, tx.today, catalogue, rulings):
        raise ReasonUnknown(refusals)
