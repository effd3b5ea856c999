"""What the programme lets choose from, as forms show it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from portal.forms.fields import Options
from portal.look.words import code_in_words
from portal.services import hub
from portal.services.asking import Reply
from portal.visit import Visit


async def programme_of(visit: Visit) -> Reply:
    """The visitor's programme, in the words of the hub's forms."""
    return await visit.ask(hub.PROGRAMME, programme_id=visit.visitor.programme)


def titled(entries: Sequence[Mapping[str, Any]], code: str, title: str = "title") -> Options:
    """Code and title of each entry."""
    return [(str(entry[code]), str(entry[title])) for entry in entries]


def in_words(codes: object) -> Options:
    """Codes of which the programme has no titles."""
    return [(code, code_in_words(code)) for code in cast(list[str], codes)]
