"""A document's copy for reading, and then the document itself, are not what was kept."""

from hashlib import sha256

import httpx

from common.ids import new_id
from tests.console.api.test_audited_town import A_CASE, A_DOCUMENT
from tests.console.api.towns import Town
from tests.parts.papers import HEIC
from tests.parts.runbooks import Walk

OF_THESE_BYTES = "update document set media_type = 'image/heic', bytes = $2::int, sha256 = $3 where id = $1::uuid"
SOUND = "1 documents checked, 0 not as they were kept."


def kept(town: Town) -> str:
    """A photograph's document, of a participant with the same id."""
    one = str(new_id())
    for row in (A_CASE, A_DOCUMENT):
        town.execute("case-management", row, one)
    town.execute("case-management", OF_THESE_BYTES, one, len(HEIC), sha256(HEIC).hexdigest())
    file = town.documents / "kbop" / one
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(HEIC)
    return one


def test_what_was_altered_is_named_and_whole_again_at_the_end(town: Town, walk: Walk) -> None:
    one = kept(town)
    copying = {"CASES": town.urls["case-management"], "DOCUMENT": one}

    # 1 and 2. The copy alone, which is made anew.
    walk.run("reading-copy", **copying)
    [copy] = [file for file in town.documents.rglob("*") if file.is_file() and file.name != one]
    copy.write_bytes(b"%PDF-1.7 another")
    assert f"{one} is " in walk.fails("audit documents")
    walk.run("reading-copy", **copying)
    assert SOUND in walk.run("audit documents")

    # 3 to 5. The document: nobody is sent a byte of it, and what the backup has is put under its key.
    (town.documents / "kbop" / one).write_bytes(b"another")
    opened = open_as_prime(town, one)
    assert (opened.status_code, opened.json()["type"]) == (500, "/problems/document-altered")
    assert f"{one} is altered." in walk.fails("audit documents")
    key, participant = walk.run("select document.store_key", DOCUMENT=one).strip().split("|")
    (town.documents / key).write_bytes(HEIC)
    assert SOUND in walk.run("audit documents")

    # 6. Who opened it.
    assert open_as_prime(town, one).content == HEIC
    assert [word in walk.run("who-saw", PARTICIPANT=participant) for word in ("kbop-prime", "read_content")] == [
        True,
        True,
    ]


def open_as_prime(town: Town, document_id: str) -> httpx.Response:
    token = town.outcomes("sign-in", "prime-manager").stdout.strip()
    content = f"{town.urls['case-management']}/v1/documents/{document_id}/content"
    return httpx.get(content, headers={"Authorization": f"Bearer {token}"}, timeout=30)
