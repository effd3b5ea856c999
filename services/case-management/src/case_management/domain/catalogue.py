"""The codes of the programme's catalogue, and the refusal of one that is not among them."""

from collections.abc import Collection, Iterable

from rulebook.refusal import Refusal


def unknown(code: str, what: str, named: str, known: Iterable[str]) -> Refusal:
    """The refusal of a code that is none of the programme's: it lists those that are."""
    return Refusal(code, f"The programme does not know the {what} {named}.", choose_from(known))


def choose_from(known: Iterable[str]) -> str:
    """A remedy that lists what is allowed."""
    return f"Choose from {', '.join(sorted(known)) or 'none: the programme has not been given any'}."


def reason_is_the_programmes(reason: str, known: Collection[str]) -> Refusal | None:
    """A programme loaded before there was a catalogue takes any code."""
    return None if not known or reason in known else unknown("unknown_reason", "reason", reason, known)
