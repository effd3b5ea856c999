"""The codes of the programme's catalogue, and the refusal of one that is not among them."""

from collections.abc import Collection, Iterable

from rulebook.refusal import Refusal


def unknown(code: str, what: str, value: str, choices: Iterable[str]) -> Refusal:
    """The refusal of a code that is none of the programme's: it lists those that are."""
    return Refusal(code, f"The programme does not know the {what} {value}.", choose_from(choices))


def choose_from(choices: Iterable[str]) -> str:
    """A remedy that lists what is allowed."""
    return f"Choose from {', '.join(sorted(choices)) or 'none: the programme has not been given any'}."


def reason_is_the_programmes(reason: str, reasons: Collection[str]) -> Refusal | None:
    """A programme loaded before there was a catalogue takes any code."""
    return None if not reasons or reason in reasons else unknown("unknown_reason", "reason", reason, reasons)
