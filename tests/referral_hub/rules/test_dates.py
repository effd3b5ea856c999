from datetime import date, datetime

import pytest

from referral_hub.domain.dates import age_on, london_date
from tests.referral_hub.builders import at


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (at(2021, 1, 15, 23, 59), date(2021, 1, 15)),
        (at(2021, 6, 15, 22, 59), date(2021, 6, 15)),
        (at(2021, 6, 15, 23, 0), date(2021, 6, 16)),
    ],
)
def test_a_business_date_is_the_date_in_london(instant: datetime, day: date) -> None:
    assert london_date(instant) == day


def test_an_instant_without_a_time_zone_names_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        london_date(at(2021, 1, 1).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2021, 2, 28), 16), (date(2021, 3, 1), 17), (date(2024, 2, 28), 19), (date(2024, 2, 29), 20)],
)
def test_someone_born_on_29_february_comes_of_age_on_1_march_in_a_common_year(day: date, age: int) -> None:
    assert age_on(day, date(2004, 2, 29)) == age
