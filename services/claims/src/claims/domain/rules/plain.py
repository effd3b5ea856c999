"""Rules that ask one plain thing, for outcomes whose terms need no more."""

from collections.abc import Collection

from rulebook.refusal import Refusal

from .question import Question


def these_were_confirmed(question: Question, *, facts: Collection[str]) -> Refusal | None:
    lacking = [name.replace("_", " ") for name in facts if not question.facts.yes(name)]
    if not lacking:
        return None
    listed = ", ".join(lacking)
    return Refusal("not_confirmed", f"Not confirmed: {listed}.", f"Claim it when this is so: {listed}.")


def code_is_one_of(question: Question, *, fact: str, codes: Collection[str]) -> Refusal | None:
    given = question.facts.code(fact)
    if given in codes:
        return None
    listed = ", ".join(sorted(codes))
    return Refusal("code_unknown", f"{given} is no {fact.replace('_', ' ')} on this card.", f"Record one of: {listed}.")


def number_is_enough(question: Question, *, fact: str, least: int) -> Refusal | None:
    given, words = question.facts.number(fact), fact.replace("_", " ")
    if given >= least:
        return None
    return Refusal("number_too_low", f"{words.capitalize()}: {given} of {least}.", f"Claim it with {least} or more.")
