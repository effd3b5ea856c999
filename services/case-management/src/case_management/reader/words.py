"""Plain text."""

import re

from .pieces import MARKUP, Against, Paragraph, ReadDocument, begins_as_markup

OF_ANOTHER = (b"%PDF-", b"%!PS", b"{\\rtf")
"""What begins files that can be all text."""
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


def read_text(content: bytes) -> ReadDocument:
    document = ReadDocument()
    words = decoded(content)
    data = words.encode()
    if MARKUP.search(data):
        document.found.add("active")
    if begins_as_markup(data) or data.lstrip().startswith(OF_ANOTHER):
        document.found.add("another-type")
    document.pieces += [Paragraph(line) for line in words.splitlines()]
    return document


def decoded(content: bytes) -> str:
    """Text as it is written today, or as Windows wrote it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            words = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Against("damaged") from error
        if NO_TEXT.search(words.encode()):
            raise Against("another-type")
        return words
    if NO_TEXT.search(content):
        raise Against("another-type")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
