"""Evidence documents: small PDFs and a photograph, with the same fingerprints whenever the same story is told."""

from datetime import date
from pathlib import Path


def paper(kind: str, about: str, dated_on: date) -> bytes:
    """A one-page PDF that says what it stands for. `about` is no name: a document of the simulation shows nobody."""
    lines = [kind.replace("-", " ").capitalize(), f"Dated {dated_on.isoformat()}", about, "Simulated: shows nobody."]
    text = b" ".join(b"(%s) '" % _escaped(line) for line in lines)
    return _pdf(b"BT /F 14 Tf 24 TL 60 760 Td " + text + b" ET")


def photograph() -> bytes:
    """What a telephone makes of a letter: HEIC, and the same every time."""
    return Path(__file__).with_name("photo.heic").read_bytes()


def _pdf(content: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    pdf, places = b"%PDF-1.4\n", list[int]()
    for number, body in enumerate(objects, start=1):
        places.append(len(pdf))
        pdf += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(pdf)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return pdf + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _escaped(line: str) -> bytes:
    for special in ("\\", "(", ")"):
        line = line.replace(special, "\\" + special)
    return line.encode("latin-1", "replace")
