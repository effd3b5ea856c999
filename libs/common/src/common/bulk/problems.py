"""What can stand in the way of a file of rows."""

from common.web.problems import Conflict, Invalid, NotFound


class NoSuchBulkJob(NotFound):
    """No file of your organisation's has this id."""

    type, title = "no-such-bulk-job", "There is no such file of rows for you"
    remedy = "Check the id: it was answered when the file was sent, and is forgotten after 30 days."


class NoSuchProfile(NotFound):
    """Your organisation has no mapping of this name."""

    type, title = "no-such-profile", "There is no such mapping for you"
    remedy = "Check the name, or save the mapping first: PUT /v1/bulk-profiles/{name}."


class NoSuchBulkKind(NotFound):
    """Rows of this kind are not taken here."""

    type, title = "no-such-bulk-kind", "Rows of this kind are not taken here"
    remedy = "Check the name: the document of the service's operations lists the kinds."


class FileUnreadable(Invalid):
    """The file is no CSV or JSON Lines of the kind that was named; `line` says where, and nothing of it was kept."""

    type, title = "file-unreadable", "The file cannot be read"
    remedy = "Correct the line that is named and send the file again; nothing of it was kept."

    def __init__(self, detail: str | None = None, *, line: int = 1) -> None:
        super().__init__(f"Line {line}: {detail} Nothing was kept." if detail else None, line=line)


class TooManyBulkJobs(Conflict):
    """Your organisation has as many files waiting as it may."""

    type, title = "too-many-bulk-jobs", "Too many files of yours are waiting"
    remedy = "Wait until one is done, or stop one: POST /v1/bulk-jobs/{job_id}/stop."


class BulkJobSettled(Conflict):
    """The file was carried out, or stopped, before."""

    type, title = "bulk-job-settled", "Nothing of this file is waiting any more"
    remedy = "Read what came of its rows: GET /v1/bulk-jobs/{job_id}/results."
