"""The council verifies a claim: price, payment window, cap and shares are fixed once, in lock order (BR-H1, BR-H5)."""

from uuid import UUID

from claims.domain.eligibility import Assessment
from claims.domain.money import NoSharesInForce
from claims.domain.statement import first_of_month
from claims.domain.valuation import MoneyTerms, UsedUp, Valuation, read_contract, unpaid_units, value_claim
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
    tx: Transaction, claim: ClaimRow, assessment: Assessment, reinstatement: str | None = None
) -> ClaimVerified:
    """Fix price, payable and shares as of now, under the contract's lock, in the verifier's name; and what tells it.

    `reinstatement` is the reason's code where its payment had been taken back by mistake.
    """
    contract = await contract_for_today(tx)
    rate, terms = _rate(assessment), read_contract(contract.terms)
    used = await _used_up(tx, claim, rate, contract, terms)
    valuation = _value(claim, rate, terms, used)
    event = _verified(tx, claim, valuation, reinstatement)
    tx.session.add(_valuation_row(claim, rate, terms, used, valuation, event))
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


async def _used_up(tx: Transaction, claim: ClaimRow, rate: Rate, contract: ContractRow, terms: MoneyTerms) -> UsedUp:
    """By those verified before; exact under the contract's lock (M-03, M-08)."""
    used_units = used_of_subject = None
    if rate.paid_units is not None:
        used_units = await units.units_verified(tx.session, tx.programme_id, claim.outcome)
    if terms.cap_per_subject_pence is not None:
        used_of_subject = await units.payable_for_subject(tx.session, claim)
    return UsedUp(contract.payable_to_date_pence, used_units, used_of_subject)


def _value(claim: ClaimRow, rate: Rate, terms: MoneyTerms, used: UsedUp) -> Valuation:
    price = rate.price_pence * claim.quantity
    unpaid = rate.price_pence * unpaid_units(rate.paid_units, claim.quantity, used.units or 0)
    try:
        return value_claim(price, claim.achieved_on, terms, used, unpaid)
    except NoSharesInForce as error:
        raise NobodyPays(
            f"No funding shares are in force on {claim.achieved_on}: load them with the programme."
        ) from error


def _valuation_row(
    claim: ClaimRow, rate: Rate, terms: MoneyTerms, used: UsedUp, valuation: Valuation, event: ClaimVerified
) -> ClaimValuationRow:
    return ClaimValuationRow(
        claim_id=claim.claim_id,
        programme_id=claim.programme_id,
        provider_id=claim.provider_id,
        verified_on=event.verified_on,
        rate_card=claim.rate_card,
        rate_card_version=claim.rate_card_version,
        quantity=claim.quantity,
        price_pence=valuation.price_pence,
        payable_pence=valuation.payable_pence,
        above_cap_pence=valuation.above_cap_pence,
        payable_before_pence=used.payable_pence,
        cap_pence=terms.cap_pence,
        units_before=used.units,
        paid_units=rate.paid_units,
        payment_mode=valuation.payment_mode,
        shares=shares_shown(valuation.shares),
        subject_cap_pence=terms.cap_per_subject_pence,
        subject_before_pence=used.subject_pence,
        event_id=event.event_id,
    )


def _verified(tx: Transaction, claim: ClaimRow, valuation: Valuation, reinstatement: str | None) -> ClaimVerified:
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
        reinstated=reinstatement,
    )
