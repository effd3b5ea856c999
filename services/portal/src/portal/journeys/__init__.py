"""The pages, by whose they are: routes, pages and templates of one group of people together."""

from portal.pages import Journey
from portal.queues import Queue

from . import audit, caseworker, claims, everyone, finance, fund, hub, manager, operator, oversight, prime, referrer

OF_PEOPLE: tuple[Journey, ...] = (
    hub.JOURNEY,
    referrer.JOURNEY,
    caseworker.JOURNEY,
    manager.JOURNEY,
    prime.JOURNEY,
    fund.JOURNEY,
    claims.JOURNEY,
    finance.JOURNEY,
    oversight.JOURNEY,
    audit.JOURNEY,
    operator.JOURNEY,
)
"""Each group's own; in this order they stand in the navigation."""
QUEUES: tuple[Queue, ...] = (
    *hub.QUEUES,
    *referrer.QUEUES,
    *caseworker.QUEUES,
    *prime.QUEUES,
    *fund.QUEUES,
    *claims.QUEUES,
    *oversight.QUEUES,
    *audit.QUEUES,
    *operator.QUEUES,
)
"""What waits, in the order of the home page."""
JOURNEYS: tuple[Journey, ...] = (everyone.journey(QUEUES), *OF_PEOPLE)
"""All pages for people who are signed in."""
