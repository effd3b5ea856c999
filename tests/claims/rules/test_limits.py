from datetime import date

import pytest

from rulebook.codes import ClaimState
from tests.claims.builders import a_claim_on_record, a_good_outcome, codes, judged, judged_after
from tests.parts.states import CLAIM_STATES


@pytest.mark.parametrize("state", CLAIM_STATES)
def test_only_a_live_claim_takes_the_key(state: ClaimState) -> None:
    assessment = judged(a_good_outcome("generic", "ACC_3M"), "generic", a_claim_on_record("ACC_3M", state=state))

    assert assessment.ready is (state in ("refused", "withdrawn"))


def test_a_revision_is_no_duplicate_of_its_own_outcome() -> None:
    outcome = a_good_outcome("generic", "ACC_3M")
    own = a_claim_on_record("ACC_3M", outcome_id=outcome.outcome_id, state="returned")

    assert judged(outcome, "generic", own).ready


def test_coming_back_to_another_provider_opens_nothing_again() -> None:
    outcome = a_good_outcome("generic", "ACC_PREV", provider_id="horton", referred_on=date(2022, 1, 1))

    assert codes(judged(outcome, "generic", a_claim_on_record("ACC_PREV"))) == ["already_claimed"]


@pytest.mark.parametrize(
    ("code", "first", "second", "neither"),
    [
        ("SVC_ACCESS", "mental-health", "substance", "only"),
        ("VOL_ENTRY", "volunteering", "work-experience", "first"),
        ("VOL_6W", "volunteering", "work-experience", "first"),
    ],
)
def test_two_are_claimed_one_of_each_type(code: str, first: str, second: str, neither: str) -> None:
    facts = {"initial_appointment_attended": True}
    earlier = a_claim_on_record(code, slot=first)

    assert judged(a_good_outcome("generic", code, slot=second, facts=facts), "generic", earlier).ready
    assert codes(judged(a_good_outcome("generic", code, slot=first), "generic", earlier)) == ["already_claimed"]
    assert codes(judged(a_good_outcome("generic", code, slot=neither))) == ["slot_unknown"]


def test_a_third_claim_is_past_the_limit_whatever_its_slot() -> None:
    earlier = [
        a_claim_on_record("OFQ_PART", slot=slot, facts={"ofqual_level": 1, "ofqual_subject": slot})
        for slot in ("first", "second")
    ]
    third = a_good_outcome("generic", "OFQ_PART", slot="third")

    assert codes(judged(third, "generic", *earlier)) == ["slot_unknown", "limit_reached"]


@pytest.mark.parametrize("code", ["WB_2", "WB_3", "WB_IMP_12", "WB_IMP_13"])
def test_later_wellbeing_outcomes_follow_the_initial_one(code: str) -> None:
    assert codes(judged_after(a_good_outcome("generic", code))) == ["prerequisite_missing"]


@pytest.mark.parametrize(
    ("level", "subject", "payable"), [(1, "catering", False), (2, "catering", True), (1, "joinery", True)]
)
def test_a_second_qualification_is_higher_or_in_another_subject(level: int, subject: str, payable: bool) -> None:
    first = a_claim_on_record("OFQ_FULL", slot="first", facts={"ofqual_level": 1, "ofqual_subject": "catering"})
    facts = {"ofqual_level": level, "ofqual_subject": subject}
    second = a_good_outcome("generic", "OFQ_FULL", slot="second", facts=facts)

    assert judged(second, "generic", first).ready is payable


def test_part_and_full_may_both_be_claimed_for_one_course() -> None:
    part = a_claim_on_record("OFQ_PART", slot="first", facts={"ofqual_level": 1, "ofqual_subject": "catering"})

    assert judged(a_good_outcome("generic", "OFQ_FULL"), "generic", part).ready
