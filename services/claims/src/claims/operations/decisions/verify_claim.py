"""The council verifies a claim: price, payment window, cap and shares are fixed once, in lock order (BR-H1, BR-H5)."""

from uuid import UUID

from claims.domain.eligibility import Assessment
from claims.domain.money import NoSharesInForce
from claims.domain.statement import first_of_month
from claims.domain.valuation import MoneyTerms, Valuation, read_contract, unpaid_units, value_claim
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import assess_again, no_rule_stands_against
from claims.operations.loading import claim_to_move
from claims.operations.payment.amounts import shares_shown, shares_told
from claims.operations.payment.say_thresholds import reached, say_thresholds
from claims.operations.problems import MonthIsClosed, NobodyPays
from claims.operations.transitions import about, move
from claims.storage import rate_cards, units
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.payment import ClaimValuationRow, ContractRow
from common.contracts.claims import ClaimVerified
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from rulebook.calendar import months_after
from rulebook.rate_card import Rate


async def verify_claim(tx: Transaction, claim_id: UUID, receipts: Receipts) -> ClaimRow:
    """Verify a submitted claim and fix what is payable for it under the contract's one lock.

    The claim's row is locked first and the contract's last, always in this order: the cap is exact, and the last
    pound goes to whoever gets the lock first (BR-H5).

    Raises:
        NoSuchClaim, NotInThatState, SameHands: recorder, approver and verifier are three people (BR-F5).
        RulesStandAgainst, AlreadyClaimed: a rule stands against it by now.
        MonthIsClosed: the statement of the month has been issued.
        NobodyPays: no funding shares are in force for the day achieved.
    """
    claim = await claim_to_move(tx, claim_id, "verify")
    assessment = await assess_again(tx, claim, "verification", receipts)
    no_rule_stands_against(assessment)
    move(tx, claim, "verify", await fix_value(tx, claim, assessment))
    return claim


async def fix_value(
    tx: Transaction, claim: ClaimRow, assessment: Assessment, reinstated: str | None = None
) -> ClaimVerified:
    """Fix price, payable and shares as of now, under the contract's lock, in the verifier's name; and what tells it.

    `reinstated` is the reason's code where its payment had been taken back by mistake.
    """
    contract = await contract_for_today(tx)
    rate = _rate(assessment)
    before = await _units_before(tx, claim, rate)
    terms = read_contract(contract.terms)
    subject_before = await _subject_before(tx, claim, terms)
    valuation = _value(claim, rate, contract, before, subject_before)
    event = _verified(tx, claim, valuation, reinstated)
    row = _valuation_row(tx, claim, rate, contract, valuation, before, event.event_id)
    row.subject_cap_pence, row.subject_before_pence = terms.cap_per_subject_pence, subject_before
    tx.session.add(row)
    before = reached(contract)
    contract.payable_to_date_pence += valuation.payable_pence
    contract.value_to_date_pence += valuation.price_pence
    claim.verified_by, claim.verified_on = tx.actor.id, tx.today
    say_thresholds(tx, contract, before)
    return event


async def contract_for_today(tx: Transaction) -> ContractRow:
    """The contract row, locked, while today's month is still open. Raises `ProgrammeNotLoaded`, `MonthIsClosed`."""
    contract = await rate_cards.contract_to_change(tx.session, tx.programme_id)
    if contract is None:
        raise ProgrammeNotLoaded
    if contract.closed_month is not None and first_of_month(tx.today) <= contract.closed_month:
        raise MonthIsClosed(
            f"Statements are issued up to {contract.closed_month:%Y-%m}, and this would be {tx.today:%Y-%m}:"
            f" verify it on a day from {months_after(contract.closed_month, 1)}."
        )
    return contract


def _rate(assessment: Assessment) -> Rate:
    assert assessment.rate is not None, "an outcome that is not on the card is not ready"  # noqa: S101 - see no_rule_stands_against
    return assessment.rate


async def _units_before(tx: Transaction, claim: ClaimRow, rate: Rate) -> int | None:
    """Units verified before, where the card pays for so many and no more; exact under the contract's lock (M-03)."""
    if rate.paid_units is None:
        return None
    return await units.units_verified(tx.session, tx.programme_id, claim.outcome)


async def _subject_before(tx: Transaction, claim: ClaimRow, terms: MoneyTerms) -> int | None:
    """What is payable for the subject before it, where so much may be and no more; exact under the contract's lock."""
    if terms.cap_per_subject_pence is None:
        return None
    return await units.payable_for_subject(tx.session, claim)


def _value(
    claim: ClaimRow, rate: Rate, contract: ContractRow, units_before: int | None, subject_before: int | None
) -> Valuation:
    price = rate.price_pence * claim.quantity
    unpaid = rate.price_pence * unpaid_units(rate.paid_units, claim.quantity, units_before or 0)
    terms = read_contract(contract.terms)
    try:
        return value_claim(price, claim.achieved_on, terms, contract.payable_to_date_pence, unpaid, subject_before or 0)
    except NoSharesInForce as error:
        raise NobodyPays(
            f"No funding shares are in force on {claim.achieved_on}: load them with the programme."
        ) from error


def _valuation_row(
    tx: Transaction,
    claim: ClaimRow,
    rate: Rate,
    contract: ContractRow,
    valuation: Valuation,
    units_before: int | None,
    event_id: UUID,
) -> ClaimValuationRow:
    return ClaimValuationRow(
        claim_id=claim.claim_id,
        programme_id=tx.programme_id,
        provider_id=claim.provider_id,
        verified_on=tx.today,
        rate_card=claim.rate_card,
        rate_card_version=claim.rate_card_version,
        quantity=claim.quantity,
        price_pence=valuation.price_pence,
        payable_pence=valuation.payable_pence,
        above_cap_pence=valuation.above_cap_pence,
        payable_before_pence=contract.payable_to_date_pence,
        cap_pence=contract.cap_pence,
        units_before=units_before,
        paid_units=rate.paid_units,
        payment_mode=valuation.payment_mode,
        shares=shares_shown(valuation.shares),
        event_id=event_id,
    )


def _verified(tx: Transaction, claim: ClaimRow, valuation: Valuation, reinstated: str | None) -> ClaimVerified:
    return ClaimVerified(
        **tx.envelope(),
        **about(claim),
        achieved_on=claim.achieved_on,
        verified_on=tx.today,
        rate_card_version=claim.rate_card_version,
        price_pence=valuation.price_pence,
        payable_pence=valuation.payable_pence,
        above_cap_pence=valuation.above_cap_pence,
        payment_mode=valuation.payment_mode,
        shares=shares_told(valuation.shares),
        reinstated=reinstated,
    )
