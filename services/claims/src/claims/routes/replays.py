"""Past claims replayed under a draft of a rate card, before anybody signs it; nothing is kept (S-72)."""

import json
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

from pydantic import TypeAdapter

from claims.domain.replay import ClaimStanding, Running
from claims.operations.audits.open_evidence import quarters_seen
from claims.operations.rate_cards.replay_claims import Replay, ReplayedClaim, ReplayPage, replay_claims
from claims.operations.requests import ReplayIn
from claims.storage.audits import claims_of_quarters
from claims.storage.past_claims import claims_counted
from common.transaction import Transaction
from common.web.access import reading
from common.web.pages import Cursor, Limit, cursor_of, key_of
from common.web.routing import Routes
from rulebook.reading import read_rate_card

from .responses.replays import ReplayedOut, ReplayOut, ReplayTallyOut, StandingOut
from .roles import CARD_REPLAYERS

router = Routes(prefix="/v1/rate-cards/replay", tags=["claims"])

UNITS = TypeAdapter(dict[str, int])


@router.post("")
async def replay_past_claims(
    body: ReplayIn, tx: Annotated[Transaction, reading(*CARD_REPLAYERS)], limit: Limit = 200, cursor: Cursor = None
) -> ReplayOut:
    """Judge and value past claims again, by the very rules of verification on what was frozen then; nothing is kept.

    Claims come in the order of their verification; `next` carries what those before left of the cap. Ask page by page
    and add the tallies up. Without a card, nothing may change: history is replayed.
    """
    key: Any = key_of(cursor, UUID, UUID, int, UNITS.validate_json)
    place, running = (key[:2], Running(key[2], key[3])) if key else (None, Running())
    draft = None if body.card is None else read_rate_card(body.card.model_dump(mode="json"))
    page = await replay_claims(tx, Replay(draft, body.achieved_from, body.achieved_until), place, running, limit)
    differences = await _seen(tx, [each for each in page.claims if each.changed])
    tx.touched(*(f"participant/{each.claim.participant_id}" for each in differences))
    return ReplayOut(
        items=[shown(each, each.after) for each in differences if each.after is not None],
        tallies=tallied(page.claims),
        replayed=len(page.claims),
        unknown=sum(each.after is None for each in page.claims),
        claims=await claims_counted(tx.session, tx.programme_id),
        next=_next(page),
    )


async def _seen(tx: Transaction, replays: list[ReplayedClaim]) -> list[ReplayedClaim]:
    """Those that the asker may see one by one: an auditor only those of the quarters granted, and the sums of all."""
    quarters = await quarters_seen(tx)
    if quarters is None:
        return replays
    ids = await claims_of_quarters(tx.session, quarters, [each.claim.claim_id for each in replays])
    return [each for each in replays if each.claim.claim_id in ids]


def _next(page: ReplayPage) -> str | None:
    running = page.running
    return page.ended_at and cursor_of(*page.ended_at, running.payable_pence, json.dumps(running.units))


def shown(each: ReplayedClaim, after: ClaimStanding) -> ReplayedOut:
    own = ("claim_id", "state", "provider_id", "outcome", "slot", "rate_card", "rate_card_version")
    return ReplayedOut(
        claim_number=each.claim.number,
        cohort=each.cohort,
        before=standing(each.before),
        after=standing(after),
        **{name: getattr(each.claim, name) for name in own},
    )


def standing(one: ClaimStanding) -> StandingOut:
    return StandingOut(against=list(one.against), value_pence=one.value_pence, payable_pence=one.payable_pence)


def tallied(claims: Iterable[ReplayedClaim]) -> list[ReplayTallyOut]:
    """Sums by provider and cohort."""
    tallies: dict[tuple[str, int], ReplayTallyOut] = {}
    for each in claims:
        key = each.claim.provider_id, each.cohort
        tally = tallies.setdefault(key, ReplayTallyOut(provider_id=key[0], cohort=key[1]))
        after = each.after or each.before
        tally.claims += 1
        tally.changed += each.changed
        tally.value_before_pence += each.before.value_pence
        tally.value_after_pence += after.value_pence
        tally.payable_before_pence += each.before.payable_pence or 0
        tally.payable_after_pence += after.payable_pence or 0
    return [tallies[key] for key in sorted(tallies)]
