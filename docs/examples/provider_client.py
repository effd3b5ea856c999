"""A provider's own system: it takes a participant from the allocation to an outcome that is verified and explained.

It uses `clients/python` alone. Every step has a key of its own, made of what is done, so that the program may be
stopped anywhere and started again: what was done is not done twice.

    python provider_client.py ISSUER CASES CLAIMS CLIENT_ID PARTICIPANT_ID LETTER.pdf DAY

The secret is read from CLIENT_SECRET. A town that simulates takes `--now 2019-09-03T09:00:00Z` for the time of it all.
"""

# pyright: basic, reportMissingImports=false
# The client is installed where this runs, and made of what it reads.

import argparse
import os
import sys
from datetime import date
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
    wait_until,
)
from outcomes_client.case_management.api.cases import cases_list_cases, cases_start_case
from outcomes_client.case_management.api.documents import documents_add_document
from outcomes_client.case_management.api.outcomes import outcomes_record_outcome
from outcomes_client.case_management.api.support import support_agree_plan
from outcomes_client.case_management.models import (
    BodyDocumentsAddDocument,
    GoalIn,
    OutcomeIn,
    OutcomeInFacts,
    PlanIn,
    PlanInKind,
    StartIn,
)
from outcomes_client.case_management.types import File
from outcomes_client.claims.api.claims import claims_explain_without_amounts, claims_list_claims

OUTCOME = "ACC_PREV"
"""Homelessness was prevented: the landlord's letter says that nobody is evicted."""


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def carry(town: Partnership, participant_id: UUID, letter: Path, day: date) -> None:
    """From the case to the explanation of its claim."""
    cases, claims = town.case_management, town.claims

    [case] = wait_until(lambda: list(every(cases_list_cases.sync, client=cases, participant_id=participant_id)))
    key = key_of("start", case.id)
    cases_start_case.sync(case.id, client=cases, body=StartIn(started_on=day), idempotency_key=key)
    goal = GoalIn(goal="Keep my home", own_words="A door I can lock.")
    plan = PlanIn(kind=PlanInKind.SUPPORT, goals=[goal], agreed_on=day)
    support_agree_plan.sync(case.id, client=cases, body=plan, idempotency_key=key_of("plan", case.id))
    say("started", case.state)

    file = File(payload=BytesIO(letter.read_bytes()), file_name=letter.name, mime_type="application/pdf")
    body = BodyDocumentsAddDocument(file=file, kind="landlord-no-eviction", dated_on=day)
    key = key_of("letter", case.id)
    document = documents_add_document.sync(case.id, client=cases, body=body, idempotency_key=key)

    facts = OutcomeInFacts.from_dict({"ground": "eviction-threat"})
    outcome = OutcomeIn(outcome=OUTCOME, achieved_on=day, facts=facts, evidence=[document.id])
    try:  # a code that is on no card, to show what a refusal looks like
        wrong = OutcomeIn(outcome="ACC_NEVER", achieved_on=day, facts=facts, evidence=[document.id])
        outcomes_record_outcome.sync(case.id, client=cases, body=wrong, idempotency_key=key_of("wrong", case.id))
    except Problem as problem:
        say("refused", problem.status, problem.type, *(refusal.code for refusal in problem.refusals))
        say("remedy", *problem.remedies)
    key = key_of("outcome", case.id, OUTCOME)
    recorded = outcomes_record_outcome.sync(case.id, client=cases, body=outcome, idempotency_key=key)
    say("recorded", recorded.id, recorded.state)

    def mine() -> list:
        found = every(claims_list_claims.sync, client=claims, participant_id=participant_id)
        return [claim for claim in found if claim.outcome_id == recorded.id]

    [claim] = wait_until(mine)
    say("claimed", claim.id, claim.number)
    wait_until(lambda: mine()[0].state == "verified", seconds=100)
    told = claims_explain_without_amounts.sync(claim.id, client=claims)
    say("explained", told.state)
    for step in told.steps:
        say("-", step.says)


def participant(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{written!r} is no id of a participant: take it from the list of cases"
        ) from None


def day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written!r} is no day: write it as 2023-05-31") from None


def main() -> None:
    parser = argparse.ArgumentParser(description="Carry an outcome from the allocation to its explanation.")
    for name in ("issuer", "cases", "claims", "client_id"):
        parser.add_argument(name)
    parser.add_argument("participant_id", type=participant)
    parser.add_argument("letter", type=Path)
    parser.add_argument("day", type=day)
    parser.add_argument("--now", help="the time of a town that simulates")
    told = parser.parse_args()
    scope, headers = ("simulate", {"Simulated-Now": told.now}) if told.now else ("", {})
    if not (secret := os.environ.get("CLIENT_SECRET")):
        parser.error("put the secret of your system into the environment, as CLIENT_SECRET")
    if not told.letter.is_file():
        parser.error(f"{told.letter} is no file: name the landlord's letter, a PDF")
    sign_in = ClientCredentials(told.issuer, told.client_id, secret, scope)
    services = {"case-management": told.cases, "claims": told.claims}
    with Partnership(services, sign_in, headers=headers) as town:
        try:
            carry(town, told.participant_id, told.letter, told.day)
        except Problem as problem:
            sys.exit(f"{problem}\nSee {problem.page}")
        except NeverCame as why:
            sys.exit(f"{why} Is {told.participant_id} allocated to you, and does somebody verify your claim?")
        except SignInFailed as why:
            sys.exit(f"{why} Check the client's id and its secret.")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as why:
            sys.exit(f"No answer ({why}): check the addresses of the issuer, of cases and of claims, in this order.")


if __name__ == "__main__":
    main()
