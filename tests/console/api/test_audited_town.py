"""Who may ask the whole town who saw someone, and whether its documents are what they were."""

from common.ids import new_id
from console.addresses import SERVICES
from tests.console.api.towns import Town

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
