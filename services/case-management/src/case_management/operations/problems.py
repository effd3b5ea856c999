"""What can stand in the way, in the asker's words."""

from common.web.problems import Conflict, NotAllowed, NotFound, Problem


class NoSuchOutcome(NotFound):
    """No outcome has this id, or it is on another provider's case."""

    type, title = "no-such-outcome", "There is no such outcome for you"
    remedy = "Check the id, and that your organisation works on the case."


class NoSuchCase(NotFound):
    """No case has this id, or it is another provider's."""

    type, title = "no-such-case", "There is no such case for you"
    remedy = "Check the id, and that your organisation works on this case."


class NoSuchPart(NotFound):
    """The case has no plan, assessment, note or other part with this id, or the case is another provider's."""

    type, title = "no-such-part", "There is no such part of a case for you"
    remedy = "Check the id, and that your organisation works on the case."


class NoReadingCopy(NotFound):
    """The document has no copy for reading yet."""

    type, title = "no-reading-copy", "The document has no copy for reading yet"
    remedy = "Have it made: POST /v1/documents/{document_id}/reading-copy."


class NoSuchClosureRequest(NotFound):
    """Nobody has asked for a closure with this id."""

    type, title = "no-such-closure-request", "There is no such closure request for you"
    remedy = "Check the id of the request."


class NoSuchFundRequest(NotFound):
    """Nobody has asked the fund with this id, or it was another provider."""

    type, title = "no-such-fund-request", "There is no such request to the fund for you"
    remedy = "Check the id of the request."


class NoSuchInnovation(NotFound):
    """Nobody has proposed an innovation with this id, or it was another provider."""

    type, title = "no-such-innovation", "There is no such innovation for you"
    remedy = "Check the id of the innovation."


class NoSuchSameFile(NotFound):
    """No document of another participant has the same bytes, or this one is the first."""

    type, title = "no-such-same-file", "There is no such pair of equal documents"
    remedy = "Give the id of the later document, as GET /v1/same-files lists it."


class NoFund(Conflict):
    """The programme's folder agrees no fund from which things for one person are bought."""

    type, title = "no-fund", "The programme has no personalisation fund"
    remedy = "Ask the prime: a fund that is agreed stands in the programme's folder, which an operator loads."


class NotGranted(NotAllowed):
    """The grant has ended, or names other documents, or is of another claim."""

    type, title = "evidence-not-granted", "That evidence is not granted to you"
    remedy = "Ask claims for its claim's evidence again: GET /v1/claims/{claim_id}/evidence-grant."


class NoSuchDocument(NotFound):
    """No document has this id, or it is not within your sight."""

    type, title = "no-such-document", "There is no such document for you"
    remedy = "Check the id, and that your organisation works on the case."


class DocumentUnavailable(Problem):
    """The store does not take the document, does not hold it, or does not answer."""

    status, type, title = 503, "document-unavailable", "The document store is not available now"
    remedy = "Try again; if it stays so, tell the operator."


class DocumentUnscanned(Problem):
    """The scanner does not say whether the document is clean."""

    status, type, title = 503, "document-unscanned", "Documents cannot be searched for malware now"
    remedy = "Nothing was kept. Try again after the seconds in `Retry-After`."


class DocumentUnread(Problem):
    """The process that reads documents does not start."""

    status, type, title = 503, "document-unread", "Documents cannot be looked through now"
    remedy = "Nothing was kept. Try again after the seconds in `Retry-After`."


class DocumentAltered(Problem):
    """The store holds other bytes than were kept; not one of them is sent."""

    status, type, title = 500, "document-altered", "The document is not what was kept"
    remedy = "Tell the operator: the backup has it."


class NoSuchProgramme(NotFound):
    """The programme is not loaded, or is not yours."""

    type, title = "no-such-programme", "There is no such programme for you"
    remedy = "Ask an operator to load the programme."
