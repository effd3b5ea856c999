"""Accept what reporting owns of a programme: a new version, unless nothing in it is new."""

import hashlib

from common.transaction import Answer, Transaction
from programme import ReportingPart
from programme.activities import COUNTABLE
from reporting.operations.problems import ProgrammeOfAnother, RowsCountAmiss, TargetsStatedTwice
from reporting.storage.programmes import newest_version
from reporting.storage.tables.programme import KpiTargetsRow, ProgrammeRow


class ProgrammeReceipt(Answer):
    """Which version is in force, and whether it is new. An accepted version is never altered (design §8)."""

    programme_id: str
    version: int
    changed: bool


async def accept_programme(tx: Transaction, part: ReportingPart) -> ProgrammeReceipt:
    """Keep a new version of the tracker's rows, providers and targets; the same content again changes nothing.

    Raises:
        ProgrammeOfAnother: the part is for another programme than the token.
        StaleVersion: another version is in force than the asker read; before the first it is 0.
        RowsCountAmiss: an activity row does not say what it counts, or another row does.
        TargetsStatedTwice: two periods of one provider begin on the same day.
    """
    if part.programme_id != tx.programme_id:
        raise ProgrammeOfAnother(f"Sign in for {part.programme_id} to load it.")
    if part.rows_that_count_amiss:
        codes = ", ".join(part.rows_that_count_amiss)
        raise RowsCountAmiss(f"Look at {codes} in kpi.toml. An activity row may count: {COUNTABLE}.")
    if len({(targets.provider_id, targets.from_on) for targets in part.targets}) < len(part.targets):
        raise TargetsStatedTwice
    sha256 = hashlib.sha256(part.model_dump_json().encode()).hexdigest()
    newest = await newest_version(tx.session, tx.programme_id)
    tx.expect_version(newest.version if newest else 0)
    tx.touched(f"programme/{tx.programme_id}")
    if newest is not None and newest.sha256 == sha256:
        return ProgrammeReceipt(programme_id=tx.programme_id, version=newest.version, changed=False)
    version = newest.version + 1 if newest else 1
    await _keep(tx, part, version, sha256)
    return ProgrammeReceipt(programme_id=tx.programme_id, version=version, changed=True)


async def _keep(tx: Transaction, part: ReportingPart, version: int, sha256: str) -> None:
    content = part.model_dump(mode="json", exclude={"targets"})
    tx.session.add(ProgrammeRow(programme_id=tx.programme_id, version=version, sha256=sha256, part=content))
    await tx.session.flush()
    tx.session.add_all(
        KpiTargetsRow(programme_id=tx.programme_id, version=version, **dict(targets)) for targets in part.targets
    )
