"""What requests may say: bounded, in plain characters, with sane dates."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from common.contracts import Code
from common.web.fields import RequestBody, Sentence

Hundredths = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class StaffingIn(RequestBody):
    """Full-time posts in hundredths: 450 are four and a half."""

    posts_hundredths: Annotated[Hundredths, Field(ge=1)]
    """As the contract has them."""
    filled_hundredths: Hundredths

    @model_validator(mode="after")
    def no_more_are_filled_than_there_are(self) -> Self:
        if self.filled_hundredths > self.posts_hundredths:
            raise ValueError("no more posts can be filled than the contract has")
        return self


class MonthlyReportIn(RequestBody):
    """Whose month, and how that provider was staffed in it; the partnership's report has no posts of its own."""

    provider: Code | None = None
    """Your own code, or nothing: a provider's manager submits the provider's month, the prime the partnership's."""
    month: Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
    staffing: StaffingIn | None = None


class ReportCorrectionIn(RequestBody):
    """Why, and the posts as they were; the figures are taken anew."""

    staffing: StaffingIn | None = None
    reason: Sentence


class AcceptanceIn(RequestBody):
    """The version that was read, and whose; nothing for the partnership's."""

    provider: Code | None = None
    version: Annotated[int, Field(ge=1, le=10_000)]
