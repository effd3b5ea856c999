"""Find a case by what a provider's own system knows of it."""

import re
from collections.abc import Sequence
from uuid import UUID

from case_management.operations.problems import NoSuchCase
from case_management.storage.cases import cases_called, cases_of_participant
from case_management.storage.tables.cases import CaseRow
from common.transaction import Transaction
from common.web.http.external_ids import EXTERNAL_NAME
from common.web.problems import Invalid


async def case_called(tx: Transaction, name: str) -> UUID:
    """The case that a system of the asker's knows as `horton-crm:A-123`.

    Raises:
        Invalid: that is no name of a case.
        NoSuchCase: it calls none so, or none that the asker sees.
    """
    if not re.fullmatch(EXTERNAL_NAME, name):
        raise _wrong("case_external_id", "Write your system's code, a colon and its id: `horton-crm:A-123`.")
    return _only(await cases_called(tx.session, name), "case_external_id")


async def case_of_participant(tx: Transaction, participant_id: str) -> UUID:
    """The one case of a participant that the asker's provider leads: the open one, or else the only one.

    Raises:
        Invalid: that is no id, or they have several.
        NoSuchCase: they have none that the asker sees.
    """
    try:
        person = UUID(participant_id)
    except ValueError as error:
        raise _wrong("participant_id", "It is no UUID.") from error
    cases = await cases_of_participant(tx.session, person)
    led = [case for case in cases if case.provider_id == tx.actor.organisation] or cases
    return _only([case for case in led if case.state != "closed"] or led, "participant_id")


def _only(cases: Sequence[CaseRow], field: str) -> UUID:
    if not cases:
        raise NoSuchCase
    if len(cases) > 1:
        choices = ", ".join(str(case.id) for case in cases[:5])
        raise _wrong(field, f"They have several cases: say one by `case_id`, such as {choices}.")
    return cases[0].id


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid(errors=[{"field": field, "problem": problem}])
