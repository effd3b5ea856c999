"""Past claims are judged and valued again under a draft, or under the versions they keep; nothing is kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from claims.domain.eligibility import Basis
from claims.domain.replay import (
    ClaimStanding,
    FixedTerms,
    PastClaim,
    Running,
    cohort_of,
    drafts_turn,
    replayed,
    valued_again,
)
from claims.operations.assessment.assess_claim import outcome_as_heard
from claims.storage import past_claims, rate_cards
from claims.storage.past_claims import PastPlace, PastRow, Revision
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from rulebook.answers import Answers
from rulebook.claims_on_record import NOT_LIVE, ClaimOnRecord
from rulebook.codes import ClaimState
from rulebook.equivalent import Equivalent
from rulebook.fact import Facts
from rulebook.rate_card import RateCard
from rulebook.reading import read_rate_card


@dataclass(frozen=True, slots=True)
class Replay:
    """A draft and the days it is tried on; without a draft every claim is judged again by the version it keeps."""

    draft: RateCard | None = None
    achieved_from: date | None = None
    achieved_until: date | None = None


@dataclass(frozen=True, slots=True)
class ReplayedClaim:
    """One claim as it stands and as it would; `after` is none where its basis was not kept (before 0009)."""

    claim: ClaimRow
    cohort: int
    before: ClaimStanding
    after: ClaimStanding | None

    @property
    def changed(self) -> bool:
        return self.after is not None and self.after != self.before


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """Some claims in order, where the last one stands, and what it leaves to those after it."""

    claims: Sequence[ReplayedClaim]
    ended_at: PastPlace | None
    """None at the end."""
    running: Running


async def replay_claims(
    tx: Transaction, replay: Replay, after: PastPlace | None, running: Running, most: int
) -> ReplayPage:
    """Replay the next claims in the order of their verification, from what those before them left.

    Raises:
        ProgrammeNotLoaded
    """
    contract = await rate_cards.contract_seen(tx.session, tx.programme_id)
    if contract is None:
        raise ProgrammeNotLoaded
    rows = await past_claims.past_claims(tx.session, tx.programme_id, after, most + 1)
    page = rows[:most]
    cards = await _cards(tx)
    bodies = await past_claims.bodies_of(tx.session, (place for row in page for place in _revisions(row)))
    items: list[ReplayedClaim] = []
    for row in page:
        past = _past(row, cards, bodies)
        now, running = _again(row, past, replay, running)
        items.append(
            ReplayedClaim(row.claim, cohort_of(past.outcome.referred_on, contract.starts_on), past.before, now)
        )
    return ReplayPage(items, page[-1].place if len(rows) > most else None, running)


def _again(row: PastRow, past: PastClaim, replay: Replay, running: Running) -> tuple[ClaimStanding | None, Running]:
    draft = replay.draft
    if draft is not None and not drafts_turn(past, draft, (replay.achieved_from, replay.achieved_until)):
        return valued_again(past, running)
    if row.assessment.basis is None:
        return None, running
    return replayed(past, draft or past.card, running)


Cards = Mapping[tuple[str, str], RateCard]


async def _cards(tx: Transaction) -> Cards:
    """Every version as it was accepted."""
    rows = await rate_cards.cards_of(tx.session, tx.programme_id)
    return {(row.card, row.version): read_rate_card(row.document) for row in rows}


def _past(row: PastRow, cards: Cards, bodies: Mapping[Revision, dict[str, Any]]) -> PastClaim:
    claim, valuation = row.claim, row.valuation
    card = cards.get((claim.rate_card, claim.rate_card_version))
    against = tuple(check["code"] for check in row.assessment.checks if check["verdict"] != "pass")
    live = claim.state not in NOT_LIVE and claim.taken_back_on is None
    outcome = outcome_as_heard(row.heard, claim.subject_id)
    rate = None if card is None or against or not live else card.rates.get(outcome.code)
    worth = 0 if rate is None else rate.price_pence * outcome.quantity
    return PastClaim(
        outcome=outcome,
        basis=_basis(row, bodies),
        card=card,
        live=live,
        before=_before(row, against, worth),
        promised=frozenset((row.assessment.basis or {}).get("promised", ())),
        verified=None
        if valuation is None
        else FixedTerms(
            valuation.payment_mode,
            valuation.payable_before_pence,
            valuation.cap_pence,
            valuation.units_before,
            claim.taken_back_on is not None,
            valuation.subject_cap_pence,
            valuation.subject_before_pence or 0,
        ),
    )


def _before(row: PastRow, against: tuple[str, ...], worth: int) -> ClaimStanding:
    """As it stands: a payment taken back is worth nothing."""
    if row.claim.taken_back_on is not None:
        return ClaimStanding(against, 0, 0)
    if row.valuation is None:
        return ClaimStanding(against, worth, None)
    return ClaimStanding(against, row.valuation.price_pence, row.valuation.payable_pence)


def _revisions(row: PastRow) -> Sequence[Revision]:
    return [(UUID(claim_id), revision) for claim_id, revision, *_ in (row.assessment.basis or {}).get("on_record", ())]


def _basis(row: PastRow, bodies: Mapping[Revision, dict[str, Any]]) -> Basis:
    basis = row.assessment.basis
    if basis is None:
        return Basis(row.claim.raised_on)
    return Basis(
        today=date.fromisoformat(basis["today"]),
        on_record=tuple(
            _on_record(UUID(claim_id), revision, state, taken_back, bodies[UUID(claim_id), revision])
            for claim_id, revision, state, taken_back in basis["on_record"]
        ),
        agreements=frozenset(basis["agreements"]),
        precedents=tuple(Equivalent(row.claim.outcome, kind, stands_for) for kind, stands_for in basis["precedents"]),
        answers=_answers(basis.get("answers", {})),
    )


def _answers(answers: Mapping[str, Sequence[str]]) -> Answers:
    return Answers(frozenset(answers.get("kinds", ())), frozenset(answers.get("matched", ())))


def _on_record(claim_id: UUID, revision: int, state: str, taken_back: bool, body: dict[str, Any]) -> ClaimOnRecord:
    return ClaimOnRecord(
        claim_id=claim_id,
        outcome_id=UUID(body["outcome_id"]),
        outcome=body["outcome"],
        slot=body["slot"],
        state=cast(ClaimState, state),
        achieved_on=date.fromisoformat(body["achieved_on"]),
        facts=Facts(body["facts"]),
        taken_back=taken_back,
        revision=revision,
    )
