"""The personalisation fund decides by small, exact rules (§2.O)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from case_management.domain.fund import (
    FundDecision,
    FundNeed,
    FundPolicy,
    FundRequest,
    level_of,
    looks_split,
    refusals_of_fund_decision,
    refusals_of_fund_request,
)
from tests.case_management.builders import a_case

TODAY = date(2019, 10, 7)
POLICY = FundPolicy(25_000_000, 20_000, 28, frozenset({"laptop", "landlord-bond"}))
A_LAPTOP = FundRequest("laptop", "EDU_ENTRY", 20_000, TODAY)
A_DECISION = FundDecision(
    granted=True,
    reason=None,
    decided_by="manager",
    at_board=False,
    state="open",
    level="manager",
    requested_by="caseworker",
    amount_pence=20_000,
    left_pence=20_000,
)


@pytest.mark.row("S-49")
@pytest.mark.parametrize(("pence", "level"), [(19_999, "manager"), (20_000, "manager"), (20_001, "board")])
def test_two_hundred_pounds_is_the_managers_and_a_penny_more_is_the_boards(pence: int, level: str) -> None:
    assert level_of(replace(A_LAPTOP, amount_pence=pence), split=False, policy=POLICY) == level


@pytest.mark.parametrize(
    ("days_ago", "category", "pence", "split"),
    [(28, "laptop", 1, True), (29, "laptop", 1, False), (0, "landlord-bond", 20_000, False), (3, "laptop", 0, False)],
)
def test_a_purchase_in_parts_is_seen_as_one(days_ago: int, category: str, pence: int, split: bool) -> None:
    earlier = FundRequest(category, "EDU_ENTRY", pence, TODAY - timedelta(days=days_ago))

    assert looks_split(A_LAPTOP, [earlier], POLICY) is split
    assert level_of(A_LAPTOP, split, POLICY) == ("board" if split else "manager")


def test_what_is_large_by_itself_is_no_split() -> None:
    large = replace(A_LAPTOP, amount_pence=20_001)

    assert not looks_split(large, [A_LAPTOP], POLICY)


def test_every_reason_against_a_request_is_told_at_once() -> None:
    asked = FundNeed(
        a_case(state="closed"), FundRequest("yacht", "NONE", 25_000_001, TODAY), POLICY, outcomes=frozenset({"ACC_3M"})
    )

    assert [one.code for one in refusals_of_fund_request(asked)] == [
        "case_not_started",
        "unknown_fund_category",
        "unknown_outcome",
        "above_the_fund",
    ]


@pytest.mark.parametrize(
    ("but", "code"),
    [
        ({}, None),
        ({"left_pence": 19_999}, "fund_spent"),
        ({"left_pence": 0, "granted": False, "reason": "No."}, None),
        ({"granted": False}, "refusal_without_reason"),
        ({"state": "approved"}, "fund_request_decided"),
        ({"decided_by": "caseworker"}, "own_fund_request"),
        ({"at_board": True}, "decided_elsewhere"),
        ({"level": "board"}, "decided_elsewhere"),
        ({"level": "board", "at_board": True}, None),
    ],
)
def test_a_decision_is_the_right_persons_and_within_the_fund(but: dict[str, object], code: str | None) -> None:
    refusals = refusals_of_fund_decision(replace(A_DECISION, **but))  # pyright: ignore[reportArgumentType]

    assert [one.code for one in refusals] == ([code] if code else [])
