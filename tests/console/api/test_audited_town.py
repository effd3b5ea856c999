"""The runbook of the audit, walked as it is written: who saw someone, and where the record is not what it was."""

import json
from pathlib import Path

from typer.testing import Result

from common.audit.signing import SigningKey
from common.ids import new_id
from console.addresses import SERVICES
from tests.console.api.towns import Town

EDIT = "update audit set actor = 'nobody' where position = (select position from audit_seal where number = $1)"

A_CASE = """
insert into support_case select (jsonb_populate_record(null::support_case, jsonb_build_object('id', $1::text,
'programme_id', 'kbop', 'participant_id', $1::text, 'referral_id', $1::text, 'allocation_id', $1::text,
'provider_id', 'horton', 'state', 'allocated', 'restricted', false, 'referred_on', '2019-09-02', 'allocated_on',
'2019-09-09', 'phase', 'intensive', 'funding_stream', 'lcf', 'specialism', 'housing', 'intensity', 'medium', 'complex',
false, 'priority', false, 'returning', false, 'housed_at_referral', false, 'stable_employment_at_referral', false,
'version', 1))).*
"""
A_DOCUMENT = """
insert into document select (jsonb_populate_record(null::document, jsonb_build_object('id', $1::text, 'programme_id',
'kbop', 'case_id', $1::text, 'kind', 'landlord-letter', 'shareable', false, 'media_type', 'application/pdf', 'bytes', 1,
'sha256', repeat('0', 64), 'store_key', 'kbop/' || $1::text, 'added_by', 'somebody', 'organisation_id', 'horton',
'added_at', now()))).*
"""


def of_service(shown: Result) -> dict[str, list[str]]:
    """The table that was printed: service → the other cells."""
    lines = [line for line in shown.stdout.splitlines() if line.startswith("│")]
    rows = [[cell.strip() for cell in line.strip("│ ").split("│")] for line in lines]
    return {row[0]: row[1:] for row in rows}


def test_who_saw_someone_is_told_of_every_service_and_only_to_those_who_may_ask(town: Town) -> None:
    person = str(new_id())
    first = town.outcomes("audit", "who-saw", person)
    again = town.outcomes("audit", "who-saw", person)
    refused = town.outcomes("audit", "who-saw", person, "--as", "caseworker.horton")

    assert (first.exit_code, first.stdout) == (0, "Nobody.\n")
    sights = [line.split("│") for line in again.stdout.splitlines() if line.startswith("│")]
    assert {cells[2].strip() for cells in sights} == set(SERVICES)
    assert {(cells[4].strip(), cells[5].strip()) for cells in sights} == {("quarterly-audit", "who_saw_participant")}
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "403" in refused.stderr


def test_a_changed_entry_ends_the_command_with_1_and_its_place(town: Town, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    verify = ("audit", "verify", "--checkpoints", str(elsewhere))
    for _ in range(3):
        town.outcomes("audit", "who-saw", str(new_id()))
    town.seal(elsewhere)

    sound = town.outcomes(*verify)
    town.execute("claims", EDIT, 2)
    broken = town.outcomes(*verify)
    forged = town.outcomes(*verify, "--keys", json.dumps({"claims": SigningKey.for_development("somebody").public}))

    assert (sound.exit_code, {row[-1] for row in of_service(sound).values()}) == (0, {"sound"})
    assert {service: row[:2] for service, row in of_service(sound).items()} == {each: ["3", "1"] for each in SERVICES}
    assert broken.exit_code == 1
    assert "The audit is not what it was" in broken.stderr
    *_, place, why = of_service(broken)["claims"]
    assert (place, "is not what was sealed" in why) == ("2", True)
    assert {row[-1] for service, row in of_service(broken).items() if service != "claims"} == {"sound"}
    assert (forged.exit_code, "is not signed by claims's key" in forged.stderr) == (1, True)


def test_a_document_that_is_not_in_the_store_ends_the_command_with_1_and_its_id(town: Town) -> None:
    document_id = str(new_id())

    sound = town.outcomes("audit", "documents")
    for row in (A_CASE, A_DOCUMENT):
        town.execute("case-management", row, document_id)
    astray = town.outcomes("audit", "documents")
    refused = town.outcomes("audit", "documents", "--as", "caseworker.horton")

    assert (sound.exit_code, sound.stdout) == (0, "0 documents checked, 0 not as they were kept.\n")
    assert (astray.exit_code, f"{document_id} is missing." in astray.stdout) == (1, True)
    assert "docs/runbooks/documents.md" in astray.stderr
    assert (refused.exit_code, "403" in refused.stderr) == (1, True)
