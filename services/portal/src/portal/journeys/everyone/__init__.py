"""What everybody who is signed in has: their work, search, a participant's page, the clock of a simulation."""

from portal.pages import Journey
from portal.queues import Queue

from . import clock, home, participant, search


def journey(queues: tuple[Queue, ...]) -> Journey:
    """The pages; the home page asks for all that waits."""
    pages = Journey("everyone")
    home.declare(pages, queues)
    search.declare(pages)
    participant.declare(pages)
    clock.declare(pages)
    return pages
