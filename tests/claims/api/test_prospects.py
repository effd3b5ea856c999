"""What may be claimed next: from what claims knows of somebody, with what is missing, and never with a price."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest

from common.contracts import Event
from common.contracts.cases import (
    AssessmentCorrected,
    AssessmentRecorded,
    AssessmentWithdrawn,
    CaseStartCorrected,
    CaseStarted,
    CaseStartWithdrawn,
    JointWorkAgreed,
    JointWorkEnded,
    OutcomeEvidenced,
    SupportPlanAgreed,
    SupportPlanWithdrawn,
)
from common.contracts.referrals import AllocationDeclined, ParticipantAllocated, ReferralCorrected
from common.ids import new_id
from tests.claims.parts import (
    CASEWORKER,
    FOREIGN_MANAGER,
    PRIME,
    VERIFIER,
    evidenced,
    hear,
    merged,
    raised,
    step,
)
from tests.parts.api import FrontDoor, someone

NOVEMBER = datetime(2022, 11, 2, 9, tzinfo=UTC)


def three_months_at_home(**but: Any) -> OutcomeEvidenced:
    """Referred on 1 August, housed then, sustained on 1 November."""
    usual: dict[str, Any] = {
        "achieved_on": date(2022, 11, 1),
        "referred_on": date(2022, 8, 1),
        "service_started_on": date(2022, 8, 3),
        "assessments": (),
    }
    return evidenced("ACC_3M", at=NOVEMBER, **usual | but)


async def ahead(
    door: FrontDoor, participant_id: UUID, who: str = CASEWORKER, *, at: datetime = NOVEMBER
) -> dict[tuple[str, str], dict[str, Any]]:
    answer = await door.get(f"/v1/participants/{participant_id}/prospects", who, at=at)
    assert answer.status_code == 200, answer.text
    assert "price" not in answer.text
    return {(each["outcome"], each["slot"]): each for each in answer.json()["items"]}


@pytest.mark.parametrize("who", [CASEWORKER, PRIME, VERIFIER])
async def test_the_next_rungs_are_counted_from_what_was_claimed(door: FrontDoor, who: str) -> None:
    event = three_months_at_home()
    await raised(door, event)

    found = await ahead(door, event.participant_id, who)

    assert ("ACC_3M", "only") not in found
    rungs = {code: found[code, "only"]["from_on"] for code in ("ACC_6M", "ACC_12M", "ACC_18M")}
    assert rungs == {"ACC_6M": "2023-02-01", "ACC_12M": "2023-08-01", "ACC_18M": "2024-02-01"}
    missing = {check["rule"]: check for check in found["ACC_6M", "only"]["missing"]}
    assert missing["every_move_was_planned"]["fact"] == "every_move_planned"
    assert missing["one_accepted_item_is_there"]["remedy"].startswith("Attach any one of: ")


async def test_on_the_day_it_names_nothing_asks_to_wait_longer(door: FrontDoor) -> None:
    event = three_months_at_home()
    await raised(door, event)
    found = await ahead(door, event.participant_id)
    waiting = {place: each["from_on"] for place, each in found.items() if each["from_on"]}

    assert waiting
    for place, day in waiting.items():
        at = datetime.combine(date.fromisoformat(day), time(9), UTC)
        then = (await ahead(door, event.participant_id, at=at))[place]
        assert then["from_on"] in (None, day), place


async def test_what_follows_another_outcome_says_so_until_that_is_claimed(door: FrontDoor) -> None:
    event = three_months_at_home()
    [_] = await raised(door, event)
    before = {check["code"] for check in (await ahead(door, event.participant_id))["WB_2", "only"]["missing"]}
    first = evidenced("WB_INITIAL", at=NOVEMBER, participant_id=event.participant_id, referral_id=event.referral_id)
    await hear(door, event, first)

    found = await ahead(door, event.participant_id)

    assert "prerequisite_missing" in before
    assert "prerequisite_missing" not in {check["code"] for check in found["WB_2", "only"]["missing"]}
    assert ("WB_INITIAL", "only") not in found


async def test_a_claim_that_ended_unpaid_is_a_prospect_again(door: FrontDoor) -> None:
    kept = three_months_at_home()
    gone = evidenced("ACC_PREV", at=NOVEMBER, participant_id=kept.participant_id, referral_id=kept.referral_id)
    await hear(door, kept, gone)
    [row] = await door.rows("select claim_id from claim where outcome = 'ACC_PREV'")
    assert ("ACC_PREV", "only") not in await ahead(door, kept.participant_id)

    await step(door, str(row["claim_id"]), "withdrawal", PRIME, {"reason": "prime-withdrew"}, at=NOVEMBER)

    assert ("ACC_PREV", "only") in await ahead(door, kept.participant_id)


async def test_dates_of_an_earlier_referral_do_not_count(door: FrontDoor) -> None:
    earlier = three_months_at_home(
        achieved_on=date(2021, 11, 1), referred_on=date(2021, 8, 1), service_started_on=date(2021, 8, 3)
    )
    again = evidenced(
        "ACC_PREV",
        at=NOVEMBER,
        participant_id=earlier.participant_id,
        referred_on=date(2022, 8, 1),
        service_started_on=date(2022, 8, 1),
    )
    await hear(door, earlier, again)

    found = await ahead(door, earlier.participant_id)

    assert found["ACC_6M", "only"]["from_on"] is None
    assert "fact_missing" in {check["code"] for check in found["ACC_6M", "only"]["missing"]}


async def test_whoever_was_merged_is_found_by_either_id(door: FrontDoor) -> None:
    event, alias = three_months_at_home(), new_id()
    await raised(door, event)
    await hear(door, merged(event.participant_id, alias, NOVEMBER))

    assert await ahead(door, alias) == await ahead(door, event.participant_id)


@pytest.mark.parametrize("who", [FOREIGN_MANAGER, PRIME])
async def test_nobody_is_told_of_someone_out_of_sight(door: FrontDoor, who: str) -> None:
    event = three_months_at_home()
    await raised(door, event)
    asked = event.participant_id if who == FOREIGN_MANAGER else new_id()

    answer = await door.get(f"/v1/participants/{asked}/prospects", who, at=NOVEMBER)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/nothing-known")


HORTONS = someone("caseworker", organisation="horton", kind="provider")


class Support:
    """Someone referred on 1 August and placed with Fusion Housing, as the hub and cases tell of it."""

    def __init__(self, referred_on: date = date(2022, 8, 1)) -> None:
        self.participant_id, self.referral_id, self.case_id, self.allocation_id = (new_id() for _ in range(4))
        self.referred_on = referred_on

    def event(self, contract: type[Event], **said: Any) -> Any:
        usual: dict[str, Any] = {"event_id": new_id(), "programme_id": "kbop", "occurred_at": NOVEMBER}
        about: dict[str, Any] = vars(self) | {"provider_id": "fusion-housing"}
        mine = {name: value for name, value in about.items() if name in contract.model_fields}
        return contract(**usual | mine | said)

    def allocated(self, **but: Any) -> Any:
        usual: dict[str, Any] = {
            "allocated_on": date(2022, 8, 2),
            "specialism": "generic",
            "intensity": "medium",
            "complex": False,
            "priority": False,
            "returning": False,
            "housed_at_referral": True,
        }
        return self.event(ParticipantAllocated, **usual | but)

    def put_right(self, **but: Any) -> Any:
        usual: dict[str, Any] = {
            "corrected_on": date(2022, 9, 1),
            "changed": ("referred_on", "housed_at_referral"),
            "source": "council",
            "funding_stream": "lcf",
            "under_25": False,
            "needs": (),
            "priority": False,
            "complex": False,
            "restricted": False,
            "housed_at_referral": True,
            "stable_employment_at_referral": False,
        }
        return self.event(ReferralCorrected, **usual | but)

    def started(self, **but: Any) -> Any:
        return self.event(CaseStarted, **{"started_on": date(2022, 8, 3)} | but)

    def planned(self) -> Any:
        said: dict[str, Any] = {"plan_id": new_id(), "kind": "support", "version": 1, "days_from_allocation": 2}
        return self.event(SupportPlanAgreed, **said, agreed_on=date(2022, 8, 4))

    def again(self, contract: type[Event], told: Event, **but: Any) -> Any:
        """What was told, put right or taken back."""
        days: dict[str, Any] = {name: date(2022, 11, 2) for name in ("corrected_on", "withdrawn_on")}
        said: dict[str, Any] = told.model_dump() | days | {"event_id": new_id()} | but
        return contract(**{name: value for name, value in said.items() if name in contract.model_fields})

    def assessed(self, stage: str, on: date, **but: Any) -> Any:
        said: dict[str, Any] = {"assessment_id": new_id(), "instrument": "homelessness-star", "stage": stage}
        return self.event(AssessmentRecorded, **said | {"score": 20, "assessed_on": on} | but)

    def shared(self, **but: Any) -> Any:
        said: dict[str, Any] = {"joint_provider_id": "horton", "agreed_on": date(2022, 8, 5)}
        return self.event(JointWorkAgreed, **said | but)


async def told_by(door: FrontDoor, participant_id: UUID, who: str = CASEWORKER) -> list[str]:
    return (await door.get(f"/v1/participants/{participant_id}/prospects", who, at=NOVEMBER)).json()["told_by"]


def against(prospect: dict[str, Any]) -> dict[str, str]:
    return {check["code"]: check["verdict"] for check in prospect["missing"]}


@pytest.mark.parametrize("who", [CASEWORKER, PRIME, VERIFIER])
async def test_whoever_was_only_allocated_has_prospects_that_say_support_has_not_begun(
    door: FrontDoor, who: str
) -> None:
    support = Support()
    await hear(door, support.allocated())

    found = await ahead(door, support.participant_id, who)

    assert await told_by(door, support.participant_id, who) == ["allocation"]
    assert {against(each).get("support_not_begun") for each in found.values()} == {"cannot-tell"}
    assert found["ACC_6M", "only"]["from_on"] == "2023-02-01"
    assert found["STAT_ORDER", "only"]["from_on"] == "2023-02-02"
    untold = {check["fact"] for check in found["EMP_ENTRY", "only"]["missing"] if check["verdict"] == "cannot-tell"}
    assert {"service_started_on", "employment_started_on"} <= untold


async def test_case_plan_and_assessments_count_before_anything_is_claimed(door: FrontDoor) -> None:
    support = Support()
    first = support.assessed("initial", date(2022, 8, 10))
    await hear(door, support.allocated(), support.started(), support.planned(), first)

    found = await ahead(door, support.participant_id)

    assert await told_by(door, support.participant_id) == ["allocation", "assessment", "case", "plan"]
    assert against(found["WB_INITIAL", "only"]) == {"evidence_missing": "fail"}
    assert found["WB_2", "only"]["from_on"] == "2022-11-10"
    assert found["STAT_ORDER", "only"]["from_on"] == "2022-11-03"
    kept = await door.rows("select told from support_told where kind = 'ParticipantAllocated'")
    assert sorted(kept[0]["told"]) == ["housed_at_referral", "referral_id", "referred_on"]


@pytest.mark.row("S-35")
async def test_what_may_be_claimed_next_follows_a_start_and_an_assessment_put_right(door: FrontDoor) -> None:
    support = Support()
    started, first = support.started(), support.assessed("later", date(2022, 8, 1))
    await hear(door, support.allocated(), started, support.planned(), first)
    before = await ahead(door, support.participant_id)
    assert (before["WB_2", "only"]["from_on"], before["STAT_ORDER", "only"]["from_on"]) == (None, "2022-11-03")

    moved = support.again(CaseStartCorrected, started, started_on=date(2022, 8, 10))
    right = support.again(AssessmentCorrected, first, stage="initial", assessed_on=date(2022, 8, 10))
    await hear(door, support.allocated(), started, support.planned(), first, moved, right)

    found = await ahead(door, support.participant_id)
    assert found["STAT_ORDER", "only"]["from_on"] == "2022-11-10"
    assert found["WB_2", "only"]["from_on"] == "2022-11-10"

    gone = support.again(CaseStartWithdrawn, moved)
    await hear(door, support.allocated(), started, support.planned(), first, moved, right, gone)
    assert "support_not_begun" in against((await ahead(door, support.participant_id))["EMP_ENTRY", "only"])


@pytest.mark.row("S-35")
async def test_what_was_taken_back_counts_for_nothing_even_if_a_claim_had_told_of_it(door: FrontDoor) -> None:
    support = Support()
    plan, first = support.planned(), support.assessed("initial", date(2022, 8, 10))
    told = first.model_dump(include={"assessment_id", "instrument", "stage", "score", "assessed_on"})
    agreed = plan.model_dump(include={"plan_id", "kind", "agreed_on"})
    claimed = three_months_at_home(
        participant_id=support.participant_id, referral_id=support.referral_id, assessments=(told,), plan=agreed
    )
    gone = {"first_agreed_on": None, "first_days_from_allocation": None}
    story = [
        support.allocated(),
        support.started(),
        plan,
        first,
        claimed,
        support.again(SupportPlanWithdrawn, plan, **gone),
        support.again(AssessmentWithdrawn, first),
    ]
    await hear(door, *story)

    missing = against((await ahead(door, support.participant_id))["WB_INITIAL", "only"])

    assert {"plan_not_agreed", "assessment_missing"} <= missing.keys()


async def test_what_claims_tell_and_what_cases_tell_is_counted_together(door: FrontDoor) -> None:
    support = Support()
    claimed = three_months_at_home(participant_id=support.participant_id, referral_id=support.referral_id)
    await hear(door, support.allocated(housed_at_referral=False), support.started(), support.planned(), claimed)

    found = await ahead(door, support.participant_id)

    assert await told_by(door, support.participant_id) == ["allocation", "case", "claim", "plan"]
    assert ("ACC_3M", "only") not in found
    assert found["ACC_6M", "only"]["from_on"] == "2023-02-01"
    assert "plan_not_agreed" not in against(found["WB_INITIAL", "only"])


async def test_of_someone_who_came_back_the_newest_referral_counts(door: FrontDoor) -> None:
    before, again = Support(date(2021, 8, 2)), Support()
    again.participant_id = before.participant_id
    early = before.assessed("initial", date(2021, 8, 10))
    await hear(door, again.allocated(), before.allocated(), before.started(started_on=date(2021, 8, 4)), early)

    found = await ahead(door, again.participant_id)

    assert await told_by(door, again.participant_id) == ["allocation"]
    assert found["ACC_6M", "only"]["from_on"] == "2023-02-01"


async def test_an_assessment_of_a_case_nobody_told_of_counts_for_nothing(door: FrontDoor) -> None:
    support = Support()
    await hear(door, support.allocated(), support.assessed("initial", date(2022, 8, 10), case_id=new_id()))

    assert await told_by(door, support.participant_id) == ["allocation"]


async def test_who_works_jointly_is_told_while_the_work_lasts(door: FrontDoor) -> None:
    support = Support()
    told = [support.allocated(), support.started(), support.shared()]
    await hear(door, *told)
    ours = await ahead(door, support.participant_id)

    assert await ahead(door, support.participant_id, HORTONS) == ours

    ended = support.event(JointWorkEnded, joint_provider_id="horton", ended_on=date(2022, 10, 31))
    await hear(door, *told, ended)
    answer = await door.get(f"/v1/participants/{support.participant_id}/prospects", HORTONS, at=NOVEMBER)
    assert answer.status_code == 404


@pytest.mark.parametrize("shared", [False, True])
async def test_of_a_record_that_is_not_shared_or_need_to_know_another_provider_is_told_nothing(
    door: FrontDoor, shared: bool
) -> None:
    support = Support()
    need_to_know = (support.shared(shareable_only=True),) if shared else ()
    await hear(door, support.allocated(), support.started(), *need_to_know)

    answer = await door.get(f"/v1/participants/{support.participant_id}/prospects", HORTONS, at=NOVEMBER)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/nothing-known")


@pytest.mark.parametrize("who", [CASEWORKER, PRIME])
async def test_of_an_allocation_handed_back_nobody_is_told_any_more(door: FrontDoor, who: str) -> None:
    support = Support()
    declined = support.event(AllocationDeclined, reason="capacity", complex=False, declined_on=date(2022, 8, 3))
    await hear(door, support.allocated(), declined)

    answer = await door.get(f"/v1/participants/{support.participant_id}/prospects", who, at=NOVEMBER)

    assert answer.status_code == 404


async def test_whoever_was_merged_is_found_by_either_id_before_anything_is_claimed(door: FrontDoor) -> None:
    support, survivor = Support(), new_id()
    await hear(door, support.allocated(), support.started(), merged(survivor, support.participant_id, NOVEMBER))

    assert await ahead(door, survivor, PRIME) == await ahead(door, support.participant_id, PRIME)


async def test_what_may_be_claimed_next_follows_a_referral_put_right(door: FrontDoor) -> None:
    support, early = Support(), Support()
    right = support.put_right(referred_on=date(2022, 7, 1), housed_at_referral=False)
    await hear(door, support.allocated(), support.started(), right, early.put_right(provider_id=None))

    [kept] = await door.rows("select told from support_told where kind = 'ReferralCorrected'")
    assert kept["told"] == {
        "referral_id": str(support.referral_id),
        "referred_on": "2022-07-01",
        "housed_at_referral": False,
    }
    assert await told_by(door, support.participant_id) == ["allocation", "case"]
