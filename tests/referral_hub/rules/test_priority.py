from datetime import date, timedelta

import pytest

from referral_hub.domain.birth import UNKNOWN, Birth
from referral_hub.domain.priority import CRITERIA, Circumstances, PriorityPolicy, reasons_for_priority
from tests.referral_hub.builders import TODAY, circumstances

POLICY = PriorityPolicy(criteria=tuple(CRITERIA), release_within_days=28, young_under_age=25)


def test_nobody_has_priority_without_a_reason() -> None:
    assert reasons_for_priority(circumstances(), POLICY) == ()


@pytest.mark.parametrize(
    ("life", "reason"),
    [
        (circumstances(homeless_now=True), "homeless"),
        (circumstances(threatened_with_eviction=True), "eviction-threat"),
        (circumstances(at_risk_of_domestic_abuse=True), "domestic-abuse"),
        (circumstances(release_on=TODAY), "prison-release"),
        (circumstances(tenancy_at_risk=True, birth=Birth.on(date(1996, 6, 16))), "young-tenancy"),
    ],
)
def test_each_criterion_gives_priority(life: Circumstances, reason: str) -> None:
    assert reasons_for_priority(life, POLICY) == (reason,)


@pytest.mark.row("S-18")
@pytest.mark.parametrize(("days", "soon"), [(-1, False), (0, True), (28, True), (29, False)])
def test_a_release_is_soon_within_28_days(days: int, soon: bool) -> None:
    life = circumstances(release_on=TODAY + timedelta(days=days))

    assert bool(reasons_for_priority(life, POLICY)) is soon


def test_a_tenancy_at_risk_is_no_priority_from_the_25th_birthday() -> None:
    life = circumstances(tenancy_at_risk=True, birth=Birth.on(date(1996, 6, 15)))

    assert reasons_for_priority(life, POLICY) == ()


def test_a_criterion_not_in_force_gives_no_priority() -> None:
    policy = PriorityPolicy(criteria=("eviction-threat",))

    assert reasons_for_priority(circumstances(homeless_now=True), policy) == ()


def test_every_reason_is_kept_in_the_programmes_order() -> None:
    life = circumstances(at_risk_of_domestic_abuse=True, homeless_now=True)

    assert reasons_for_priority(life, POLICY) == ("homeless", "domestic-abuse")


def test_who_may_be_young_waits_no_longer_for_want_of_a_birth_date() -> None:
    life = circumstances(tenancy_at_risk=True, birth=UNKNOWN)

    assert reasons_for_priority(life, POLICY) == ("young-tenancy",)
