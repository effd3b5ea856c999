"""A provider's system tried in the sandbox: made-up participants, a claim that is verified, one that is queried first.

It uses `clients/python` alone; no line is for the sandbox but those that set the clock and ask for people. Every step
has a key of its own, made of what is done: stopped anywhere, it is started again.

    python sandbox_client.py ISSUER HUB CASES CLAIMS CLIENT_ID NAME DAY LETTER.pdf LETTER.pdf LETTER.pdf

NAME is yours, and asks for the same people again; after a reset, say another. The three letters differ. The secret is
read from CLIENT_SECRET.
"""

# pyright: basic, reportMissingImports=false
# The client is installed where this runs, and made of what it reads.

import os
import sys
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from uuid import UUID

import httpx
from outcomes_client import (
    ClientCredentials,
    NeverCame,
    Partnership,
    Problem,
    SignInFailed,
    every,
    key_of,
    made_up,
    set_clock,
    wait_until,
)
from outcomes_client.case_management.api.cases import cases_list_cases, cases_start_case
from outcomes_client.case_management.api.documents import documents_add_document
from outcomes_client.case_management.api.outcomes import outcomes_record_outcome, outcomes_revise_outcome
from outcomes_client.case_management.api.support import support_agree_plan
from outcomes_client.case_management.models import (
    BodyDocumentsAddDocument,
    GoalIn,
    OutcomeIn,
    OutcomeInFacts,
    PlanIn,
    PlanInKind,
    RevisionIn,
    StartIn,
)
from outcomes_client.case_management.types import File
from outcomes_client.claims.api.claims import claims_list_claims, claims_show_claim


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def add(cases, case_id: UUID, letter: Path, day: date) -> UUID:
    file = File(payload=BytesIO(letter.read_bytes()), file_name=letter.name, mime_type="application/pdf")
    body = BodyDocumentsAddDocument(file=file, kind="landlord-no-eviction", dated_on=day)
    key = key_of("letter", case_id, letter.name)
    return documents_add_document.sync(case_id, client=cases, body=body, idempotency_key=key).id


def record(cases, participant_id: UUID, letter: Path, day: date) -> tuple[UUID, UUID]:
    """Start the case, agree a plan, and record that a home was kept: the ids of case and outcome."""
    [case] = wait_until(lambda: list(every(cases_list_cases.sync, client=cases, participant_id=participant_id)))
    start, goal = StartIn(started_on=day), GoalIn(goal="Keep my home", own_words="A door I can lock.")
    cases_start_case.sync(case.id, client=cases, body=start, idempotency_key=key_of("start", case.id))
    plan = PlanIn(kind=PlanInKind.SUPPORT, goals=[goal], agreed_on=day)
    support_agree_plan.sync(case.id, client=cases, body=plan, idempotency_key=key_of("plan", case.id))
    facts, evidence = OutcomeInFacts.from_dict({"ground": "eviction-threat"}), [add(cases, case.id, letter, day)]
    outcome = OutcomeIn(outcome="ACC_PREV", achieved_on=day, facts=facts, evidence=evidence)
    key = key_of("outcome", case.id)
    return case.id, outcomes_record_outcome.sync(case.id, client=cases, body=outcome, idempotency_key=key).id


def decided(claims, participant_id: UUID, *states: str):
    """The claim, once it is in one of these states."""

    def mine() -> list:
        claimed = every(claims_list_claims.sync, client=claims, participant_id=participant_id)
        return [line for line in claimed if line.state in states]

    [line] = wait_until(mine, seconds=100)
    return claims_show_claim.sync(line.id, client=claims)


def try_out(town: Partnership, name: str, day: date, letters: list[Path]) -> None:
    cases, claims = town.case_management, town.claims
    set_clock(town, datetime.combine(day, time(9), UTC))
    first, queried, better = letters

    [participant] = made_up(town, 1, "verify", name=f"{name} verify")
    record(cases, UUID(participant), first, day)
    say("verify:", decided(claims, UUID(participant), "verified").state)

    [participant] = made_up(town, 1, "query", name=f"{name} query")
    case_id, outcome_id = record(cases, UUID(participant), queried, day)
    claim = decided(claims, UUID(participant), "queried", "verified")
    say("query:", *(f"{each.code}: {each.remedy}" for each in claim.requests))
    revision = RevisionIn(evidence=[add(cases, case_id, better, day)])
    outcomes_revise_outcome.sync(outcome_id, client=cases, body=revision, idempotency_key=key_of("better", outcome_id))
    say("query:", decided(claims, UUID(participant), "verified").state)


def main() -> None:
    if len(sys.argv) != 11:
        sys.exit("Say sandbox_client.py ISSUER HUB CASES CLAIMS CLIENT_ID NAME DAY and three letters, each a PDF.")
    issuer, hub, cases, claims, client_id, name, day, *letters = sys.argv[1:]
    if not (secret := os.environ.get("CLIENT_SECRET")):
        sys.exit("Put the secret of your system into the environment, as CLIENT_SECRET.")
    services = {"referral-hub": hub, "case-management": cases, "claims": claims}
    with Partnership(services, ClientCredentials(issuer, client_id, secret)) as town:
        try:
            try_out(town, name, date.fromisoformat(day), [Path(each) for each in letters])
        except Problem as problem:
            sys.exit(f"{problem}\nSee {problem.page}")
        except NeverCame as why:
            sys.exit(f"{why} Is the sandbox played?")
        except (httpx.HTTPError, SignInFailed) as why:
            sys.exit(f"No answer ({why}): check the addresses of the issuer, hub, cases and claims, and the secret.")
        except (ValueError, OSError) as why:  # no day, no letter, or people whom a reset has ended
            sys.exit(str(why))


if __name__ == "__main__":
    main()
