"""Every folder under `programmes/`, through real services and PostgreSQL, with no code of its own (issue: generality).

Each is checked, loaded into all four services, and its claims are played: raised, approved, verified, valued, shared.
"""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest

from claims.domain.receipt import hash_of_facts
from claims.events.heard import REACTIONS
from claims.main import create_app_for
from claims.operations.assessment.assess_claim import outcome_in
from common.contracts.cases import AssessmentResult, EvidenceItem, OutcomeEvidenced, PlanInForce
from common.ids import new_id
from console.addresses import SERVICES
from console.loading import load
from programme import check_folder, load_folder
from programme.model import OutcomeCode
from tests.claims.parts import as_said
from tests.console.api.doorway import doors_of
from tests.parts.api import FrontDoor, front_door, records_of, someone
from tests.parts.cards import accept_cards
from tests.parts.postgres import Databases

FOLDERS = Path(__file__).parents[2] / "programmes"
EVERY = tuple(sorted(path.name for path in FOLDERS.iterdir() if path.is_dir()))

Subject = Literal["participant", "family", "cohort"]


@dataclass(frozen=True, slots=True)
class Play:
    """One claim: what is recorded, which rules stand against it, or else what of it is payable and who pays."""

    outcome: OutcomeCode
    achieved_on: date
    evidence: Sequence[str]
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    slot: str = "only"
    quantity: int = 1
    unit: str = "outcome"
    subject: Subject = "participant"
    who: int = 1
    """Which of the story's participants, families or cohorts."""
    refused: tuple[str, ...] = ()
    price: int = 0
    payable: int | None = None
    """In pence; the price, unless said."""
    shares: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """The claims of one programme in order, and from when its people are supported."""

    referred_on: date
    plays: tuple[Play, ...]


def sustained(code: str, day: date, **but: Any) -> Play:
    facts = {"housed_at_referral": True, "every_move_planned": True} | but.pop("facts", {})
    return Play(code, day, ("landlord-letter",), facts, **but)


def weeks(began_on: date, achieved_on: date, number: int, quarter: int, **but: Any) -> Play:
    facts = {"period_began_on": began_on, "child_at_home": True}
    usual: dict[str, Any] = {"slot": f"quarter-{quarter}", "quantity": number, "unit": "week", "subject": "family"}
    return Play("WEEKS_HOME", achieved_on, ("social-worker-letter",), facts, **usual | but)


def cohort(code: str, size: int, events: int, avoided: int, slot: str, **but: Any) -> Play:
    """Against ten thousand others with 17,000 reconvictions: 1,700 to be expected among 1,000 (004:1892)."""
    facts = {
        "cohort_size": size,
        "cohort_events": events,
        "comparison_size": 10_000,
        "comparison_events": 17_000,
    }
    counted: dict[str, Any] = {"quantity": avoided, "unit": "offence-avoided", "subject": "cohort", "slot": slot}
    return Play(code, date(2014, 6, 1), ("evaluators-report",), facts, **counted | but)


def off_the_street(who: int, last: int) -> tuple[Play, ...]:
    """Four steps worth £12,000, of which £10,000 is payable for one person (M-08)."""
    housed: dict[str, Any] = {
        "housed_at_referral": False,
        "entered_accommodation_on": date(2017, 2, 1),
        "every_move_planned": True,
    }
    days = {"ACC_ENTRY": date(2017, 2, 1), "ACC_6M": date(2017, 8, 1)}
    days |= {"ACC_12M": date(2018, 2, 1), "ACC_18M": date(2018, 8, 1)}
    prices = {"ACC_ENTRY": 150_000, "ACC_6M": 300_000, "ACC_12M": 350_000, "ACC_18M": 400_000}
    payable = prices | {"ACC_18M": last}
    return tuple(
        Play(code, day, ("landlord-letter",), housed, who=who, price=prices[code], payable=payable[code])
        for code, day in days.items()
    )


def care_plans(number: int) -> tuple[Play, ...]:
    plan = Play("CARE_PLAN", date(2019, 5, 1), ("care-plan-signed",), {"care_plan_complete": True}, unit="care-plan")
    paid = min(number, 300)
    return (
        *(replaced(plan, who=one, price=90_000) for one in range(1, paid + 1)),
        *(replaced(plan, who=one, price=90_000, payable=0) for one in range(paid + 1, number + 1)),
    )


def replaced(play: Play, **but: Any) -> Play:
    return Play(**{name: getattr(play, name) for name in Play.__dataclass_fields__} | but)


AFTER_SUPPORT = {"support_ended_on": date(2026, 1, 5), "contact_after_support_agreed": True}
ENGAGED = Play("ENGAGED", date(2019, 6, 1), ("engagement-record",), {"engaged_this_period": True}, price=40_000)
THIRDS = {"home-council": 83_328, "home-fund": 83_328, "home-foundation": 83_354}

HOME_KEPT = sustained(
    "ACC_3M",
    date(2021, 5, 1),
    facts={"in_temporary_supported_accommodation": False},
    price=60_000,
    shares={"kirklees-council": 42_000, "lcf": 18_000},
)
FIRST_JOB = Play(
    "EMP_ENTRY",
    date(2022, 3, 1),
    ("employment-contract",),
    {"employment_started_on": date(2022, 3, 1), "offer_accepted": True, "first_day_attended": True},
    price=50_000,
)

STORIES: Mapping[str, Story] = {
    "kbop": Story(
        date(2021, 2, 1),
        (
            HOME_KEPT,
            FIRST_JOB,
        ),
    ),
    "kbop-sandbox": Story(
        date(2021, 2, 1),
        (
            HOME_KEPT,
            # Of the second, what one participant may cost leaves 400 pounds.
            replaced(FIRST_JOB, payable=40_000),
        ),
    ),
    "kbop-next": Story(
        date(2025, 1, 6),
        (
            sustained("ACC_12M", date(2026, 1, 6), facts=AFTER_SUPPORT, price=110_000),
            sustained("ACC_18M", date(2026, 7, 5), facts=AFTER_SUPPORT, refused=("not_sustained_long_enough",)),
            sustained("ACC_18M", date(2026, 7, 6), facts=AFTER_SUPPORT, price=140_000),
            sustained(
                "ACC_12M",
                date(2026, 1, 6),
                facts=AFTER_SUPPORT | {"contact_after_support_agreed": False},
                who=2,
                refused=("contact_not_agreed",),
            ),
            Play(
                "RE_ENTRY",
                date(2025, 2, 3),
                ("support-plan",),
                {"earlier_support_ended_on": date(2024, 10, 6)},
                slot="first",
                price=15_000,
            ),
            Play(
                "RE_ENTRY",
                date(2025, 2, 3),
                ("support-plan",),
                {"earlier_support_ended_on": date(2024, 10, 7)},
                slot="first",
                who=2,
                refused=("no_re_entry",),
            ),
            Play(
                "ENGAGEMENT", date(2025, 3, 3), ("case-note",), {"contact_attempts": 6, "contact_channels": 2}, price=0
            ),
            Play(
                "OWN_GOAL",
                date(2025, 4, 1),
                ("self-certification", "case-note"),
                {
                    "goal_is_the_participants_own": True,
                    "measure_set_on": date(2025, 3, 18),
                    "own_measure_met": True,
                },
                slot="first",
                price=30_000,
            ),
            Play(
                "OWN_GOAL",
                date(2025, 4, 1),
                ("self-certification",),
                {
                    "goal_is_the_participants_own": True,
                    "measure_set_on": date(2025, 3, 19),
                    "own_measure_met": True,
                },
                slot="second",
                refused=("self_certification_alone", "measure_set_too_late"),
            ),
        ),
    ),
    "young-homeless": Story(
        date(2015, 2, 2),
        (
            Play(
                "ACC_ENTRY",
                date(2015, 3, 2),
                ("tenancy-agreement",),
                {"entered_accommodation_on": date(2015, 3, 2)},
                price=50_000,
            ),
            sustained("ACC_6M", date(2015, 8, 2), refused=("prerequisite_missing",)),
            sustained("ACC_3M", date(2015, 5, 2), price=60_000),
            sustained("ACC_6M", date(2015, 8, 2), who=1, price=80_000, shares={"housing-ministry": 80_000}),
        ),
    ),
    "pause-hub": Story(
        date(2018, 11, 5),
        (
            *(replaced(ENGAGED, slot=str(slot)) for slot in range(1, 11)),
            replaced(ENGAGED, slot="11", refused=("slot_unknown", "limit_reached")),
            replaced(ENGAGED, slot="10", refused=("already_claimed",)),
            replaced(ENGAGED, slot="1", who=2),
        ),
    ),
    "rough-sleeping": Story(
        date(2017, 1, 9),
        (
            *off_the_street(who=1, last=200_000),
            # Another's 10,000 pounds are their own; what is left of them is paid, and the next penny is not.
            *off_the_street(who=2, last=200_000),
        ),
    ),
    "dementia-care": Story(date(2018, 5, 1), care_plans(302)),
    "staying-home": Story(
        date(2019, 10, 1),
        (
            weeks(date(2019, 11, 1), date(2020, 1, 10), 10, 1, price=250_010, shares=THIRDS),
            weeks(date(2020, 1, 9), date(2020, 2, 13), 5, 2, refused=("weeks_counted_before",)),
            weeks(date(2020, 1, 10), date(2020, 4, 9), 13, 3, refused=("weeks_not_passed",)),
            weeks(
                date(2020, 1, 10),
                date(2020, 4, 10),
                13,
                3,
                price=325_013,
                shares={"home-council": 276_261, "home-fund": 48_752},
            ),
            weeks(date(2020, 4, 10), date(2020, 7, 17), 14, 4, refused=("quantity_beyond_one_claim",)),
            weeks(date(2020, 4, 10), date(2020, 7, 10), 13, 4, unit="outcome", refused=("unit_of_another_kind",)),
            weeks(
                date(2020, 4, 10), date(2020, 7, 10), 13, 4, subject="participant", refused=("subject_of_another_kind",)
            ),
        ),
    ),
    "short-sentences": Story(
        date(2010, 9, 9),
        (
            cohort("REOFFENDING", 1_000, 1_530, 170, "cohort-1", who=1, price=17_000_000),
            cohort("REOFFENDING", 1_000, 1_531, 169, "cohort-2", who=1, refused=("reduction_too_small",)),
            cohort("REOFFENDING", 1_000, 1_530, 171, "cohort-2", who=1, refused=("not_what_was_avoided",)),
            cohort("REOFFENDING", 999, 1_500, 198, "cohort-2", who=1, refused=("cohort_too_small",)),
            # The second cohort's 9 % alone pays nothing; with the first, which has been paid, it is caught up with.
            cohort("REOFFENDING", 1_000, 1_547, 153, "cohort-2", who=1, refused=("reduction_too_small",)),
            cohort("REOFFENDING_ALL", 2_000, 3_077, 323, "only", who=1, refused=("not_what_was_avoided",)),
            cohort("REOFFENDING_ALL", 2_000, 3_077, 153, "only", who=1, price=15_300_000),
            # Where no cohort reached 10 %, 9 % over all of them pays, and 7.5 % does, and a hair less does not.
            cohort("REOFFENDING_ALL", 2_000, 3_094, 306, "only", who=2, price=30_600_000),
            cohort("REOFFENDING_ALL", 2_000, 3_145, 255, "only", who=3, price=25_500_000),
            cohort("REOFFENDING_ALL", 2_000, 3_146, 254, "only", who=4, refused=("reduction_too_small",)),
        ),
    ),
}

each_folder = pytest.mark.parametrize("programme_id", EVERY)


def test_every_folder_has_a_story() -> None:
    assert set(STORIES) == set(EVERY)


@each_folder
def test_the_folder_is_sound(programme_id: str) -> None:
    assert check_folder(FOLDERS / programme_id) == []


@each_folder
async def test_every_service_accepts_its_part(programme_id: str, databases: Databases) -> None:
    programme = load_folder(FOLDERS / programme_id)
    async with AsyncExitStack() as stack:
        town = {
            service: await stack.enter_async_context(
                front_door(databases, service, import_module(f"{service.replace('-', '_')}.main").create_app_for)
            )
            for service in SERVICES
        }
        async with doors_of(town, programme=programme_id) as doors:
            said = [each.service async for each in load(doors, programme)]

    assert said == list(SERVICES)


@pytest.mark.row("S-66")
@pytest.mark.row("S-140")
@pytest.mark.row("S-129")
@each_folder
async def test_its_claims_are_judged_priced_capped_and_shared(programme_id: str, databases: Databases) -> None:
    story, programme = STORIES[programme_id], load_folder(FOLDERS / programme_id)
    people: dict[int, UUID] = {play.who: new_id() for play in story.plays}
    async with front_door(databases, "claims", create_app_for) as door:
        part = programme.claims_part().model_dump(mode="json")
        answer = await door.put(
            f"/v1/programmes/{programme_id}", someone("operator", kind="operator", programme=programme_id), part
        )
        assert answer.status_code == 200, answer.text
        await accept_cards(door, programme_id)
        provider_id = programme.provider_list[0].provider_id
        events = [evidenced(programme_id, provider_id, story, play, people[play.who]) for play in story.plays]
        for play, event, record in zip(story.plays, events, records_of(events), strict=True):
            await foretold(door, programme_id, play, event)
            await door.hear(REACTIONS, [record])
            await judged_as_told(door, programme_id, play, event)
        await history_reproduces_itself(door, programme_id)
        [contract] = await door.rows("select * from contract")

    paid = [play for play in story.plays if not play.refused]
    payable = [play.price if play.payable is None else play.payable for play in paid]
    assert (contract["value_to_date_pence"], contract["payable_to_date_pence"]) == (
        sum(play.price for play in paid),
        sum(payable),
    )


def evidenced(programme_id: str, provider_id: str, story: Story, play: Play, who: UUID) -> OutcomeEvidenced:
    return OutcomeEvidenced(
        event_id=new_id(),
        programme_id=programme_id,
        occurred_at=at(play),
        participant_id=who,
        case_id=new_id(),
        referral_id=new_id(),
        provider_id=provider_id,
        outcome_id=new_id(),
        revision=1,
        outcome=play.outcome,
        slot=play.slot,
        subject_kind=play.subject,
        quantity=play.quantity,
        unit=play.unit,
        achieved_on=play.achieved_on,
        referred_on=story.referred_on,
        service_started_on=story.referred_on,
        recorded_by=f"caseworker.{provider_id}",
        evidence=tuple(
            EvidenceItem(item_id=new_id(), kind=kind, sha256=None if kind == "case-note" else "0" * 64)
            for kind in play.evidence
        ),
        facts=dict(play.facts),
        assessments=(
            AssessmentResult(
                assessment_id=new_id(),
                instrument="homelessness-star",
                stage="initial",
                score=20,
                assessed_on=story.referred_on,
            ),
        ),
        plan=PlanInForce(plan_id=new_id(), kind="support", agreed_on=story.referred_on),
    )


async def history_reproduces_itself(door: FrontDoor, programme_id: str) -> None:
    """Replayed under the versions in force, no claim is judged or valued otherwise than it was."""
    who, path, replayed = someone("prime-manager", programme=programme_id), "/v1/rate-cards/replay?limit=200", 0
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        answer = await door.post(path + (page["next"] and f"&cursor={page['next']}"), who, {})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert (page["items"], page["unknown"]) == ([], 0)
        replayed += page["replayed"]
    assert replayed == page["claims"] > 0


def at(play: Play) -> datetime:
    """The morning of the day achieved, in UTC."""
    return datetime(play.achieved_on.year, play.achieved_on.month, play.achieved_on.day, 9, tzinfo=UTC)


BY_THE_CARD = {"unit_of_another_kind", "subject_of_another_kind"}
"""A pre-check takes these from the card: they stand only against what is recorded otherwise."""


async def foretold(door: FrontDoor, programme_id: str, play: Play, event: OutcomeEvidenced) -> None:
    """A pre-check says beforehand what will stand against it, and its receipt is for what is then recorded."""
    prime = someone("prime-manager", programme=programme_id)
    said = as_said(event, provider_id=event.provider_id)
    answer = await door.post("/v1/claims/pre-check", prime, said, at=at(play))
    assert answer.status_code == 200, answer.text
    checked = answer.json()
    against = [check["code"] for check in checked["checks"] if check["verdict"] != "pass"]
    assert against == [code for code in play.refused if code not in BY_THE_CARD], (play.outcome, play.slot)
    of_what_is_recorded = checked["facts_sha256"] == hash_of_facts(outcome_in(event, event.participant_id))
    assert of_what_is_recorded is BY_THE_CARD.isdisjoint(play.refused)


async def judged_as_told(door: FrontDoor, programme_id: str, play: Play, event: OutcomeEvidenced) -> None:
    """The claim has the refusals the story tells and is withdrawn, or it is verified and pays what the story tells."""
    asking: dict[str, Any] = {"at": at(play)}
    prime = someone("prime-manager", programme=programme_id)
    verifier = someone("council-verifier", organisation="payer", kind="council", programme=programme_id)
    [claim] = await door.rows("select claim_id, state from claim where outcome_id = :id", id=event.outcome_id)
    path = f"/v1/claims/{claim['claim_id']}"
    [kept] = await door.rows("select checks from assessment where claim_id = :id", id=claim["claim_id"])
    against = tuple(check["code"] for check in kept["checks"] if check["verdict"] != "pass")
    assert against == play.refused, (play.outcome, play.slot)
    if play.refused:
        if claim["state"] == "raised":
            answer = await door.post(f"{path}/withdrawal", prime, {"reason": "not-met"}, **asking)
            assert answer.status_code == 200, answer.text
        return
    steps: tuple[tuple[str, str, Any], ...] = (("approval", prime, {}), ("verification", verifier, None))
    for step, who, body in steps:
        answer = await door.post(f"{path}/{step}", who, body, **asking)
        assert answer.status_code == 200, answer.text
    [value] = await door.rows("select * from valuation where claim_id = :id", id=claim["claim_id"])
    payable = play.price if play.payable is None else play.payable
    assert (value["price_pence"], value["payable_pence"]) == (play.price, payable)
    assert value["above_cap_pence"] == play.price - payable
    if play.shares is not None:
        assert {share["payer"]: share["pence"] for share in value["shares"]} == play.shares
