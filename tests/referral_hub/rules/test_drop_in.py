from datetime import timedelta

from referral_hub.domain.drop_in import drop_in_is_not_in_the_future
from tests.referral_hub.builders import TODAY


def test_a_drop_in_happened_today_or_before() -> None:
    tomorrow = drop_in_is_not_in_the_future(TODAY + timedelta(days=1), TODAY)

    assert drop_in_is_not_in_the_future(TODAY, TODAY) is None
    assert tomorrow is not None
    assert tomorrow.code == "drop_in_in_the_future"
