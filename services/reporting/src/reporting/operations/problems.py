"""What can stand in the way, in the asker's words."""

from common.web.problems import Conflict, Invalid, NotAllowed, NotFound


class NoSuchReport(NotFound):
    """Nobody has submitted that month, or it is another provider's."""

    type, title = "no-such-report", "No such report was submitted"
    remedy = "GET /v1/monthly-reports lists those there are."


class ReportAccepted(Conflict):
    """An accepted report stays as it is."""

    type, title = "report-accepted", "The report was accepted"
    remedy = "It stands; corrections show in later months."


class ProgrammeOfAnother(NotAllowed):
    """The path or the body names another programme than your token."""

    type, title = "another-programme", "Your token is for another programme"
    remedy = "Sign in for the programme that you load."


class TargetsStatedTwice(Invalid):
    """The folder's targets have two periods of one provider that begin on the same day."""

    type, title = "targets-stated-twice", "A provider has two periods of targets from the same day"
    remedy = "Join the periods, or let one begin after the other has ended."


class ReportCorrected(Conflict):
    """Another version was submitted after the one you would accept."""

    type, title = "report-corrected", "The report was corrected meanwhile"
    remedy = "Read the version that stands, and accept that one."


class NoSuchParticipant(NotFound):
    """No event that this service heard names such a participant."""

    type, title = "no-such-participant", "There is no such participant for you"
    remedy = "Check the id. What was announced just now may take some seconds to arrive."


class NoSuchProvider(NotFound):
    """The programme has no provider of that code, or it is not for you to see."""

    type, title = "no-such-provider", "There is no such provider for you"
    remedy = "Use the code of a provider in your programme, or leave `provider` out."


class ReportSubmitted(Conflict):
    """The month has a report; a second is a correction of it."""

    type, title = "report-submitted", "The month's report was submitted before"
    remedy = "Correct the report that there is."


class MonthNotEnded(Conflict):
    """The report is of a month that still runs, or of one to come."""

    type, title = "month-not-ended", "The month has not ended"
    remedy = "Submit the report from the first day of the next month on."


class RowsCountAmiss(Invalid):
    """A row of the programme's targets says what to count where it may not, or does not where it must."""

    type, title = "rows-count-amiss", "An activity row must say what it counts, and no other row may"
    remedy = "Look at the rows that the detail names in `kpi.toml`."
