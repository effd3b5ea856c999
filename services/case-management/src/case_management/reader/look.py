"""Reads a document as what it says it is."""

from case_management.domain.evidence import DOCX, EML, MSG, ODS, ODT, PDF, PLAIN_TEXT

from .mail import ReadAttachment, read_mail
from .packages import read_package
from .pdf import read_pdf
from .pictures import FORMATS, GIF, read_picture
from .pieces import Against, ReadDocument, begins_as_markup
from .words import read_text

DEEPEST = 3
"""E-mail within e-mail within e-mail is read, and no deeper."""


def look(media_type: str, content: bytes, depth: int = 0, *, within_mail: bool = False) -> ReadDocument:
    """What stands against a document, and its pieces."""
    try:
        if media_type == PDF:
            return read_pdf(content)
        if media_type in FORMATS and (within_mail or media_type != GIF):
            return read_picture(media_type, content)
        if media_type in (DOCX, ODT, ODS):
            return read_package(media_type, content)
        if media_type in (EML, MSG):
            return read_mail(media_type, content, _attached(depth))
        if media_type == PLAIN_TEXT:
            return read_text(content)
        return ReadDocument({"attachment"} if within_mail else {"active"} if begins_as_markup(content) else set())
    except Against as against:
        return ReadDocument({against.finding, "active"} if begins_as_markup(content) else {against.finding})


def _attached(depth: int) -> ReadAttachment:
    """Reads what is attached to an e-mail."""
    if depth > DEEPEST:
        raise Against("attachment")
    return lambda media_type, content: look(media_type, content, depth + 1, within_mail=True)
