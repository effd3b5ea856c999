from datetime import date, timedelta

import pytest

from case_management.domain.case import Case
from case_management.domain.joint_work import (
    JointWork,
    refusals_of_ending,
    refusals_of_joint_work,
    sees_shareable_only,
    supporting_on,
)
from tests.case_management.builders import ALLOCATED_ON, TODAY, a_case

MAY = JointWork("pdap", date(2021, 5, 1), date(2021, 5, 31))
PARTNERS = frozenset({"horton", "pdap", "connect"})
SINCE_MAY = JointWork("pdap", date(2021, 5, 1))


@pytest.mark.parametrize(
    ("case", "proposed", "existing", "codes"),
    [
        (a_case(), JointWork("pdap", TODAY), [], []),
        (a_case(), JointWork("pdap", ALLOCATED_ON), [], []),
        (a_case(), JointWork("connect", TODAY), [SINCE_MAY], []),
        (a_case(), JointWork("pdap", TODAY), [MAY], []),
        (a_case(), JointWork("pdap", TODAY), [SINCE_MAY], ["joint_already"]),
        (a_case(), JointWork("pdap", date(2021, 5, 31)), [MAY], []),
        (a_case(), JointWork("pdap", date(2021, 5, 30)), [MAY], ["joint_already"]),
        (a_case(), JointWork("horton", TODAY), [], ["joint_with_itself"]),
        (a_case(), JointWork("nobody", TODAY), [], ["unknown_provider"]),
        (a_case(), JointWork("pdap", TODAY + timedelta(days=1)), [], ["joint_on_an_impossible_day"]),
        (a_case(), JointWork("pdap", ALLOCATED_ON - timedelta(days=1)), [], ["joint_on_an_impossible_day"]),
        (a_case(state="closed"), JointWork("pdap", TODAY), [], ["case_closed"]),
    ],
)
def test_joint_work_is_agreed_with_another_provider_and_not_twice(
    case: Case, proposed: JointWork, existing: list[JointWork], codes: list[str]
) -> None:
    assert [refusal.code for refusal in refusals_of_joint_work(case, proposed, existing, PARTNERS, TODAY)] == codes


@pytest.mark.parametrize(
    ("work", "ended_on", "codes"),
    [
        (SINCE_MAY, date(2021, 5, 1), []),
        (SINCE_MAY, TODAY, []),
        (SINCE_MAY, date(2021, 4, 30), ["joint_end_on_an_impossible_day"]),
        (SINCE_MAY, TODAY + timedelta(days=1), ["joint_end_on_an_impossible_day"]),
        (MAY, TODAY, ["joint_work_ended"]),
    ],
)
def test_joint_work_ends_once_and_not_before_it_began(work: JointWork, ended_on: date, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_ending(work, ended_on, TODAY)] == codes


@pytest.mark.parametrize(("day", "sees"), [(30, False), (31, True), (61, True), (62, False)])
def test_the_supporting_provider_sees_the_case_from_the_first_to_the_last_day(day: int, sees: bool) -> None:
    assert ("pdap" in supporting_on([MAY], date(2021, 3, 31) + timedelta(days=day))) is sees


def test_on_a_restricted_case_only_what_is_marked_is_shared() -> None:
    assert sees_shareable_only(a_case(restricted=True))
    assert not sees_shareable_only(a_case())
