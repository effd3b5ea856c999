"""What many new outcomes of one programme are judged on, read in one statement."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.claims import number_of
from claims.storage.rate_cards import every_card
from common.contracts.cases import OutcomeEvidenced
from rulebook.answers import Answers
from rulebook.claims_on_record import ClaimOnRecord
from rulebook.equivalent import Equivalent
from rulebook.fact import Facts
from rulebook.rate_card import Rate, RateCard

KNOWN = text("""
select
    array(select outcome_id from claim
          where programme_id = :programme and outcome_id = any(cast(:outcomes as uuid[]))) as claimed,
    array(select unnest(array[alias_id, survivor_id]) from participant_alias
          where programme_id = :programme and alias_id = any(cast(:participants as uuid[]))
          union select survivor_id from participant_alias
          where programme_id = :programme and survivor_id = any(cast(:participants as uuid[]))) as merged,
    array(select concat_ws('/', participant_id, organisation_id, source_id) from participant_access
          where programme_id = :programme and scope = 'lead'
            and participant_id = any(cast(:participants as uuid[]))) as led,
    array(select cast(jsonb_build_array(
              subject_id, claim_id, outcome_id, outcome, slot, state, achieved_on, body -> 'facts',
              taken_back_on is not null, revision, rate_card, rate_card_version) as text)
          from claim join heard_outcome using (claim_id, revision)
          where claim.programme_id = :programme and subject_id = any(cast(:participants as uuid[]))
          order by raised_on, claim_id) as on_record,
    array(select array[outcome, kind, stands_for] from evidence_equivalent
          where programme_id = :programme and outcome = any(cast(:codes as text[])) and ruling = 'accepted')
        as precedents,
    coalesce((select kinds from answered_kinds where programme_id = :programme), '{}') as kinds,
    array(select array[provider_id, card] from provider_card where programme_id = :programme) as provider_cards,
    array(select nextval('claim_number') from generate_series(1, :count)) as numbers
""")


@dataclass(frozen=True, slots=True)
class NewOutcomes:
    """What is known of everybody in a batch, whose keys are locked."""

    claimed: frozenset[UUID]
    """Outcomes that have their claims."""
    merged: frozenset[UUID]
    """Participants who were one with others, or are."""
    led: frozenset[str]
    """Who sees what of whom already, by `access_of`."""
    on_record: Mapping[UUID, tuple[ClaimOnRecord, ...]]
    rates: Mapping[UUID, Rate | None]
    """By claim: of the card it was judged by."""
    cards: Sequence[RateCard]
    provider_cards: Mapping[str, str]
    precedents: Sequence[Equivalent]
    answers: Answers
    numbers: Iterator[str]

    def card_for(self, event: OutcomeEvidenced) -> RateCard | None:
        """The version of the provider's card in force on the day it was achieved (A-12, BR-H10)."""
        card = self.provider_cards.get(event.provider_id)
        return next((each for each in self.cards if each.card == card and each.in_force_on(event.achieved_on)), None)

    def precedents_for(self, outcome: str) -> tuple[Equivalent, ...]:
        """What has been ruled equivalent for an outcome."""
        return tuple(each for each in self.precedents if each.outcome == outcome)


def access_of(event: OutcomeEvidenced) -> str:
    """How its lead's access is called in `led`."""
    return f"{event.participant_id}/{event.provider_id}/{event.case_id}"


async def what_is_known(session: AsyncSession, events: Sequence[OutcomeEvidenced]) -> NewOutcomes:
    """Of these events, all of one programme, whose participants' keys are locked."""
    programme_id = events[0].programme_id
    parameters: dict[str, Any] = {
        "programme": programme_id,
        "outcomes": [event.outcome_id for event in events],
        "participants": [event.participant_id for event in events],
        "codes": sorted({event.outcome for event in events}),
        "count": len(events),
    }
    row = (await session.execute(KNOWN, parameters)).one()
    cards = await every_card(session, programme_id)
    on_record: dict[UUID, tuple[ClaimOnRecord, ...]] = {}
    rates: dict[UUID, Rate | None] = {}
    for entry in row.on_record:
        subject, claim_id, outcome_id, code, slot, state, day, facts, back, revision, *judged_by = json.loads(entry)
        claim = ClaimOnRecord(
            UUID(claim_id), UUID(outcome_id), code, slot, state, date.fromisoformat(day), Facts(facts), back, revision
        )
        card = cards.get((judged_by[0], judged_by[1]))
        rates[claim.claim_id] = card.rates.get(code) if card else None
        on_record[UUID(subject)] = (*on_record.get(UUID(subject), ()), claim)
    return NewOutcomes(
        claimed=frozenset(row.claimed),
        merged=frozenset(row.merged),
        led=frozenset(row.led),
        on_record=on_record,
        rates=rates,
        cards=[*cards.values()],
        provider_cards=dict(row.provider_cards),
        precedents=[Equivalent(*each) for each in row.precedents],
        answers=Answers(frozenset(row.kinds), frozenset()),
        numbers=(number_of(programme_id, number) for number in row.numbers),
    )
