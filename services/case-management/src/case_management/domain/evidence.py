"""Which documents are accepted as evidence. What a file really is, is found out elsewhere; the decision is here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from .refusal import Refusal, every_refusal

MEBIBYTE = 1024 * 1024

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PLAIN_TEXT = "text/plain"
EMAIL = "message/rfc822"
"""What a text looks like that begins with a sender: an email saved as text."""

NAMES: Mapping[str, str] = {PDF: "PDF", PNG: "PNG", JPEG: "JPEG", DOCX: "Word (.docx)", PLAIN_TEXT: "plain text"}

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    DOCX: (".docx",),
    PLAIN_TEXT: (".txt",),
}

NOT_SCANNED_WHOLE = ("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")
"""What clamd finds in whatever it could not look into: more than any scan takes, or closed by a password."""

WHOLE_TYPES = frozenset({PDF, PNG, JPEG})
"""Types that hold no other file by nature, as an archive does."""

ACTIVE_TYPES = frozenset({"image/svg+xml", "text/html", "application/xhtml+xml", "application/xml", "text/xml"})
"""Types a browser may run; refused whatever they are declared to be."""

MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<svg", b"<script", b"<iframe", b"<?xml")
HIDDEN_MARKUP = (b"<!doctype", b"<html", b"<script", b"<iframe")
"""What no scan or letter holds by chance; `<?xml` is in every PDF's metadata."""

DOCX_BODY = "word/document.xml"
DOCX_MACROS = "word/vbaProject.bin"


@dataclass(frozen=True, slots=True)
class DocumentPolicy:
    """What the programme accepts; data."""

    limit_bytes: int = 10 * MEBIBYTE
    accepted: frozenset[str] = frozenset(NAMES)


@dataclass(frozen=True, slots=True)
class Document:
    """A document offered, and what was found in it."""

    declared: str
    """The media type the sender says it is."""
    sniffed: frozenset[str]
    """Every media type its first bytes may be; empty for plain text, which has no signature."""
    size_bytes: int
    head: bytes = b""
    """The first few kibibytes."""
    parts: frozenset[str] = field(default_factory=frozenset[str])
    """Names of its entries, when it is an archive."""
    dated_on: date | None = None
    file_name: str = ""
    """As it was sent; judged, and never used."""
    malware: str | None = None
    """By the name the scanner has for it."""

    @property
    def media_type(self) -> str:
        """The declared type without its parameters, in lower case."""
        return self.declared.partition(";")[0].strip().lower()


def document_is_not_empty(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    if document.size_bytes > 0:
        return None
    return Refusal("document_empty", "The document is empty.", "Send it again; check that it opens.")


def document_is_within_the_limit(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    if document.size_bytes <= policy.limit_bytes:
        return None
    return Refusal(
        "document_too_large",
        f"The document is larger than {policy.limit_bytes // MEBIBYTE} MiB.",
        "Send fewer pages at a time, or a scan of lower resolution.",
    )


def type_is_accepted(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    if document.media_type in policy.accepted:
        return None
    return Refusal(
        "document_type_not_accepted",
        "Documents of this type are not accepted.",
        f"Send it as {', '.join(sorted(NAMES.get(one, one) for one in policy.accepted))}.",
    )


def content_is_what_it_says(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    if document.media_type not in policy.accepted or document.size_bytes == 0 or _matches(document):
        return None
    return Refusal(
        "document_not_what_it_says",
        "The content is not of the type it is sent as.",
        "Save or scan the document anew, and send it under its own type.",
    )


def content_does_nothing(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    """No web page, drawing with script or document with macros, under whatever name: a verifier will open it."""
    if not (document.sniffed & ACTIVE_TYPES or _reads_as_markup(document) or DOCX_MACROS in document.parts):
        return None
    return Refusal(
        "document_is_active",
        "The document may run a program when it is opened.",
        "Send it as PDF.",
    )


def content_is_one_thing(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    """A picture with an archive at its end, or a PDF that begins as a web page, is read differently by each reader."""
    if document.media_type not in WHOLE_TYPES or not (_matches(document) and _holds_another(document)):
        return None
    return Refusal(
        "document_is_two_things",
        "Another file is hidden in the document.",
        "Print or scan the document anew, and send that.",
    )


def file_name_is_only_a_name(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    name = document.file_name
    if not any(sign in "/\\" or not sign.isprintable() for sign in name):
        return None
    return Refusal("file_name_unsafe", "The file name holds a path.", "Send the file under a plain name.")


def file_name_fits_the_type(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    endings = EXTENSIONS.get(document.media_type, ())
    if not document.file_name or not endings or document.file_name.lower().endswith(endings):
        return None
    return Refusal(
        "file_name_of_another_type",
        f"A file of this type has a name that ends with {' or '.join(endings)}.",
        "Send the file under its own type and name.",
    )


def document_is_not_of_the_future(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    if document.dated_on is None or document.dated_on <= today:
        return None
    return Refusal("document_of_the_future", "The document is dated after today.", "Check the date on it.")


def document_is_clean(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    """What no scan can look into is not clean either."""
    if document.malware is None:
        return None
    if document.malware.startswith(NOT_SCANNED_WHOLE):
        return Refusal(
            "document_not_scannable",
            f"The document cannot be searched for malware ({document.malware}).",
            "Send it as a PDF without a password, fewer pages at a time.",
        )
    return Refusal(
        "document_holds_malware",
        f"Malware was found in the document ({document.malware}).",
        "Do not open or pass it on. Tell whoever looks after your computers, and send a print or scan made anew.",
    )


def _matches(document: Document) -> bool:
    if document.media_type == PLAIN_TEXT:
        return document.sniffed <= {PLAIN_TEXT, EMAIL} and b"\x00" not in document.head
    if document.media_type == DOCX:
        return DOCX in document.sniffed and DOCX_BODY in document.parts
    return document.media_type in document.sniffed


def _reads_as_markup(document: Document) -> bool:
    return document.media_type == PLAIN_TEXT and any(tag in document.head.lower() for tag in MARKUP)


def _holds_another(document: Document) -> bool:
    return bool(document.parts) or any(tag in document.head.lower() for tag in HIDDEN_MARKUP)


RULES = (
    document_is_not_empty,
    document_is_within_the_limit,
    type_is_accepted,
    content_is_what_it_says,
    content_does_nothing,
    content_is_one_thing,
    file_name_is_only_a_name,
    file_name_fits_the_type,
    document_is_not_of_the_future,
    document_is_clean,
)


def refusals_of_document(document: Document, policy: DocumentPolicy, today: date) -> tuple[Refusal, ...]:
    """Every reason why the document is not accepted; none when it is."""
    return every_refusal(RULES, document, policy, today)


def clearing_is_modest(orphans: int, at_most: int) -> Refusal | None:
    """A few orphans are what crashes leave; many look like a database that is not the one these documents belong to."""
    if orphans <= at_most:
        return None
    return Refusal(
        "too_many_orphans",
        f"{orphans} stored documents have no row, more than {at_most}; none was removed.",
        "Check that the database was not restored from an older backup; if all is well, raise ORPHANS_AT_MOST.",
    )
