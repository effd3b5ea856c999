"""The standard assessment: what a person hopes for and can do, before what they lack (BR-A4, BR-A6, S-05)."""

from dataclasses import dataclass
from typing import Literal

from rulebook.refusal import Refusal, every_refusal

from .allocation import Intensity
from .eligibility import refusal_of_unknown_needs

SectionKind = Literal["aspirations", "strengths", "needs", "risk"]
Risk = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the conversation, in the words used."""

    kind: SectionKind
    words: str

    @property
    def says_something(self) -> bool:
        return bool(self.words.strip())


@dataclass(frozen=True, slots=True)
class TriageAssessment:
    """A triage assessment as it stands, its sections in the order of the conversation."""

    sections: tuple[Section, ...]
    needs: frozenset[str]
    specialism: str | None
    intensity: Intensity | None
    risk: Risk | None

    def place_of(self, *kinds: SectionKind) -> int | None:
        """Where in the conversation any of these is first spoken of."""
        places = (place for place, section in enumerate(self.sections) if section.kind in kinds)
        return next((place for place in places if self.sections[place].says_something), None)


@dataclass(frozen=True, slots=True)
class TriagePolicy:
    """What the programme can offer, and when it calls a case complex; data."""

    specialisms: frozenset[str]
    needs: frozenset[str]
    complex_from_needs: int = 3


def question_is_the_programmes(code: str, questions: frozenset[str]) -> Refusal | None:
    """S-02: what is asked can be counted. A programme loaded before there was a list asks anything."""
    if not questions or code in questions:
        return None
    return Refusal(
        "unknown_question",
        f"The programme does not ask about {code}.",
        f"Choose from {', '.join(sorted(questions))}.",
    )


def aspirations_are_recorded(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    if assessment.place_of("aspirations") is not None:
        return None
    return Refusal(
        "aspirations_missing",
        "The assessment does not say what the participant hopes for.",
        "Begin with the participant's aspirations, in their words.",
    )


def strengths_are_recorded(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    if assessment.place_of("strengths") is not None:
        return None
    return Refusal(
        "strengths_missing",
        "The assessment does not say what the participant is good at or can rely on.",
        "Record the participant's strengths.",
    )


def aspirations_come_before_needs(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    """BR-A6. An assessment that lacks either is refused by the rules about those."""
    aspirations, deficits = assessment.place_of("aspirations"), assessment.place_of("needs", "risk")
    if aspirations is None or deficits is None or aspirations < deficits:
        return None
    return Refusal(
        "needs_before_aspirations",
        "The assessment speaks of needs or risk before aspirations.",
        "Put the participant's aspirations first.",
    )


def needs_are_recorded(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    if assessment.needs and assessment.place_of("needs") is not None:
        return None
    return Refusal("needs_missing", "No need is recorded.", "Name the needs, and say what they mean to the person.")


def needs_are_the_programmes(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    """What intake refuses triage does not let in."""
    return refusal_of_unknown_needs(assessment.needs, policy.needs)


def risk_is_recorded(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    """S-06. Risk informs support; it never declines anyone (BR-A7)."""
    if assessment.risk is not None:
        return None
    return Refusal("risk_missing", "The risk is not recorded.", "Record the risk as low, medium or high.")


def intensity_is_recorded(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    if assessment.intensity is not None:
        return None
    return Refusal(
        "intensity_missing",
        "The intensity of support is not recorded.",
        "Record it as low, medium or high.",
    )


def specialism_is_the_programmes(assessment: TriageAssessment, policy: TriagePolicy) -> Refusal | None:
    if assessment.specialism in policy.specialisms:
        return None
    return Refusal(
        "specialism_missing",
        "No specialism of this programme is chosen.",
        f"Choose from {', '.join(sorted(policy.specialisms))}.",
    )


RULES = (
    aspirations_are_recorded,
    strengths_are_recorded,
    aspirations_come_before_needs,
    needs_are_recorded,
    needs_are_the_programmes,
    risk_is_recorded,
    intensity_is_recorded,
    specialism_is_the_programmes,
)


def refusals_of_completion(assessment: TriageAssessment, policy: TriagePolicy) -> tuple[Refusal, ...]:
    """Everything the assessment still lacks; none when it is complete."""
    return every_refusal(RULES, assessment, policy)


def is_complex(assessment: TriageAssessment, policy: TriagePolicy) -> bool:
    """High risk or several needs. Used to watch for cherry-picking (BR-A8), never for price (BR-A16)."""
    return _is_complex(assessment.risk, len(assessment.needs), policy)


def is_still_complex(was: bool, risk: Risk, needs_before: int, needs_now: int, policy: TriagePolicy) -> bool:
    """After the needs were put right. Who was called complex without high risk or many needs stays so."""
    called_so = was and not _is_complex(risk, needs_before, policy)
    return called_so or _is_complex(risk, needs_now, policy)


def _is_complex(risk: Risk | None, needs: int, policy: TriagePolicy) -> bool:
    return risk == "high" or needs >= policy.complex_from_needs
