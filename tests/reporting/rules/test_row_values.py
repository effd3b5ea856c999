"""What a row holds after one event told it something."""

from datetime import date

from reporting.domain.row_values import RowValues, values_after

MAY, JUNE = date(2020, 5, 1), date(2020, 6, 1)
FIRST = frozenset({"plan_agreed_on"})


def test_what_was_told_is_set_and_the_rest_stays() -> None:
    assert values_after(None, RowValues({"case_id": 1, "started_on": MAY})) == {"case_id": 1, "started_on": MAY}
    assert values_after({"case_id": 1, "closed_on": JUNE}, RowValues({"case_id": 1, "started_on": MAY})) == {
        "case_id": 1,
        "started_on": MAY,
        "closed_on": JUNE,
    }


def test_the_earliest_ever_told_is_kept_in_whichever_order() -> None:
    for held, told in ((MAY, JUNE), (JUNE, MAY), (None, MAY), (MAY, None)):
        assert values_after({"plan_agreed_on": held}, RowValues({"plan_agreed_on": told}, FIRST)) == {
            "plan_agreed_on": MAY
        }
    assert values_after(None, RowValues({"plan_agreed_on": None}, FIRST)) == {"plan_agreed_on": None}


def test_an_older_revision_changes_nothing() -> None:
    second = RowValues({"revision": 2, "slot": "first"}, newest="revision")

    assert values_after({"revision": 3, "slot": "only"}, second) is None
    assert values_after({"revision": 2, "slot": "only"}, second) == {"revision": 2, "slot": "first"}
    assert values_after({"revision": None}, second) == values_after({}, second) == {"revision": 2, "slot": "first"}


def test_only_a_row_with_a_value_there_is_put_right() -> None:
    corrected = RowValues({"decline_reason": "capacity"}, only_with="decline_reason")

    assert values_after(None, corrected) is values_after({"decline_reason": None}, corrected) is None
    assert values_after({"decline_reason": "risk"}, corrected) == {"decline_reason": "capacity"}
