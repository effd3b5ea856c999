"""What the programme lets choose from, as forms show it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from common.clock import LONDON
from portal.forms.fields import Options
from portal.look.words import code_in_words
from portal.look.writing import month
from portal.services import hub
from portal.services.asking import Reply
from portal.visit import Visit

MOST_MONTHS = 72
"""To choose from."""


async def programme_of(visit: Visit) -> Reply:
    """The visitor's programme, in the words of the hub's forms."""
    return await visit.ask(hub.PROGRAMME, programme_id=visit.visitor.programme)


def titled(entries: Sequence[Mapping[str, Any]], code: str, title: str = "title") -> Options:
    """Code and title of each entry."""
    return [(str(entry[code]), str(entry[title])) for entry in entries]


def in_words(codes: object) -> Options:
    """Codes of which the programme has no titles."""
    return [(code, code_in_words(code)) for code in cast(list[str], codes)]


def months_until(visit: Visit, most: int = MOST_MONTHS, *, this_month: bool = False) -> Options:
    """Months that have ended, and this one too if said, the newest first; of which there is more, a service knows."""
    day = (visit.session.now or datetime.now(LONDON)).date().replace(day=1)
    months: list[str] = [f"{day:%Y-%m}"] if this_month else []
    while len(months) < most:
        day = (day - timedelta(days=1)).replace(day=1)
        months.append(f"{day:%Y-%m}")
    return [(one, month(one)) for one in months]
