"""Case management's part of a programme, as last loaded, and what it says to whoever records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from case_management.storage.tables.programme import ProgrammeRow
from common.database.lookup import Lookup, versioned
from programme.cases import (
    CardGuide,
    CasesGuide,
    ClosureTerms,
    EvidenceKind,
    Fund,
    Instrument,
    Origin,
    ProviderCard,
    Recording,
)
from programme.rate_card import SubjectKind


@dataclass(frozen=True, slots=True)
class CountingGuide:
    """Whose outcome it is, and what is counted; alike on every card of a programme."""

    subject: SubjectKind = "participant"
    unit: str = "outcome"


@dataclass(frozen=True, slots=True)
class RecordingGuide:
    """What the programme says about recording one of its outcomes."""

    slots: frozenset[str] = frozenset()
    """Those any version of a card has for it; empty when none pays for it."""
    counted: CountingGuide = CountingGuide()


@dataclass(frozen=True, slots=True)
class CasesPolicy:
    """All that case management takes from a programme; nothing of it while the programme is not loaded."""

    recording: Recording = Recording()  # noqa: RUF009 - frozen
    closure: ClosureTerms | None = None
    fund: Fund | None = None
    """None where the programme has no personalisation fund."""
    restriction_reasons: frozenset[str] = frozenset()
    outcome_withdrawal_reasons: frozenset[str] = frozenset()
    """None where it was loaded before there was a catalogue."""
    instruments: Mapping[str, Instrument] = field(default_factory=dict[str, Instrument])
    origins: Mapping[str, Origin] = field(default_factory=dict[str, Origin])
    """Where each kind of evidence comes from."""
    outcomes: Mapping[str, RecordingGuide] = field(default_factory=dict[str, RecordingGuide])
    """Every outcome that any version of a card has."""
    guides: Sequence[CardGuide] = ()
    provider_cards: Sequence[ProviderCard] = ()

    def providers_on(self, day: date) -> frozenset[str]:
        """The providers of the programme on a day."""
        return frozenset(
            provider.provider_id
            for provider in self.provider_cards
            if (provider.joined_on or day) <= day <= (provider.left_on or day)
        )

    def plan_kinds(self, provider_id: str, day: date) -> frozenset[str]:
        """The kinds of plan that the provider's card in force on the day asks for; none when it asks for none."""
        cards = {provider.card for provider in self.provider_cards if provider.provider_id == provider_id}
        return frozenset(
            kind
            for guide in self.guides
            if guide.card in cards and guide.in_force_from <= day <= (guide.in_force_until or day)
            for kind in guide.plans
        )


NO_POLICY = CasesPolicy()


def _policy_in(part: Mapping[str, Any]) -> CasesPolicy:
    guides = tuple(map(CardGuide.model_validate, part.get("guides") or ()))
    return CasesPolicy(
        recording=Recording.model_validate(part.get("recording") or {}),
        closure=ClosureTerms.model_validate(part["closure"]) if part.get("closure") else None,
        fund=Fund.model_validate(part["fund"]) if part.get("fund") else None,
        restriction_reasons=frozenset(part.get("restriction_reasons") or ()),
        outcome_withdrawal_reasons=frozenset(part.get("outcome_withdrawal_reasons") or ()),
        instruments={one.instrument: one for one in map(Instrument.model_validate, part.get("instruments") or ())},
        origins={kind.kind: kind.origin for kind in map(EvidenceKind.model_validate, part.get("evidence_kinds") or ())},
        outcomes=_outcomes(guides),
        guides=guides,
        provider_cards=tuple(map(ProviderCard.model_validate, part.get("provider_cards") or ())),
    )


def _outcomes(guides: Sequence[CardGuide]) -> dict[str, RecordingGuide]:
    outcomes: dict[str, RecordingGuide] = {}
    for outcome in (outcome for guide in guides for outcome in guide.outcomes):
        others = outcomes.get(outcome.outcome, RecordingGuide())
        outcomes[outcome.outcome] = RecordingGuide(
            others.slots | set(outcome.slots), CountingGuide(outcome.subject, outcome.unit)
        )
    return outcomes


POLICY = versioned(
    select(ProgrammeRow.version, ProgrammeRow.part).where(ProgrammeRow.programme_id == bindparam("programme")),
    _policy_in,
)
"""The policy as last loaded; none while the programme is not loaded."""


class CasesPolicyLookup(Lookup):
    """What the programme says."""

    policy: CasesPolicy | None = POLICY


async def policy_of(session: AsyncSession, programme_id: str) -> CasesPolicy:
    """What the programme says, in one cheap look; it says nothing while it is not loaded."""
    return (await CasesPolicyLookup.read(session, programme=programme_id)).policy or NO_POLICY


async def find_programme(session: AsyncSession, programme_id: str, *, to_change: bool = False) -> ProgrammeRow | None:
    return await session.get(ProgrammeRow, programme_id, with_for_update=to_change or None)


def guide_of(row: ProgrammeRow) -> CasesGuide:
    return CasesGuide.model_validate(row.part)


async def programmes_loaded(session: AsyncSession) -> frozenset[str]:
    """Those this database has a part of."""
    return frozenset(await session.scalars(select(ProgrammeRow.programme_id)))
