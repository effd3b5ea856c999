"""Which documents are accepted as evidence. What a file really is, is found out elsewhere; the decision is here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rulebook.refusal import Refusal, every_refusal

MEBIBYTE = 1024 * 1024

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
HEIC = "image/heic"
WEBP = "image/webp"
TIFF = "image/tiff"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
PLAIN_TEXT = "text/plain"
UNSAID = frozenset({"", "application/octet-stream"})
"""What a browser says of a file that it does not know; then its name tells."""
ALSO_CALLED: Mapping[str, str] = {"image/heif": HEIC, "image/jpg": JPEG, "image/tif": TIFF}

NAMES: Mapping[str, str] = {
    PDF: "PDF",
    PNG: "PNG",
    JPEG: "JPEG",
    HEIC: "HEIC",
    WEBP: "WebP",
    TIFF: "TIFF",
    DOCX: "Word (.docx)",
    ODT: "OpenDocument text (.odt)",
    ODS: "OpenDocument sheet (.ods)",
    EML: "e-mail (.eml)",
    MSG: "Outlook e-mail (.msg)",
    PLAIN_TEXT: "plain text",
}

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    HEIC: (".heic", ".heif"),
    WEBP: (".webp",),
    TIFF: (".tif", ".tiff"),
    DOCX: (".docx",),
    ODT: (".odt",),
    ODS: (".ods",),
    EML: (".eml",),
    MSG: (".msg",),
    PLAIN_TEXT: (".txt",),
}

OTHER_WAYS: Sequence[tuple[tuple[str, ...], str]] = (
    ((".doc", ".dot", ".rtf", ".docm", ".pages", ".wpd"), "Open it where it was written, and save it as PDF."),
    ((".xls", ".xlsx", ".xlsm", ".csv", ".numbers"), "Print the sheet to PDF, so that all its columns show."),
    ((".zip", ".7z", ".rar", ".gz", ".tar"), "Unpack it, and send each document in it by itself."),
    ((".htm", ".html", ".mht", ".mhtml", ".svg", ".xml"), "Print the page to PDF."),
    ((".gif", ".bmp", ".avif", ".raw", ".dng", ".psd"), "Save the picture as JPEG or PNG."),
    ((".mp4", ".mov", ".avi", ".mp3", ".m4a", ".wav"), "Write down what it shows or says, as a case note."),
)
"""How what is not taken can be sent all the same, by the ending of its name."""

NOT_SCANNED_WHOLE = ("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")
"""What clamd finds in whatever it could not look into: more than any scan takes, or closed by a password."""

Finding = Literal[
    "another-type", "damaged", "encrypted", "active", "two-things", "holds-files", "reaches-out", "too-many-pixels",
    "moves", "unpacks-too-large", "attachment", "not-readable",
]  # fmt: skip
"""What is found in the whole content of a document that stands against it."""

PRINT_IT = "Open it where it was made, print it to PDF, and send that."

AGAINST: Mapping[Finding, Refusal] = {
    "another-type": Refusal(
        "document_not_what_it_says",
        "The file is not of the type it was sent as.",
        "Save or scan the document again, and send it under its own type.",
        kind="type",
    ),
    "damaged": Refusal("document_damaged", "The document is damaged or not complete.", f"Send it again. {PRINT_IT}"),
    "encrypted": Refusal(
        "document_encrypted", "The document is closed by a password.", f"Open it with its password. {PRINT_IT}"
    ),
    "active": Refusal("document_is_active", "The document may run a program when it is opened.", PRINT_IT, kind="type"),
    "two-things": Refusal(
        "document_is_two_things",
        "Another file is hidden in the document.",
        "Save a picture again, print or scan anything else again, and send that.",
        kind="type",
    ),
    "holds-files": Refusal(
        "document_holds_files",
        "Other files are packed into the document.",
        "Print it to PDF, and send what is packed into it by itself.",
        kind="type",
    ),
    "reaches-out": Refusal(
        "document_reaches_out",
        "The document fetches a part of itself from elsewhere when it is opened.",
        PRINT_IT,
        kind="type",
    ),
    "too-many-pixels": Refusal(
        "picture_too_large",
        "The picture has more than 64 million dots, or more than 100 pages.",
        "Send it at a lower resolution, or fewer pages at a time.",
    ),
    "moves": Refusal(
        "picture_moves", "The picture moves, so that it shows many things.", "Send one still picture.", kind="type"
    ),
    "unpacks-too-large": Refusal(
        "document_unpacks_too_large", "The document becomes far larger when it is opened.", PRINT_IT
    ),
    "attachment": Refusal(
        "attachment_not_accepted",
        "Something attached to the e-mail cannot be taken.",
        "Save what is attached and send it by itself; send the e-mail without it, or printed to PDF.",
        kind="type",
    ),
    "not-readable": Refusal(
        "document_not_readable", "The document cannot be opened within the time and memory it may take.", PRINT_IT
    ),
}


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
    size_bytes: int
    found: frozenset[Finding] = frozenset()
    """By whoever read the whole of it."""
    dated_on: date | None = None
    file_name: str = ""
    """As it was sent; judged, and never used."""
    malware: str | None = None
    """By the name the scanner has for it."""

    @property
    def media_type(self) -> str:
        return media_type_of(self.declared, self.file_name)


def media_type_of(media_type: str, file_name: str) -> str:
    """The declared type in lower case, without parameters, under one name; by the file's ending where none is said."""
    name = media_type.partition(";")[0].strip().lower()
    if name in UNSAID:
        return next((one for one, ends in EXTENSIONS.items() if file_name.lower().endswith(ends)), name)
    return ALSO_CALLED.get(name, name)


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
        kind="size",
    )


def type_is_accepted(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    if document.media_type in policy.accepted:
        return None
    name = document.file_name.lower()
    remedy = f"Send it as {', '.join(sorted(NAMES.get(one, one) for one in policy.accepted))}."
    return Refusal(
        "document_type_not_accepted",
        "Documents of this type are not accepted.",
        next((f"{way} {remedy}" for ends, way in OTHER_WAYS if name.endswith(ends)), remedy),
        kind="type",
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
        kind="type",
    )


def document_is_not_of_the_future(document: Document, policy: DocumentPolicy, today: date) -> Refusal | None:
    return is_not_dated_after(document.dated_on, today)


def is_not_dated_after(dated_on: date | None, today: date) -> Refusal | None:
    if dated_on is None or dated_on <= today:
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
        "Do not open or pass it on. Tell whoever looks after your computers, and send a fresh print or scan.",
    )


RULES = (
    document_is_not_empty,
    document_is_within_the_limit,
    type_is_accepted,
    file_name_is_only_a_name,
    file_name_fits_the_type,
    document_is_not_of_the_future,
    document_is_clean,
)


def nobody_uploads(kind: str) -> Refusal:
    """What a source answers is no document of a provider's (BR-E6)."""
    return Refusal(
        "answered_by_a_source",
        f"{kind} is answered by its source and cannot be uploaded.",
        "Record the outcome with other evidence, and ask the Council to record the source's answer on the claim.",
    )


def refusals_of_document(document: Document, policy: DocumentPolicy, today: date) -> tuple[Refusal, ...]:
    """Every reason why the document is not accepted; none when it is. A verifier will open it: it must do nothing."""
    against = (AGAINST[one] for one in sorted(document.found))
    return (*every_refusal(RULES, document, policy, today), *against)


def clearing_is_modest(orphans: int, at_most: int) -> Refusal | None:
    """A few orphans are what crashes leave; many look like a database that is not the one these documents belong to."""
    if orphans <= at_most:
        return None
    return Refusal(
        "too_many_orphans",
        f"{orphans} stored documents have no row, more than {at_most}; none was removed.",
        "Check that the database was not restored from an older backup; if all is well, raise ORPHANS_AT_MOST.",
    )
