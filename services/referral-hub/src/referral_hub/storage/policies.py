"""A programme's policy for the hub, in the words of the domain."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.lookup import versioned
from programme.referrals import HubGuide, HubPart
from referral_hub.domain.allocation import Weights
from referral_hub.domain.eligibility import Intake
from referral_hub.domain.identity import normalised
from referral_hub.domain.pathway import Pathway
from referral_hub.domain.placement_clock import PlacementTargets
from referral_hub.domain.priority import PriorityPolicy
from referral_hub.domain.triage import TriagePolicy
from referral_hub.storage.tables.programme import ProgrammeRow


@dataclass(frozen=True, slots=True)
class Policy:
    """All that the hub's rules take from a programme."""

    cohort: Intake
    pathways: tuple[Pathway, ...]
    priority: PriorityPolicy
    triage: TriagePolicy
    weights: Weights
    targets: PlacementTargets
    decline_reasons: frozenset[str]
    questions: frozenset[str]
    placeholders: frozenset[str]
    """What stands for a name nobody knew, as names are compared."""


async def programme_of(session: AsyncSession, programme_id: str) -> ProgrammeRow | None:
    """The programme as last loaded; none while it is not, or for another's."""
    return await session.get(ProgrammeRow, programme_id)


def guide_of(row: ProgrammeRow) -> HubGuide:
    """What its people let choose from."""
    return HubGuide.model_validate(row.part)


def policy_in(part: HubPart) -> Policy:
    weights = part.intensity_weights
    return Policy(
        cohort=Intake(
            youngest_age=part.cohort.youngest_age,
            needs=frozenset(need.need for need in part.needs),
            sources=frozenset(source.source for source in part.sources),
            sources_without_agency=frozenset(source.source for source in part.sources if not source.has_agency),
            agencies={agency.agency_id: agency.source for agency in part.agencies},
            starts_on=part.starts_on,
            ends_on=part.ends_on,
        ),
        pathways=_pathways(part),
        priority=PriorityPolicy(
            part.priority.criteria, part.priority.release_within_days, part.priority.young_under_age
        ),
        triage=TriagePolicy(
            frozenset(part.specialisms),
            frozenset(need.need for need in part.needs),
            part.cohort.complex_from_needs,
        ),
        weights={"low": weights.low, "medium": weights.medium, "high": weights.high},
        targets=PlacementTargets(
            timedelta(hours=part.waiting.priority_hours), timedelta(days=part.waiting.standard_days)
        ),
        decline_reasons=frozenset(part.decline_reasons),
        questions=frozenset(part.questions),
        placeholders=frozenset(normalised(name) for name in part.placeholder_names),
    )


def _pathways(part: HubPart) -> tuple[Pathway, ...]:
    return tuple(
        Pathway(
            code=pathway.pathway_id,
            agencies=frozenset(pathway.agencies),
            needs=frozenset(pathway.needs),
            under_age=pathway.under_age,
            opens_on=pathway.opens_on,
            closes_on=pathway.closes_on,
            automatic=pathway.automatic,
        )
        for pathway in part.pathways
    )


POLICY = versioned(
    select(ProgrammeRow.version, ProgrammeRow.part).where(ProgrammeRow.programme_id == bindparam("programme")),
    lambda part: policy_in(HubPart.model_validate({**part, "providers": ()})),
)
"""The policy as last loaded; none while the programme is not loaded."""
