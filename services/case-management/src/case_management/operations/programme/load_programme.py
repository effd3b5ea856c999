"""Load case management's part of a programme: instruments, evidence kinds, closure and guidance (design §8)."""

import hashlib
import json

from case_management.storage.programmes import find_programme
from case_management.storage.tables.programme import ProgrammeRow
from common.transaction import Transaction
from common.web.http.sandbox_routes import settle_kind
from common.web.problems import NotAllowed
from programme.cases import CasesPart


async def load_programme(tx: Transaction, programme_id: str, part: CasesPart) -> tuple[ProgrammeRow, bool]:
    """The part as kept, and whether it changed: the same content again does not, other content is the next version.

    Raises:
        NotAllowed: the programme is not the one the asker is signed in to.
        StaleVersion: another version is in force than the asker read; before the first it is 0.
        KindOfProgrammeStays: it was loaded as a real programme, and is to be a sandbox, or the other way round.
    """
    if {programme_id, part.programme_id} != {tx.programme_id}:
        raise NotAllowed(f"You are signed in to the programme {tx.programme_id}: load that one.")
    content = part.model_dump(mode="json", by_alias=True, exclude={"sandbox"})
    sha256 = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    tx.touched(f"programme/{programme_id}")
    row = await find_programme(tx.session, programme_id, to_change=True)
    tx.expect_version(row.version if row else 0)
    await settle_kind(tx, part.sandbox, again=row is not None)
    if row is not None and row.sha256 == sha256:
        return row, False
    if row is None:
        row = ProgrammeRow(programme_id=programme_id, version=1, sha256=sha256, part=content)
        tx.session.add(row)
    else:
        row.version, row.sha256, row.part = row.version + 1, sha256, content
    return row, True
