import csv
import io
from datetime import date
from typing import Any

import pytest

from common.contracts import Event, cases, claims, referrals
from common.ids import new_id
from reporting.events.heard import REACTIONS
from reporting.routes.sheet import csv_of
from tests.parts.api import FrontDoor, records_of, someone
from tests.parts.postgres import connect
from tests.parts.workbook import cells, members
from tests.reporting.api.programme import COUNCIL, HORTON, PRIME, STRANGER, a_row, an_activity, load
from tests.reporting.story import ACHIEVED_ON, VERIFIED_ON, an, an_accepted_outcome

NOVEMBER = "2019-11"
INVESTOR = someone("investor", organisation="investors", kind="fund")
LCF = someone("lcf-officer", organisation="lcf", kind="fund")
CASEWORKER = someone("caseworker", organisation="horton", kind="provider")


async def heard(door: FrontDoor, *events: Event) -> None:
    await door.hear(REACTIONS, records_of(events))


async def row_of(door: FrontDoor, row: str, who: str = PRIME, month: str = NOVEMBER, **query: Any) -> dict[str, Any]:
    answer = await door.get("/v1/kpi-tracker", who, month=month, **query)
    assert answer.status_code == 200, answer.text
    [found] = [one for one in answer.json()["rows"] if one["row"] == row]
    return found


@pytest.mark.row("S-101")
async def test_the_worked_example_comes_out_as_written(door: FrontDoor) -> None:
    await load(door)
    accepted = [event for _ in range(24) for event in an_accepted_outcome(new_id())]
    await heard(door, *accepted, *(an(cases.OutcomeRecorded, new_id()) for _ in range(4)))

    assert await row_of(door, "three-months", provider="horton") == {
        "row": "three-months",
        "title": "three-months",
        "kind": "outcome",
        "monthly_target": 10,
        "target_to_date": 30,
        "actuals_to_date": 24,
        "evidence_outstanding": 4,
        "variance": -6,
        "percent_of_target": "80.0%",
        "contributed_to_date": 0,
        "capacity_adjusted": {"target_to_date": 30, "variance": -6, "percent_of_target": "80.0%"},
    }


HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "{=1+1}", "http://evil.example")
"""Titles as a spreadsheet might run, calculate or follow them."""


@pytest.mark.row("S-101")
async def test_the_tracker_is_a_sheet_that_runs_no_formula(door: FrontDoor) -> None:
    hostile = [a_row(f"row-{number}", f"X_{number}") | {"title": title} for number, title in enumerate(HOSTILE)]
    rows = [a_row("three-months", "ACC_3M"), *hostile, a_row("total-outcomes", kind="total")]
    await load(door, rows=rows)
    await heard(door, *an_accepted_outcome(new_id()))

    written = await door.get("/v1/kpi-tracker/csv", PRIME, month=NOVEMBER, provider="horton")
    book = await door.get("/v1/kpi-tracker/xlsx", PRIME, month=NOVEMBER, provider="horton")

    lines: list[list[Any]] = list(csv.reader(io.StringIO(written.text, newline="")))
    for answer, kind in ((written, "csv"), (book, "xlsx")):
        assert f'filename="kpi-tracker-horton-2019-11.{kind}"' in answer.headers["content-disposition"]
    assert written.headers["content-type"] == "text/csv; charset=utf-8"
    assert lines[0] == [
        *("KPI", "Monthly target", "Target to date", "Actuals to date"),
        *("Evidence outstanding", "Variance", "% of target"),
    ]
    assert lines[1] == ["three-months", "10", "30", "1", "0", "-29", "3.3%"]
    assert [line[0] for line in lines[2:8]] == [f"'{title.strip()}" for title in HOSTILE[:6]]
    assert lines[-1][1:] == lines[1][1:]
    assert [[str(cell).removesuffix(".0") for cell in line] for line in cells(book.content)] == lines
    assert not any(b"<hyperlink" in part for part in members(book.content))


@pytest.mark.row("S-101")
def test_a_cell_that_begins_with_an_unseen_character_runs_no_formula_either() -> None:
    assert csv_of(["KPI"], [["\t=1+1"], ["\r=1+1"]]) == "KPI\r\n'\t=1+1\r\n\"'\r=1+1\"\r\n"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_another_programmes_tracker_is_no_sheet_of_mine(door: FrontDoor, kind: str) -> None:
    await load(door)

    assert (await door.get(f"/v1/kpi-tracker/{kind}", STRANGER, provider="horton")).status_code == 409


async def test_an_outcome_is_outstanding_until_the_month_in_which_the_prime_accepts_it(door: FrontDoor) -> None:
    await load(door)
    await heard(door, *an_accepted_outcome(new_id(), achieved_on=date(2019, 10, 31), approved_on=date(2019, 11, 1)))

    counted = {
        month: (row["actuals_to_date"], row["evidence_outstanding"])
        for month in ("2019-09", "2019-10", NOVEMBER)
        for row in [await row_of(door, "three-months", month=month)]
    }
    assert counted == {"2019-09": (0, 0), "2019-10": (0, 1), NOVEMBER: (1, 0)}


@pytest.mark.parametrize(
    ("after_approval", "actuals", "outstanding"),
    [
        ([], 1, 0),
        ([claims.ClaimSubmitted], 1, 0),
        ([claims.ClaimSubmitted, claims.ClaimQueried], 1, 0),
        ([claims.ClaimSubmitted, claims.ClaimVerified], 1, 0),
        ([claims.ClaimSubmitted, claims.ClaimVerified, claims.VerificationUndone, claims.ClaimRefused], 0, 1),
        ([claims.ClaimSubmitted, claims.ClaimVerified, claims.ClaimAdjusted, claims.ClaimVerified], 1, 0),
        ([claims.ClaimSubmitted, claims.ClaimRefused, claims.RefusalUndone], 1, 0),
        ([claims.EvidenceReturned], 0, 1),
        ([claims.EvidenceReturned, claims.ClaimRevised], 0, 1),
        ([claims.ClaimSubmitted, claims.ClaimRefused], 0, 1),
        ([claims.ClaimWithdrawn], 0, 0),
        ([cases.OutcomeWithdrawn], 0, 0),
        ([claims.ClaimSubmitted, claims.ClaimVerified, cases.OutcomeWithdrawn], 1, 0),
    ],
)
async def test_an_accepted_outcome_leaves_the_actuals_when_it_is_sent_back_refused_or_withdrawn(
    door: FrontDoor, after_approval: list[type[Event]], actuals: int, outstanding: int
) -> None:
    await load(door)
    person = new_id()
    await heard(door, *an_accepted_outcome(person), *(an(event, person) for event in after_approval))

    row = await row_of(door, "three-months")
    assert (row["actuals_to_date"], row["evidence_outstanding"]) == (actuals, outstanding)


@pytest.mark.row("S-122")
async def test_an_outcome_refused_for_what_it_is_counts_as_added_value_apart(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    refused = an(claims.ClaimRefused, person, refusals=("already_claimed",), automatic=True)
    await heard(door, an(cases.OutcomeRecorded, person), an(claims.ClaimRaised, person), refused)

    added, total = await row_of(door, "added-value"), await row_of(door, "total-outcomes")
    answer = await door.get("/v1/kpi-tracker", PRIME, month=NOVEMBER)
    assert (added["actuals_to_date"], total["actuals_to_date"]) == (1, 0)
    assert answer.json()["total_with_added_value"]["actuals_to_date"] == 1


async def test_a_claim_heard_before_its_outcome_counts_once_the_outcome_is_heard(door: FrontDoor) -> None:
    await load(door)
    recorded, evidenced, raised, approved = an_accepted_outcome(new_id())
    await heard(door, raised, approved)
    before = await row_of(door, "three-months")
    await heard(door, recorded, evidenced)

    after = await row_of(door, "three-months")
    assert (before["actuals_to_date"], after["actuals_to_date"]) == (0, 1)


async def test_the_partnership_is_the_sum_of_its_providers_and_every_referral(door: FrontDoor) -> None:
    await load(door)
    placed, waiting = new_id(), new_id()
    await heard(
        door,
        an(referrals.ReferralReceived, placed),
        an(referrals.ReferralReceived, waiting),
        an(referrals.ParticipantAllocated, placed),
        an(cases.CaseStarted, placed),
        *an_accepted_outcome(placed),
        *an_accepted_outcome(new_id(), provider_id="pdap"),
    )

    whole, horton = await row_of(door, "three-months"), await row_of(door, "three-months", provider="horton")
    assert (whole["target_to_date"], whole["actuals_to_date"]) == (36, 2)
    assert (horton["target_to_date"], horton["actuals_to_date"]) == (30, 1)
    assert (await row_of(door, "referrals"))["actuals_to_date"] == 2
    assert (await row_of(door, "referrals", provider="horton"))["actuals_to_date"] == 1
    assert (await row_of(door, "new-starts"))["actuals_to_date"] == 1


@pytest.mark.row("S-44")
@pytest.mark.row("S-101")
async def test_a_joint_outcome_is_its_leads_beside_the_others_and_once_the_partnerships(door: FrontDoor) -> None:
    await load(door)
    joint = [
        event.model_copy(update={"contributors": ("pdap",)}) if isinstance(event, cases.OutcomeEvidenced) else event
        for event in an_accepted_outcome(new_id())
    ]
    await heard(door, *joint)

    rows = [await row_of(door, "three-months", provider=one) for one in ("horton", "pdap", None)]
    assert [(row["actuals_to_date"], row["contributed_to_date"]) for row in rows] == [(1, 0), (0, 1), (1, 1)]


async def test_who_contributed_is_put_right_and_counted_once(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    wrong, right = [
        an(cases.OutcomeEvidenced, person, contributors=named, revision=number)
        for number, named in enumerate((("pdap",), ()), start=1)
    ]
    recorded, _, *claimed = an_accepted_outcome(person)

    await heard(door, recorded, wrong, *claimed, right)

    rows = [await row_of(door, "three-months", provider=one) for one in ("pdap", "horton", None)]
    assert [(row["actuals_to_date"], row["contributed_to_date"]) for row in rows] == [(0, 0), (1, 0), (1, 0)]


async def test_an_outcome_that_is_only_recorded_moves_to_the_month_that_is_right(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    days = (date(2019, 10, 4), date(2019, 9, 30))

    await heard(door, *(an(cases.OutcomeRecorded, person, achieved_on=day) for day in days))

    months = [await row_of(door, "three-months", month=month) for month in ("2019-09", "2019-10")]
    assert [month["evidence_outstanding"] for month in months] == [1, 1]


async def test_what_an_adjustment_takes_back_leaves_the_actuals(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    verified = [
        *an_accepted_outcome(person),
        *(an(one, person) for one in (claims.ClaimSubmitted, claims.ClaimVerified)),
    ]
    await heard(door, *verified)
    before = await row_of(door, "three-months")
    await heard(door, *verified, an(claims.ClaimAdjusted, person))

    after = await row_of(door, "three-months")
    assert (before["actuals_to_date"], after["actuals_to_date"], after["evidence_outstanding"]) == (1, 0, 0)


async def test_an_allocation_handed_back_is_no_referral_of_that_provider(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    await heard(door, an(referrals.ParticipantAllocated, person), an(referrals.AllocationDeclined, person))

    assert (await row_of(door, "referrals", provider="horton"))["actuals_to_date"] == 0


async def test_a_providers_tracker_has_the_rows_of_its_card(door: FrontDoor) -> None:
    await load(door)
    of_horton = await door.get("/v1/kpi-tracker", PRIME, month=NOVEMBER, provider="horton")
    of_pdap = await door.get("/v1/kpi-tracker", PRIME, month=NOVEMBER, provider="pdap")

    assert "safety" not in [row["row"] for row in of_horton.json()["rows"]]
    assert "safety" in [row["row"] for row in of_pdap.json()["rows"]]


async def test_an_outcome_no_row_counts_is_named_beside(door: FrontDoor) -> None:
    await load(door)
    await heard(door, *an_accepted_outcome(new_id(), outcome="WB_IMPROVED"))

    answer = await door.get("/v1/kpi-tracker", PRIME, month=NOVEMBER)
    assert answer.json()["outcomes_without_a_row"] == ["WB_IMPROVED"]


@pytest.mark.row("S-15")
async def test_a_row_counts_what_it_says_it_counts_whatever_it_is_called(door: FrontDoor) -> None:
    people = [new_id() for _ in range(4)]
    await load(door, rows=[an_activity("drop-ins", row="light-touch"), a_row("total-outcomes", kind="total")])
    await heard(
        door,
        *(an(referrals.DropInRecorded, person, dropped_in_on=ACHIEVED_ON) for person in people),
        an(referrals.DropInCorrected, people[0], dropped_in_on=date(2020, 1, 2)),
        an(referrals.DropInWithdrawn, people[1]),
    )

    assert (await row_of(door, "light-touch"))["actuals_to_date"] == 2
    assert (await row_of(door, "light-touch", provider="horton"))["actuals_to_date"] == 2


async def test_a_version_accepted_before_rows_said_what_they_count_counts_as_it_did(door: FrontDoor) -> None:
    await load(door)
    owner = await connect(door.database.admin_dsn)
    await owner.execute("update programme set part = jsonb_set(part, '{rows,1}', (part #> '{rows,1}') - 'counts')")
    await owner.close()
    await heard(door, an(cases.CaseStarted, new_id()))

    assert (await row_of(door, "new-starts"))["actuals_to_date"] == 1


async def test_a_row_without_a_target_has_no_percentage(door: FrontDoor) -> None:
    await load(door)

    row = await row_of(door, "new-starts")
    assert (row["target_to_date"], row["percent_of_target"]) == (0, "n/a")


async def test_the_month_is_the_current_one_in_london_when_none_is_asked_for(door: FrontDoor) -> None:
    await load(door)
    answer = await door.get("/v1/kpi-tracker", PRIME, at=an(claims.ClaimRaised, new_id()).occurred_at)

    assert answer.json()["month"] == VERIFIED_ON.replace(day=1).isoformat()


@pytest.mark.row("S-115")
async def test_a_provider_sees_its_own_tracker_named_or_not(door: FrontDoor) -> None:
    await load(door)
    await heard(door, *an_accepted_outcome(new_id()), *an_accepted_outcome(new_id(), provider_id="pdap"))

    unnamed, named = (
        await row_of(door, "three-months", HORTON),
        await row_of(door, "three-months", HORTON, provider="horton"),
    )
    assert unnamed == named
    assert (unnamed["actuals_to_date"], unnamed["target_to_date"]) == (1, 30)


@pytest.mark.parametrize(
    ("who", "provider", "status", "problem"),
    [
        (HORTON, "pdap", 404, "no-such-provider"),
        (HORTON, "nobody", 404, "no-such-provider"),
        (PRIME, "nobody", 404, "no-such-provider"),
        (INVESTOR, "horton", 403, "not-allowed"),
        (LCF, "horton", 403, "not-allowed"),
        (CASEWORKER, None, 403, "not-allowed"),
        (STRANGER, None, 409, "programme-not-loaded"),
    ],
)
async def test_nobody_sees_another_tracker_than_theirs(
    door: FrontDoor, who: str, provider: str | None, status: int, problem: str
) -> None:
    await load(door)
    answer = await door.get("/v1/kpi-tracker", who, month=NOVEMBER, provider=provider)

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")


@pytest.mark.row("S-94")
@pytest.mark.row("S-133")
@pytest.mark.parametrize("who", [INVESTOR, LCF, COUNCIL])
async def test_investors_fund_and_council_see_the_partnership(door: FrontDoor, who: str) -> None:
    await load(door)
    await heard(door, *an_accepted_outcome(new_id()))

    assert (await row_of(door, "three-months", who))["actuals_to_date"] == 1


async def test_another_programmes_outcomes_are_not_counted(door: FrontDoor) -> None:
    await load(door)
    await heard(door, *an_accepted_outcome(new_id(), programme_id="elsewhere"))

    assert (await row_of(door, "three-months"))["actuals_to_date"] == 0


@pytest.mark.parametrize("month", ["2019", "2019-13", "2019-1", "December", "2019-12-01", "3019-12"])
async def test_a_month_that_is_none_is_refused(door: FrontDoor, month: str) -> None:
    answer = await door.get("/v1/kpi-tracker", PRIME, month=month)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.month")
