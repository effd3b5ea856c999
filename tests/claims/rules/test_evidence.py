from datetime import date, timedelta
from typing import Any

import pytest

from tests.claims.builders import TODAY, a_good_outcome, codes, evidence, judged


@pytest.mark.parametrize("missing", ["support-plan", "homelessness-star"])
def test_where_all_are_asked_for_one_is_not_enough(missing: str) -> None:
    kinds = {"support-plan", "homelessness-star"} - {missing}
    assessment = judged(a_good_outcome("generic", "WB_INITIAL", evidence=evidence(*kinds)))

    assert codes(assessment) == ["evidence_missing"]
    assert missing in assessment.refusals[0].remedy


@pytest.mark.parametrize(
    ("kinds", "refused"),
    [
        (("support-plan", "awards-letter"), []),
        (("case-note", "payment-statement"), []),
        (("support-plan", "case-note"), ["accompanying_evidence_missing"]),
        (("awards-letter", "payment-statement"), ["evidence_missing"]),
    ],
)
def test_resilience_needs_a_plan_or_note_and_a_document_beside_it(kinds: tuple[str, ...], refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "FIN_RES", evidence=evidence(*kinds)))) == refused


@pytest.mark.row("S-62")
@pytest.mark.parametrize(
    ("kinds", "refused"),
    [
        (("self-certification",), ["self_certification_alone"]),
        (("self-certification", "gp-letter"), ["self_certification_alone"]),
        (("self-certification", "self-certification"), ["self_certification_alone"]),
        (("self-certification", "case-note"), []),
        (("self-certification", "tenancy-agreement"), []),
        (("self-certification", "landlord-letter"), []),
        (("tenancy-agreement",), ["evidence_missing"]),
    ],
)
def test_a_self_certification_never_stands_alone(kinds: tuple[str, ...], refused: list[str]) -> None:
    assert codes(judged(a_good_outcome("generic", "ACC_3M", evidence=evidence(*kinds)))) == refused


def test_the_refusal_points_at_the_self_certification() -> None:
    items = evidence("self-certification", "gp-letter")
    (refusal,) = judged(a_good_outcome("generic", "ACC_3M", evidence=items)).refusals

    assert refusal.items == (items[0].item_id,)


@pytest.mark.row("S-38")
@pytest.mark.parametrize(
    ("code", "card", "kind", "fact", "value"),
    [
        ("EMP_ENTRY", "generic", "business-plan", "self_employed", True),
        ("EMP_6_5W", "generic", "trading-evidence", "self_employed", True),
        ("MH_SUST", "generic", "discharge-letter", "discharged_on", date(2022, 4, 1)),
        ("MH_SUST", "generic", "gp-letter", "reason_for_change_recorded", True),
        ("EDU_ENTRY", "generic", "completed-toolkit", "unaccredited", True),
    ],
)
def test_some_kinds_count_only_when_their_condition_holds(
    code: str, card: str, kind: str, fact: str, value: Any
) -> None:
    own = {"trading_started": True, "invoiced_pence": 1_000_000}
    without = a_good_outcome(card, code, evidence=evidence(kind), facts=own)
    within = a_good_outcome(card, code, evidence=evidence(kind), facts={**own, fact: value})

    assert codes(judged(without, card)) == ["evidence_missing"]
    assert judged(within, card).ready


@pytest.mark.parametrize(("shared", "payable"), [(True, True), (False, False), (None, False)])
def test_a_new_account_counts_when_the_last_was_shared_with_the_perpetrator(shared: bool | None, payable: bool) -> None:
    facts = {"route": "bank-account", "account_was_shared_with_perpetrator": shared}
    outcome = a_good_outcome("pdap", "FIN_RES", evidence=evidence("case-note", "bank-statement"), facts=facts)

    assert judged(outcome, "pdap").ready is payable


def test_target_hardening_is_evidence_for_pdap_only() -> None:
    outcome = a_good_outcome("generic", "ACC_PREV", evidence=evidence("target-hardening"))

    assert judged(outcome, "pdap").ready
    assert codes(judged(outcome, "generic")) == ["evidence_missing"]


@pytest.mark.parametrize(("days", "refused"), [(-1, []), (0, []), (1, ["evidence_dated_ahead"])])
def test_evidence_is_not_dated_ahead(days: int, refused: list[str]) -> None:
    items = evidence("landlord-letter", dated_on=TODAY + timedelta(days=days))

    assert codes(judged(a_good_outcome("generic", "ACC_3M", evidence=items))) == refused


@pytest.mark.parametrize(("code", "kind"), [("DA_RISK", "dash-form"), ("WB_IMP_12", "power-form")])
def test_the_first_form_and_the_second_are_both_shown(code: str, kind: str) -> None:
    one = evidence(kind)

    assert codes(judged(a_good_outcome("pdap", code, evidence=one), "pdap")) == ["evidence_missing"]
    assert codes(judged(a_good_outcome("pdap", code, evidence=one + one), "pdap")) == ["evidence_missing"]
