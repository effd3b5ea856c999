"""Evidence of other kinds: proposed by providers, ruled on once by the council, a precedent for all (U-04)."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from claims.operations.rate_cards.correct_ruling import correct_ruling
from claims.operations.rate_cards.propose_equivalent import propose_equivalent
from claims.operations.rate_cards.rule_on_equivalent import rule_on_equivalent
from claims.operations.rate_cards.withdraw_ruling import withdraw_ruling
from claims.operations.requests import ProposalIn, RulingIn, RulingWithdrawalIn
from claims.storage import equivalents
from claims.storage.lists import EQUIVALENTS
from claims.storage.tables.equivalents import EquivalentRulingRow, EvidenceEquivalentRow
from common.transaction import Transaction
from common.web.access import deciding, reading, writing
from common.web.http.lists import Asked, asking
from common.web.pages import Page
from common.web.problems import Invalid
from common.web.routing import Routes
from rulebook.equivalent import Equivalent

from .responses.equivalents import EquivalentOut, EquivalentReceipt, RulingOut
from .roles import CLAIM_READERS, PROVIDERS, Signer

router = Routes(prefix="/v1/equivalents", tags=["equivalents"])

Verifier = Annotated[Transaction, deciding("council-verifier")]


@router.post("", status_code=201)
async def propose(body: ProposalIn, tx: Annotated[Transaction, writing(*PROVIDERS)]) -> EquivalentReceipt:
    """Propose evidence of another kind. 409 with the ruling where it was proposed before; 422 with every reason."""
    if body.provider_id not in (None, tx.actor.organisation):
        raise Invalid("A provider proposes for itself; the ruling is everybody's.")
    return kept(tx, await propose_equivalent(tx, Equivalent(body.outcome, body.kind, body.stands_for), body.why))


@router.get("")
async def list_equivalents(
    tx: Annotated[Transaction, reading(*CLAIM_READERS)], query: Annotated[Asked, asking(EQUIVALENTS)]
) -> Page[EquivalentOut]:
    """What has been proposed and ruled in the programme, the newest first: precedents are everybody's.

    `decided=false&order=proposed` is the council's queue.
    """
    results = await query.found(tx)
    rulings = await equivalents.rulings_on(tx.session, [row.equivalent_id for row in results.rows])
    return results.page(lambda row: shown(row, rulings.get(row.equivalent_id, [])))


@router.post("/{equivalent_id}/ruling")
async def rule(equivalent_id: UUID, body: RulingIn, tx: Verifier, receipts: Signer) -> EquivalentReceipt:
    """Rule on it, once and for every provider. 409 when it has been ruled on."""
    return kept(tx, await rule_on_equivalent(tx, equivalent_id, body.ruling, body.reason, receipts))


@router.post("/{equivalent_id}/ruling/corrections")
async def correct(equivalent_id: UUID, body: RulingIn, tx: Verifier, receipts: Signer) -> EquivalentReceipt:
    """Rule otherwise than before, because that was a mistake; what was ruled before stays readable in `rulings`.

    Claims with evidence of that kind are judged again. One verified on a ruling that no longer stands keeps its payment
    until it is decided on (`basis_changed=true` lists them). 409 where there is no ruling, or it is the same.
    """
    return kept(tx, await correct_ruling(tx, equivalent_id, body.ruling, body.reason, receipts))


@router.post("/{equivalent_id}/ruling/withdrawal")
async def withdraw(equivalent_id: UUID, body: RulingWithdrawalIn, tx: Verifier, receipts: Signer) -> EquivalentReceipt:
    """Take the ruling back: the proposal waits for one again, and claims are judged as if there had been none."""
    return kept(tx, await withdraw_ruling(tx, equivalent_id, body.reason, receipts))


def kept(tx: Transaction, row: EvidenceEquivalentRow) -> EquivalentReceipt:
    return tx.answered(EquivalentReceipt(id=row.equivalent_id, ruling=row.ruling, version=row.version))


def shown(row: EvidenceEquivalentRow, rulings: Sequence[EquivalentRulingRow]) -> EquivalentOut:
    own = {name: getattr(row, name) for name in EquivalentOut.model_fields if name not in ("id", "rulings")}
    return EquivalentOut(id=row.equivalent_id, rulings=[RulingOut.model_validate(each) for each in rulings], **own)
