"""Read the programme month by month, with the ratios the partnership watches."""

from dataclasses import dataclass
from typing import Any

from common.transaction import Transaction
from reporting.domain.measures import outcomes_per_person, re_referral_rate
from reporting.domain.ratio import Ratio
from reporting.domain.standing import PLACES
from reporting.storage.months import what_happened
from reporting.storage.people import people_to_date
from reporting.storage.tallies import tally_to_date

ACCEPTED = sorted(standing for standing, place in PLACES.items() if place == "achieved")


@dataclass(frozen=True, slots=True)
class Summary:
    """Months in which anything happened, oldest first, and ratios over all of them."""

    months: list[dict[str, Any]]
    outcomes_per_person: Ratio
    re_referral_rate: Ratio


async def read_summary(tx: Transaction) -> Summary:
    """What happened in each month to date."""
    months = await what_happened(tx.session, tx.programme_id, ACCEPTED)
    people = await people_to_date(tx.session, tx.programme_id)
    counts = await tally_to_date(tx.session, tx.programme_id, None, tx.today)
    return Summary(
        months=months,
        outcomes_per_person=outcomes_per_person(counts, people.started),
        re_referral_rate=re_referral_rate(people.returning, people.referred),
    )
