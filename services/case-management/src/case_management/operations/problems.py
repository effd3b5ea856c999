"""What is not there for whoever asks."""

from common.web.problems import Conflict, NotAllowed, NotFound, Problem


class NoSuchOutcome(NotFound):
    """Absent, or another provider's."""


class NoSuchCase(NotFound):
    """Absent, or another provider's."""


class NoSuchPart(NotFound):
    """Absent, or of another provider's case."""


class NoReadingCopy(NotFound):
    """The document has no copy for reading yet."""


class NoSuchClosureRequest(NotFound):
    """There is no such request."""


class NoSuchFundRequest(NotFound):
    """Absent, or another provider's."""


class NoSuchInnovation(NotFound):
    """Absent, or another provider's."""


class NoSuchSameFile(NotFound):
    """No document of another participant has the same bytes, or this one is the first."""


class NoFund(Conflict):
    type, title = "no-fund", "The programme has no personalisation fund"

    def __init__(self) -> None:
        super().__init__(
            "Ask the prime: a fund that is agreed stands in the programme's folder, which an operator loads."
        )


class NotGranted(NotAllowed):
    type, title = "evidence-not-granted", "That document is not granted to you"


class NoSuchDocument(NotFound):
    """Absent, or not within the asker's sight."""


class DocumentUnavailable(Problem):
    """The store does not take the document, does not hold it, or does not answer."""

    status, type, title = 503, "document-unavailable", "The document store is not available now"


class DocumentUnscanned(Problem):
    """The scanner does not say whether the document is clean."""

    status, type, title = 503, "document-unscanned", "Documents cannot be searched for malware now"


class DocumentUnread(Problem):
    """The process that reads documents does not start."""

    status, type, title = 503, "document-unread", "Documents cannot be looked through now"


class DocumentAltered(Problem):
    """The store holds other bytes than were kept; not one of them is sent."""

    status, type, title = 500, "document-altered", "The document is not what was kept"


class NoSuchProgramme(NotFound):
    """Not loaded, or not yours."""
