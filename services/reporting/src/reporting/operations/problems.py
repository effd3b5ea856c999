"""What can stand in the way, in the asker's words."""

from common.web.problems import Conflict, Invalid, NotAllowed, NotFound


class NoSuchReport(NotFound):
    type, title = "no-such-report", "No such report was submitted"


class ReportAccepted(Conflict):
    type, title = "report-accepted", "The report was accepted"


class ProgrammeOfAnother(NotAllowed):
    type, title = "programme-of-another", "Your token is for another programme"


class TargetsStatedTwice(Invalid):
    type, title = "targets-stated-twice", "A provider has two periods of targets from the same day"


class ReportCorrected(Conflict):
    type, title = "report-corrected", "The report was corrected meanwhile"


class NoSuchParticipant(NotFound):
    type, title = "no-such-participant", "Nothing was heard of such a participant"


class NoSuchProvider(NotFound):
    type, title = "no-such-provider", "There is no such provider for you"


class ReportSubmitted(Conflict):
    type, title = "report-submitted", "The month's report was submitted before"


class MonthNotEnded(Conflict):
    type, title = "month-not-ended", "The month has not ended"


class RowsCountAmiss(Invalid):
    type, title = "rows-count-amiss", "An activity row must say what it counts, and no other row may"
