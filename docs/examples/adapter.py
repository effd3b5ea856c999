"""A small adapter: it starts each case that waits for its provider, and writes the first contact down, once.

It uses `clients/python` alone, and does as `outcomes conformance` wants it: interrupted anywhere, it is started again.

    python adapter.py ISSUER CASES CLIENT_ID DAY

The secret is read from CLIENT_SECRET.
"""

# pyright: basic, reportMissingImports=false
# The client is installed where this runs, and made of what it reads.

import os
import sys
from datetime import date
from uuid import UUID

from outcomes_client import ClientCredentials, Partnership, Problem, every, key_of
from outcomes_client.case_management.api.cases import cases_list_cases, cases_read_case, cases_start_case
from outcomes_client.case_management.api.support import support_write_note
from outcomes_client.case_management.models import NoteIn, StartIn


def start(cases, case_id: UUID, day: date) -> None:
    """Start a case as it was read; where somebody changed it meanwhile, read it again and decide anew."""
    read = cases_read_case.sync_detailed(case_id, client=cases)
    if read.parsed.state != "allocated":
        return
    key, version = key_of("start", case_id, read.parsed.version), read.headers["etag"]
    try:
        cases_start_case.sync(
            case_id, client=cases, body=StartIn(started_on=day), if_match=version, idempotency_key=key
        )
    except Problem as problem:
        if problem.status != 412:
            raise
        start(cases, case_id, day)


def main() -> None:
    if len(sys.argv) != 5:
        sys.exit("Say where the issuer and cases are, who you are, and the day: adapter.py ISSUER CASES CLIENT_ID DAY")
    issuer, address, client_id, day = sys.argv[1:]
    if not (secret := os.environ.get("CLIENT_SECRET")):
        sys.exit("Put the secret of your system into the environment, as CLIENT_SECRET.")
    sign_in = ClientCredentials(issuer, client_id, secret)
    refused = False
    with Partnership({"case-management": address}, sign_in) as town:
        cases = town.case_management
        for case in list(every(cases_list_cases.sync, client=cases)):
            try:
                start(cases, case.id, date.fromisoformat(day))
                note = NoteIn(text="First contact was made.")
                support_write_note.sync(case.id, client=cases, body=note, idempotency_key=key_of("contact", case.id))
            except Problem as problem:  # for a person: what is refused would be refused again
                refused = True
                sys.stderr.write(f"{case.id}: {problem}\n")
    sys.exit(1 if refused else 0)


if __name__ == "__main__":
    main()
