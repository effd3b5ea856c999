"""The audit is sealed late, then somebody with an administrator's rights edits an entry, and a restore undoes it."""

import hashlib
import json
from pathlib import Path

from common.ids import new_id
from console.addresses import SERVICES
from tests.console.api.towns import Town
from tests.parts.runbooks import Walk

KEEP = "create table kept as select audit.* from audit join audit_seal using (position) where number = 2"
EDIT = "update audit set actor = 'nobody' from kept where audit.position = kept.position"
RESTORE = "update audit set actor = kept.actor from kept where audit.position = kept.position"


def by_service(shown: str) -> dict[str, list[str]]:
    """The table that was printed: service → the other cells."""
    lines = [line for line in shown.splitlines() if line.startswith("│")]
    rows = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in lines]
    return {row[0]: row[1:] for row in rows}


def test_an_edited_entry_is_named_and_a_restored_record_is_sound(town: Town, walk: Walk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    person = str(new_id())

    # Who saw this person? The question is itself in the audit.
    assert walk.run("who-saw", PARTICIPANT=person) == "Nobody.\n"
    seen = [line.split("│") for line in walk.run("who-saw", PARTICIPANT=person).splitlines() if line.startswith("│")]
    assert {cells[2].strip() for cells in seen} == set(SERVICES)
    walk.run("who-saw", PARTICIPANT=person)

    # 1 and 2. What is not sealed, and then is.
    assert "outcomes_audit_unsealed 3.0" in walk.run("/metrics", SERVICE=town.urls["claims"])
    town.seal(elsewhere)
    assert "outcomes_audit_unsealed 0.0" in walk.run("/metrics", SERVICE=town.urls["claims"])

    # 3. The auditor has the public halves, and verifies.
    keys: dict[str, str] = {}
    for service in SERVICES:
        file = tmp_path / f"{service}_audit_key"
        file.write_text(hashlib.sha256(f"development {service}".encode()).hexdigest())
        keys[service] = walk.run("public-key", KEY_FILE=file).strip()
    told = {"CHECKPOINTS": elsewhere, "KEYS": json.dumps(keys)}
    sound = by_service(walk.run("audit verify", **told))
    assert {service: (row[0], row[1], row[-1]) for service, row in sound.items()} == dict.fromkeys(
        SERVICES, ("3", "1", "sound")
    )

    town.execute("claims", KEEP)
    town.execute("claims", EDIT)
    broken = walk.fails("audit verify", **told)
    assert "The audit is not what it was" in broken
    *_, place, why = by_service(broken).pop("claims")
    assert (place, "is not what was sealed" in why) == ("2", True)
    forged = {**keys, "claims": keys["reporting"]}
    assert "is not signed by claims's key" in walk.fails("audit verify", **told | {"KEYS": json.dumps(forged)})

    town.execute("claims", RESTORE)
    assert {row[-1] for row in by_service(walk.run("audit verify", **told)).values()} == {"sound"}
