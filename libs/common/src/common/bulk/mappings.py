"""Mappings as an organisation keeps them: each saving is another version, and a file names the one it was read with."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from common.database import rows
from common.transaction import Transaction
from common.web.problems import Invalid
from common.web.refused import refuse_if_any

from .kinds import BulkKind
from .problems import NoSuchProfile
from .profiles import Mapped, ProfileIn, refusals_of_profile

MOST_PROFILES = 50
"""Of one organisation."""
OWN = "programme_id = :programme and organisation_id = :organisation"
LATEST = text(f"select * from bulk_profile where {OWN} and name = :name order by version desc limit 1")  # noqa: S608 - our own words
EVERY_LATEST = text(f"""
select distinct on (name) name, version, said, saved_by, saved_at from bulk_profile
where {OWN} order by name, version desc limit :most
""")  # noqa: S608 - our own words
KEEP = text("""
insert into bulk_profile (programme_id, organisation_id, name, version, said, saved_by)
values (:programme, :organisation, :name, :version, cast(:said as jsonb), :by)
""")


async def save_profile(tx: Transaction, kinds: Mapping[str, BulkKind], name: str, profile: ProfileIn) -> int:
    """Keep a mapping as its next version, which it answers.

    Raises:
        Refused: it names a field that rows of its kind do not have, or fills one twice.
        Invalid: rows of its kind are not taken here, or the organisation has as many mappings as it may.
    """
    kind = kinds.get(profile.of)
    if kind is None:
        problem = f"there are no rows of this kind here; there are {', '.join(kinds)}"
        raise Invalid(errors=[{"field": "body.of", "problem": problem, "pointer": "#/of"}])
    refuse_if_any(refusals_of_profile(profile, kind.columns))
    latest = await _latest(tx, name)
    if latest is None and len(await every_profile(tx)) >= MOST_PROFILES:
        raise Invalid(f"You may have {MOST_PROFILES} mappings. Change one of them instead.")
    version = latest["version"] if latest else 0
    tx.expect_version(version)
    content = profile.model_dump_json()
    await tx.session.execute(
        KEEP, _own(tx) | {"name": name, "version": version + 1, "said": content, "by": tx.actor.id}
    )
    tx.touched(f"bulk-profile/{name}")
    return version + 1


async def find_profile(tx: Transaction, name: str) -> dict[str, Any]:
    """The latest version of a mapping.

    Raises:
        NoSuchProfile: the asker's organisation has none of this name.
    """
    if (record := await _latest(tx, name)) is None:
        raise NoSuchProfile
    return record


async def mapping_of(tx: Transaction, name: str, kind: BulkKind) -> tuple[Mapped, int]:
    """A mapping at work, and its version.

    Raises:
        NoSuchProfile: there is none of this name.
        Invalid: it is of rows of another kind.
        Refused: it names a field that there is no more.
    """
    record = await find_profile(tx, name)
    profile = ProfileIn.model_validate(record["said"])
    if profile.of != kind.name:
        raise Invalid(errors=[{"field": "body.profile", "problem": f"it is a mapping of {profile.of}"}])
    refuse_if_any(refusals_of_profile(profile, kind.columns))
    return Mapped(profile, kind.columns), record["version"]


async def every_profile(tx: Transaction) -> list[dict[str, Any]]:
    """The latest version of each mapping of the organisation, by name."""
    return rows(await tx.session.execute(EVERY_LATEST, _own(tx) | {"most": MOST_PROFILES}))


async def _latest(tx: Transaction, name: str) -> dict[str, Any] | None:
    records = rows(await tx.session.execute(LATEST, _own(tx) | {"name": name}))
    return records[0] if records else None


def _own(tx: Transaction) -> dict[str, Any]:
    return {"programme": tx.programme_id, "organisation": tx.actor.organisation}
