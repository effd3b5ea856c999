"""The figures that evaluations publish: who came, who started, who came back, how many have which outcome (§3)."""

from typing import Annotated

from fastapi import Query

from common.contracts import Code
from common.transaction import Transaction
from common.web.access import reading
from common.web.problems import ProgrammeNotLoaded
from common.web.routing import Routes
from programme.model import OutcomeCode
from reporting.domain.measures import sustainment_rate
from reporting.operations.figures.read_summary import ACCEPTED
from reporting.storage.figures import figures_by_year, people_with, referrals_by_source
from reporting.storage.programmes import programme_in_force
from reporting.storage.tallies import tally_to_date

from .responses.figures import FiguresOut, PeopleWithOut, SourceOut, SustainmentOut, YearOut
from .roles import FIGURE_READERS

router = Routes(prefix="/v1/programme", tags=["programme"])


@router.get("/figures")
async def get_figures(tx: Annotated[Transaction, reading(*FIGURE_READERS)]) -> FiguresOut:
    """Read referrals, returns, starts, closures, joint cases and claims that came back, year by year (§3)."""
    programme = await programme_in_force(tx.session, tx.programme_id)
    if programme is None:
        raise ProgrammeNotLoaded
    years = await figures_by_year(tx.session, tx.programme_id, programme.starts_on)
    sources = await referrals_by_source(tx.session, tx.programme_id)
    return FiguresOut(
        programme_id=tx.programme_id,
        years=[YearOut(**year) for year in years],
        sources=[SourceOut(**source) for source in sources],
    )


@router.get("/people-with-outcomes")
async def get_people_with_outcomes(
    tx: Annotated[Transaction, reading(*FIGURE_READERS)],
    outcome: Annotated[list[OutcomeCode] | None, Query(max_length=40, description="Any of these; all if none.")] = None,
) -> PeopleWithOut:
    """Count the people who have at least one accepted outcome of those named, under whatever id (BR-K11)."""
    return PeopleWithOut(**await people_with(tx.session, tx.programme_id, outcome or [], ACCEPTED))


Codes = Annotated[list[OutcomeCode], Query(min_length=1, max_length=40)]


@router.get("/sustainment")
async def get_sustainment(
    tx: Annotated[Transaction, reading(*FIGURE_READERS)],
    entered: Annotated[Codes, Query(description="The outcomes of an entry: `EMP_ENTRY`, `EMP_ENTRY_2`.")],
    sustained: Annotated[Codes, Query(description="The outcomes of keeping it: `EMP_6_5W`.")],
    provider: Annotated[Code | None, Query(description="Of one provider; the partnership when absent.")] = None,
) -> SustainmentOut:
    """Read how many of those who entered, such as employment, kept it: accepted outcomes to date (BR-K13)."""
    counts = await tally_to_date(tx.session, tx.programme_id, provider, tx.today)
    rate = sustainment_rate(counts, entered, sustained)
    return SustainmentOut(entered=rate.whole, sustained=rate.part, sustainment_rate=rate.percent)
