"""Plain text."""

import re

from .pieces import MARKUP, Against, Paragraph, Read, begins_as_markup

OF_ANOTHER = (b"%PDF-", b"%!PS", b"{\\rtf")
"""What begins files that can be all text."""
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


def read_text(content: bytes) -> Read:
    read = Read()
    if MARKUP.search(content):
        read.found.add("active")
    if begins_as_markup(content) or content.lstrip().startswith(OF_ANOTHER):
        read.found.add("another-type")
    words = decoded(content)
    read.pieces += [Paragraph(line) for line in words.splitlines()]
    return read


def decoded(content: bytes) -> str:
    """Text as it is written today, or as Windows wrote it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Against("damaged") from error
    if NO_TEXT.search(content):
        raise Against("another-type")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
