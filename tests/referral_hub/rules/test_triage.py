import pytest

from referral_hub.domain.triage import Section, TriageAssessment, is_complex, refusals_of_completion
from tests.referral_hub.builders import TRIAGE, a_triage_assessment

ASPIRATIONS = Section("aspirations", "To cook for a living.")
STRENGTHS = Section("strengths", "Patient.")
NEEDS = Section("needs", "No home.")


def codes(assessment: TriageAssessment) -> set[str]:
    return {refusal.code for refusal in refusals_of_completion(assessment, TRIAGE)}


def test_a_whole_assessment_can_be_completed() -> None:
    assert codes(a_triage_assessment()) == set()


@pytest.mark.parametrize(
    ("assessment", "code"),
    [
        (a_triage_assessment(sections=(STRENGTHS, NEEDS)), "aspirations_missing"),
        (a_triage_assessment(sections=(Section("aspirations", "  "), STRENGTHS, NEEDS)), "aspirations_missing"),
        (a_triage_assessment(sections=(ASPIRATIONS, NEEDS)), "strengths_missing"),
        (a_triage_assessment(sections=(NEEDS, ASPIRATIONS, STRENGTHS)), "needs_before_aspirations"),
        (
            a_triage_assessment(sections=(Section("risk", "Debts."), ASPIRATIONS, STRENGTHS, NEEDS)),
            "needs_before_aspirations",
        ),
        (a_triage_assessment(needs=frozenset[str]()), "needs_missing"),
        (a_triage_assessment(sections=(ASPIRATIONS, STRENGTHS)), "needs_missing"),
        (a_triage_assessment(needs=frozenset({"made-up-need"})), "unknown_need"),
        (a_triage_assessment(risk=None), "risk_missing"),
        (a_triage_assessment(intensity=None), "intensity_missing"),
        (a_triage_assessment(specialism=None), "specialism_missing"),
        (a_triage_assessment(specialism="astrology"), "specialism_missing"),
    ],
)
def test_an_assessment_is_not_complete(assessment: TriageAssessment, code: str) -> None:
    assert codes(assessment) == {code}


@pytest.mark.row("S-06")
def test_high_risk_completes_like_any_other() -> None:
    assert codes(a_triage_assessment(risk="high")) == set()


@pytest.mark.parametrize(
    ("needs", "risk", "complex_case"),
    [({"a", "b"}, "medium", False), ({"a", "b", "c"}, "low", True), ({"a"}, "high", True)],
)
def test_a_case_is_complex_with_three_needs_or_high_risk(needs: set[str], risk: str, complex_case: bool) -> None:
    assert is_complex(a_triage_assessment(needs=frozenset(needs), risk=risk), TRIAGE) is complex_case
