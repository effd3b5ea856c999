"""E-mail: who wrote what to whom, and everything attached, each judged as if it were sent by itself."""

import email
import email.policy
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import PurePath
from typing import Any

import olefile
from oxmsg import Message

from case_management.domain.evidence import EML, EXTENSIONS, MSG, media_type_of

from .packages import PROGRAMS
from .pieces import Against, Heading, Paragraph, Piece, ReadDocument, begins_as_markup
from .words import NO_TEXT, OF_ANOTHER, decoded

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_PARTS = 100
HEADERS = ("From", "To", "Cc", "Date", "Subject")
LISTED_ONLY = frozenset(
    {
        "text/calendar", "text/vcard", "text/x-vcard", "application/pkcs7-signature", "application/x-pkcs7-signature",
        "application/pgp-signature",
    }
)  # fmt: skip
"""What nobody reads as evidence and nothing runs: its name is told, and no more."""
LISTED_ENDINGS = ("", ".ics", ".vcf", ".p7s", ".asc", ".sig")
NEW_LINES = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "blockquote"}
NOT_WORDS = {"script", "style", "head", "title"}


ReadAttachment = Callable[[str, bytes], ReadDocument]
"""Reads what is attached, by its media type and its bytes."""


def read_mail(media_type: str, content: bytes, reader: ReadAttachment) -> ReadDocument:
    return _read_outlook(content, reader) if media_type == MSG else _read_message(content, reader)


def _read_message(content: bytes, reader: ReadAttachment) -> ReadDocument:
    if b"\0" in content or content.lstrip()[:1] == b"<":
        raise Against("another-type")
    try:
        return _read_parts(email.message_from_bytes(content, policy=email.policy.default), reader)
    except (LookupError, AttributeError, TypeError, ValueError) as error:  # what its parser does not foresee
        raise Against("damaged") from error


def _read_parts(message: EmailMessage, reader: ReadAttachment) -> ReadDocument:
    if message["From"] is None or not (message["Date"] or message["Subject"]):
        raise Against("another-type")
    document = ReadDocument()
    document.pieces += _top({name: str(message[name] or "") for name in HEADERS})
    leaves = [(part, is_shown, _is_text(part, message)) for part, is_shown in _leaves(message)]
    for part, is_shown, _ in (one for one in leaves if one[2]):
        words = _words_in(part)
        if NO_TEXT.search(words.encode()) or words.lstrip().encode().startswith(OF_ANOTHER):
            document.found.add("attachment")
        elif is_shown:
            document.pieces += _lines(_words_of(words) if part.get_content_subtype() == "html" else words)
    parts = [part for part, _, is_text in leaves if not is_text]
    _add(document, ((one.get_content_type(), one.get_filename() or "", _content_of(one)) for one in parts), reader)
    return document


def _words_in(body: Any) -> str:
    """In the alphabet it names, or if there is none of that name, as it looks."""
    try:
        return str(body.get_content())
    except LookupError:
        return decoded(_content_of(body))


def _leaves(message: Any, choice: Any = None) -> Iterator[tuple[Any, bool]]:
    """Its parts, an e-mail within it as one, and whether each is shown, or the same in another form."""
    if message.get_content_maintype() == "multipart":
        if message.get_content_subtype() == "alternative":
            choice = message.get_body(("plain", "html"))
        for one in message.iter_parts():
            yield from _leaves(one, choice)
    else:
        yield message, choice is None or message is choice


def _is_text(part: Any, message: Any) -> bool:
    """Whether it is what somebody wrote, and not attached."""
    if part.get_content_type() not in ("text/html", "text/plain") or part.is_attachment():
        return False
    return part is message or not part.get_filename()


def _content_of(part: Any) -> bytes:
    if part.get_content_type() == EML:
        return part.get_content().as_bytes()
    return part.get_payload(decode=True) or b""


def _read_outlook(content: bytes, reader: ReadAttachment) -> ReadDocument:
    if not content.startswith(OLE):
        raise Against("another-type")
    document = ReadDocument()
    try:
        opener: Any = olefile.OleFileIO
        with opener(io.BytesIO(content)) as container:
            storages: list[list[str]] = container.listdir(storages=True)
            if any(one[-1].lower() in ("vba", "_vba_project", "macros") for one in storages):
                document.found.add("active")
        message = Message.load(io.BytesIO(content))
        headers = {
            "From": message.sender or "",
            "To": ", ".join(f"{one.name} <{one.email_address}>" for one in message.recipients),
            "Date": message.sent_date.isoformat(" ") if message.sent_date else "",
            "Subject": message.subject or "",
        }
        words, page = message.body, message.html_body
        attachments = [(one.mime_type or "", one.file_name or "", one.file_bytes or b"") for one in message.attachments]
    except (OSError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RuntimeError) as error:
        raise Against("damaged") from error
    if not headers["From"] and not headers["Subject"]:
        raise Against("another-type")
    document.pieces += _top(headers)
    document.pieces += _lines(words or _words_of(page or ""))
    _add(document, attachments, reader)
    return document


def _top(headers: Mapping[str, str]) -> Iterator[Piece]:
    yield Heading(headers.get("Subject", "") or "E-mail")
    yield Paragraph("\n".join(f"{name}: {words}" for name, words in headers.items() if words))


def _lines(words: str) -> Iterator[Piece]:
    return (Paragraph(line) for line in words.splitlines())


def _add(document: ReadDocument, attachments: Iterable[tuple[str, str, bytes]], reader: ReadAttachment) -> None:
    """Judge what is attached, and put it after the words."""
    for number, (content_type, name, content) in enumerate(attachments, 1):
        if number > MOST_PARTS:
            raise Against("attachment")
        media_type = media_type_of(content_type, name)
        document.pieces.append(Heading(f"Attached: {name or f'number {number}'}"))
        ending = PurePath(name).suffix.lower()
        if media_type in LISTED_ONLY and ending in LISTED_ENDINGS:
            if content.startswith(PROGRAMS) or begins_as_markup(content):
                document.found.add("attachment")
            continue
        if ending and media_type != EML and ending not in EXTENSIONS.get(media_type, (ending,)):
            document.found.add("attachment")
        within = reader(media_type, content)
        if within.found:
            document.found.update(within.found, {"attachment"})
        document.pieces += within.pieces


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in NOT_WORDS
        if tag in NEW_LINES:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in NOT_WORDS and self._skipped > 0

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words.append(" ".join(data.split()) + " " if data.strip() else "")


def _words_of(page: str | bytes) -> str:
    """What a page of the web says, and nothing it does."""
    parser = _Words()
    parser.feed(decoded(page) if isinstance(page, bytes) else page)
    parser.close()
    return "".join(parser.words)
