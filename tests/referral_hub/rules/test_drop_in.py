from datetime import date, timedelta

import pytest

from referral_hub.domain.drop_in import Past, refusals_of_drop_in
from tests.referral_hub.builders import TODAY

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
COMPLETED = Past((YESTERDAY,), ())


@pytest.mark.row("S-15")
@pytest.mark.parametrize(
    ("day", "past", "codes"),
    [
        (TODAY, COMPLETED, []),
        (YESTERDAY, COMPLETED, []),
        (TOMORROW, COMPLETED, ["drop_in_in_the_future"]),
        (YESTERDAY - timedelta(days=1), COMPLETED, ["support_not_completed"]),
        (TODAY, Past((), ()), ["support_not_completed"]),
        (TODAY, Past((YESTERDAY,), (TODAY,)), ["referral_is_open"]),
        (YESTERDAY, Past((YESTERDAY,), (TODAY,)), []),
        (TODAY, Past((), (YESTERDAY,)), ["support_not_completed", "referral_is_open"]),
    ],
)
def test_who_was_supported_and_is_not_any_more_drops_in(day: date, past: Past, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_drop_in(day, TODAY, past)] == codes
