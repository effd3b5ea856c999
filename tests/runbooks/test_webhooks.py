"""An address that failed for three days, and was given up."""

import re

from common.ids import new_id
from tests.console.api.towns import Town
from tests.parts.runbooks import PAGES, Walk

GIVEN_UP = """
insert into webhook (id, programme_id, organisation, organisation_kind, roles, created_by, url, event_types, subjects,
                     state, disabled_because, disabled_at, told_up_to)
values ($1, 'kbop', 'horton', 'provider', '{}', 'horton-system', 'https://away.example', '{}', '{}',
        'disabled', 'failing', clock_timestamp(), 0)
"""


def test_every_number_of_the_page_is_told_and_an_address_that_was_given_up_is_counted(town: Town, walk: Walk) -> None:
    town.execute("claims", GIVEN_UP, new_id())

    lines = dict(line.rsplit(" ", 1) for line in walk.run("/metrics", SERVICE=town.urls["claims"]).splitlines())

    assert set(re.findall(r"`(outcomes_webhooks_\w+)`", PAGES["webhooks"].read_text())) == set(lines)
    assert float(lines["outcomes_webhooks_disabled"]) == 1
