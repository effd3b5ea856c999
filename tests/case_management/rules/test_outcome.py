from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from case_management.domain.case import Case
from case_management.domain.outcome import (
    Achievement,
    ChangedField,
    OutcomeRecord,
    OutcomeState,
    RecordingPolicy,
    changes_between,
    history,
    refusals_of_achievement,
    refusals_of_correction,
)
from tests.case_management.builders import (
    REFERRED_ON,
    TODAY,
    a_case,
    an_achievement,
    an_allocated_case,
    an_item,
    an_outcome,
)

UNEVIDENCED = an_achievement(evidence=frozenset())
CLOSED = a_case(state="closed", closed_on=date(2021, 5, 1))
DECOUPLED = RecordingPolicy(after_closure=True)


def codes(case: Case, achievement: Achievement, policy: RecordingPolicy | None = None) -> list[str]:
    refusals = refusals_of_achievement(case, achievement, policy or RecordingPolicy(), TODAY)
    return [refusal.code for refusal in refusals]


@pytest.mark.parametrize(
    ("case", "achievement", "refused"),
    [
        (a_case(), an_achievement(), []),
        (a_case(), UNEVIDENCED, []),
        (a_case(), an_achievement(achieved_on=REFERRED_ON), []),
        (a_case(), an_achievement(achieved_on=REFERRED_ON - timedelta(days=1)), ["achieved_before_referral"]),
        (a_case(), an_achievement(achieved_on=TODAY), []),
        (a_case(), an_achievement(achieved_on=TODAY + timedelta(days=1)), ["achieved_in_the_future"]),
        (a_case(), an_achievement(quantity=0), ["no_quantity"]),
        (a_case(), an_achievement(evidence=frozenset({an_item(dated_on=TODAY)})), []),
        (
            a_case(),
            an_achievement(evidence=frozenset({an_item(dated_on=TODAY + timedelta(days=1))})),
            ["evidence_of_the_future"],
        ),
        (an_allocated_case(), an_achievement(), ["case_not_started"]),
        (CLOSED, an_achievement(achieved_on=date(2021, 5, 1)), []),
        (CLOSED, an_achievement(achieved_on=date(2021, 5, 2)), ["achieved_after_closure"]),
    ],
)
def test_an_outcome_is_recorded_within_the_time_of_support(
    case: Case, achievement: Achievement, refused: list[str]
) -> None:
    assert codes(case, achievement) == refused


def test_a_programme_may_count_what_lasts_after_closure() -> None:
    assert codes(CLOSED, an_achievement(achieved_on=date(2021, 5, 2)), DECOUPLED) == []


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (an_outcome(UNEVIDENCED), "recorded"),
        (an_outcome(UNEVIDENCED, an_achievement()), "evidenced"),
        (an_outcome(withdrawn_on=TODAY), "withdrawn"),
    ],
)
def test_an_outcome_is_evidenced_with_one_item_of_evidence(outcome: OutcomeRecord, state: OutcomeState) -> None:
    assert outcome.state == state


@pytest.mark.parametrize(
    ("outcome", "correction", "refused"),
    [
        (an_outcome(), an_achievement(achieved_on=date(2021, 4, 30)), []),
        (an_outcome(UNEVIDENCED), an_achievement(), []),
        (an_outcome(UNEVIDENCED), replace(UNEVIDENCED, slot="first"), []),
        (an_outcome(), an_achievement(), ["nothing_corrected"]),
        (an_outcome(), UNEVIDENCED, ["evidence_taken_away"]),
        (an_outcome(withdrawn_on=TODAY), an_achievement(quantity=2), ["outcome_withdrawn"]),
    ],
)
def test_a_correction_follows_the_latest_revision(
    outcome: OutcomeRecord, correction: Achievement, refused: list[str]
) -> None:
    assert [refusal.code for refusal in refusals_of_correction(outcome, correction, "Misread.")] == refused


@pytest.mark.parametrize(
    "said",
    [
        {"achieved_on": date(2021, 4, 30)},
        {"slot": "first"},
        {"quantity": 2},
        {"contributors": ("connect",)},
    ],
)
def test_saying_otherwise_takes_a_reason_and_more_evidence_or_facts_do_not(said: dict[str, Any]) -> None:
    more = an_achievement(evidence=frozenset({an_item(1), an_item(2)}), facts={"hours": 1})

    refused = refusals_of_correction(an_outcome(), replace(more, **said), None)

    assert [refusal.code for refusal in refused] == ["correction_without_reason"]
    assert next(iter(said)) in refused[0].reason
    assert refusals_of_correction(an_outcome(), more, None) == ()


def test_a_correction_says_what_it_changed() -> None:
    before = an_achievement(facts={"pence_earned": 100, "employer_recorded": True, "hours": 1})
    after = an_achievement(achieved_on=date(2021, 5, 2), facts={"pence_earned": 200, "hours": True, "weeks": 13})

    assert changes_between(before, after) == (
        ChangedField("achieved_on", date(2021, 5, 1), date(2021, 5, 2)),
        ChangedField("facts.employer_recorded", True, None),
        ChangedField("facts.hours", 1, True),
        ChangedField("facts.pence_earned", 100, 200),
        ChangedField("facts.weeks", None, 13),
    )


def test_evidence_named_in_another_order_is_the_same_evidence() -> None:
    one, other = an_item(1), an_item(2)

    assert (
        changes_between(
            an_achievement(evidence=frozenset([one, other])), an_achievement(evidence=frozenset([other, one]))
        )
        == ()
    )


def test_the_whole_chain_is_kept() -> None:
    outcome = an_outcome(UNEVIDENCED, an_achievement(), an_achievement(slot="first"))

    assert outcome.revision == 3
    assert [[change.what for change in changes] for changes in history(outcome)] == [["evidence"], ["slot"]]
