"""What may be asked about which item; what passed stays passed."""

from datetime import date

import pytest

from claims.domain.request import RaisedRequest, due_day_is_to_come, passed_items, passed_items_stay_passed
from common.ids import new_id
from rulebook.outcome import EvidenceItem

LETTER, LEASE = (
    EvidenceItem(new_id(), "landlord-letter", "1" * 64),
    EvidenceItem(new_id(), "tenancy-agreement", "2" * 64),
)
BETTER = EvidenceItem(LETTER.item_id, "landlord-letter", "3" * 64)
BOTH = (LETTER, LEASE)


def test_what_was_not_asked_about_has_passed_for_the_side_that_looked() -> None:
    asked = [RaisedRequest("council", 1, LETTER.item_id)]

    assert passed_items("council", {1: BOTH}, asked, BOTH) == {LEASE.item_id}
    assert passed_items("prime", {1: BOTH}, asked, BOTH) == frozenset()


def test_an_item_that_changed_has_to_pass_again() -> None:
    asked = [RaisedRequest("council", 1, LEASE.item_id)]

    assert passed_items("council", {1: BOTH}, asked, (BETTER, LEASE)) == frozenset()


def test_a_request_about_no_item_lets_none_pass() -> None:
    assert passed_items("council", {1: BOTH}, [RaisedRequest("council", 1)], BOTH) == frozenset()


def test_nobody_asks_again_about_what_passed() -> None:
    passed = frozenset({LEASE.item_id})

    refusal = passed_items_stay_passed([RaisedRequest("council", 2, LEASE.item_id)], passed)

    assert refusal is not None
    assert (refusal.code, refusal.items) == ("item_passed", (LEASE.item_id,))
    assert passed_items_stay_passed([RaisedRequest("council", 2, LETTER.item_id)], passed) is None


@pytest.mark.parametrize(
    ("due_on", "code"), [(date(2024, 2, 28), "due_day_past"), (date(2024, 2, 29), None), (None, None)]
)
def test_a_request_is_due_on_a_day_to_come(due_on: date | None, code: str | None) -> None:
    refusal = due_day_is_to_come([RaisedRequest("prime", 1, None, due_on)], date(2024, 2, 29))

    assert (refusal and refusal.code) == code
