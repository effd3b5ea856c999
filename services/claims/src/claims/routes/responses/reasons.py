"""The reasons of the catalogue."""

from datetime import date

from common.web.fields import AnswerBody


class ReasonOut(AnswerBody):
    """A code in words."""

    code: str
    title: str
    mend: str | None
    """What usually mends it."""
    acts: list[str]
    """The steps for which the reason may be given."""
    may_be_given: bool
    """Whether it may be given today, for the step that was asked about."""
    until_on: date | None


class ReasonsOut(AnswerBody):
    items: list[ReasonOut]
