"""Whoever says why says it in a code that others can read."""

from collections.abc import Iterable

from claims.domain.reason import codes_are_in_the_catalogue
from claims.storage import reasons
from common.programme.reasons import Act
from common.transaction import Transaction

from .problems import ReasonUnknown


async def check_reasons(tx: Transaction, act: Act, codes: Iterable[str]) -> None:
    """Raises `ReasonUnknown`, naming the codes there are, where one is not in the programme's catalogue for this."""
    catalogue = await reasons.catalogue_of(tx.session, tx.programme_id)
    if refusals := codes_are_in_the_catalogue(codes, act, tx.today, catalogue):
        raise ReasonUnknown(refusals)
