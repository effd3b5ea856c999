import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from common.ids import new_id
from tests.case_management.api.world import (
    CASEWORKER,
    CONTRACTS_OFFICER,
    PRIME,
    STRANGER,
    World,
    a_merge,
    a_part,
    an_outcome_guide,
    came_about,
    refusals_in,
)


async def test_an_outcome_without_evidence_is_recorded_and_no_more(world: World) -> None:
    outcome_id = await world.an_outcome(await world.a_started_case())

    told = came_about(await world.door.get(f"/v1/outcomes/{outcome_id}", CASEWORKER))

    assert (told["state"], told["revision"]) == ("recorded", 1)
    [recorded] = await world.door.announced("OutcomeRecorded")
    assert (recorded["outcome"], recorded["slot"], recorded["achieved_on"]) == ("ACC_ENTRY", "only", "2019-10-01")
    assert await world.door.announced("OutcomeEvidenced") == []


async def test_an_evidenced_outcome_is_announced_whole_in_itself(world: World) -> None:
    case_id = await world.a_started_case(funding_stream="historic")
    plan = {"kind": "support", "goals": [{"goal": "A home."}], "agreed_on": "2019-09-20"}
    came_about(await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, plan))
    score = {"instrument": "homelessness-star", "score": 30, "assessed_on": "2019-09-21"}
    came_about(await world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, score))
    note, document = await world.a_note(case_id), await world.a_document(case_id, dated_on="2019-09-30")

    facts = {"entered_on": "2019-09-28", "earned_pence": 12345, "supported": True, "route": "private-rented"}
    outcome_id = await world.an_outcome(case_id, note, document, facts=facts)

    [said] = await world.door.announced("OutcomeEvidenced")
    assert (said["outcome_id"], said["revision"], said["funding_stream"]) == (str(outcome_id), 1, "historic")
    assert (said["referred_on"], said["service_started_on"]) == ("2019-09-02", "2019-09-16")
    assert said["recorded_by"] == "caseworker.horton"
    assert said["facts"] == facts
    assert {(one["item_id"], one["kind"], one["dated_on"], one["sha256"] is None) for one in said["evidence"]} == {
        (str(note), "case-note", "2019-10-07", True),
        (str(document), "landlord-letter", "2019-09-30", False),
    }
    assert [(one["stage"], one["score"]) for one in said["assessments"]] == [("initial", 30)]
    assert (said["plan"]["kind"], said["plan"]["agreed_on"]) == ("support", "2019-09-20")


async def test_a_correction_is_a_new_revision_that_says_what_changed(world: World) -> None:
    case_id = await world.a_started_case()
    first, second = await world.a_document(case_id), await world.a_document(case_id)
    outcome_id = await world.an_outcome(case_id, first, facts={"supported": True, "hours": 16})

    correction = {"evidence": [str(first), str(second)], "achieved_on": "2019-10-02", "facts": {"supported": 1}}
    correction["reason"] = "The letter is of the second."
    answer = await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CONTRACTS_OFFICER, correction, version=1)

    changed = ["achieved_on", "evidence", "facts.hours", "facts.supported"]
    assert answer.json() == {"id": str(outcome_id), "revision": 2, "state": "evidenced", "changed": changed}
    assert [one["revision"] for one in await world.door.announced("OutcomeEvidenced")] == [1, 2]
    told = came_about(await world.door.get(f"/v1/outcomes/{outcome_id}", CASEWORKER))
    assert [one["achieved_on"] for one in told["revisions"]] == ["2019-10-01", "2019-10-02"]
    assert [one["what"] for one in told["revisions"][1]["changed"]] == changed


async def test_a_recorded_outcome_is_evidenced_later_and_keeps_its_facts(world: World) -> None:
    case_id = await world.a_started_case()
    outcome_id = await world.an_outcome(case_id, facts={"hours": 16})
    note = await world.a_note(case_id)

    answer = await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, {"evidence": [str(note)]})

    assert (answer.json()["state"], answer.json()["changed"]) == ("evidenced", ["evidence"])
    [said] = await world.door.announced("OutcomeEvidenced")
    assert (said["revision"], said["facts"]) == (2, {"hours": 16})


async def test_a_correction_of_what_was_not_read_is_refused(world: World) -> None:
    case_id = await world.a_started_case()
    document = await world.a_document(case_id)
    outcome_id = await world.an_outcome(case_id)
    path, body = f"/v1/outcomes/{outcome_id}/revisions", {"evidence": [str(document)]}
    await world.door.post(path, CASEWORKER, body, version=1)

    stale = await world.door.post(path, CASEWORKER, body | {"achieved_on": "2019-10-03"}, version=1)

    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("correction", "code"),
    [({}, "nothing_corrected"), ({"evidence": []}, "evidence_taken_away")],
)
async def test_an_empty_correction_is_refused(world: World, correction: dict[str, object], code: str) -> None:
    case_id = await world.a_started_case()
    document = await world.a_document(case_id)
    outcome_id = await world.an_outcome(case_id, document)

    body = {"evidence": [str(document)]} | correction
    answer = await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, body)

    assert (answer.status_code, refusals_in(answer)) == (422, [code])


@pytest.mark.parametrize(
    ("but", "code"),
    [
        ({"achieved_on": "2019-10-08"}, "achieved_in_the_future"),
        ({"achieved_on": "2019-09-01"}, "achieved_before_referral"),
        ({"outcome": "NO_SUCH"}, "unknown_outcome"),
        ({"outcome": "MH"}, "unknown_slot"),
        ({"evidence": [str(uuid4())]}, "evidence_not_of_this_case"),
        ({"contributors": ["connect"]}, "contributor_not_joint"),
    ],
)
async def test_an_outcome_that_cannot_be_is_refused(common_world: World, but: dict[str, object], code: str) -> None:
    case_id = await common_world.a_started_case()

    body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01"} | but
    answer = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body)

    assert (answer.status_code, refusals_in(answer)) == (422, [code])
    assert (await common_world.told(case_id))["outcomes"] == []


async def test_anothers_document_evidences_nothing(common_world: World) -> None:
    foreign = await common_world.a_document(await common_world.a_started_case())
    case_id = await common_world.a_started_case()

    body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01", "evidence": [str(foreign)]}
    answer = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body)

    assert (answer.status_code, refusals_in(answer)) == (422, ["evidence_not_of_this_case"])


async def test_no_outcome_before_the_case_starts(common_world: World) -> None:
    case_id = await common_world.an_allocated_case()

    body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01"}
    answer = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body)

    assert (answer.status_code, refusals_in(answer)) == (409, ["case_not_started"])


@pytest.mark.parametrize("facts", [{"began_on": "2019-02-29"}, {"earned_pence": 2**60}, {"why": "two words"}, {"A": 1}])
async def test_a_fact_is_a_number_a_date_a_code_or_a_yes_or_no(common_world: World, facts: dict[str, object]) -> None:
    case_id = await common_world.a_started_case()

    body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01", "facts": facts}
    answer = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_an_outcome_is_withdrawn_once_and_stays_on_record(world: World) -> None:
    case_id = await world.a_started_case()
    outcome_id = await world.an_outcome(case_id, await world.a_note(case_id))
    path = f"/v1/outcomes/{outcome_id}/withdrawal"

    first = await world.door.post(path, CASEWORKER, {"reason": "recorded-twice"})
    again = await world.door.post(path, CASEWORKER, {"reason": "recorded-twice"})
    revised = await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, {"evidence": []})

    assert first.json()["state"] == "withdrawn"
    assert (again.status_code, refusals_in(again)) == (409, ["outcome_withdrawn"])
    assert revised.status_code == 409
    [said] = await world.door.announced("OutcomeWithdrawn")
    assert (said["reason"], said["withdrawn_on"]) == ("recorded-twice", "2019-10-07")
    assert len((await world.told(case_id))["outcomes"]) == 1


async def test_what_is_made_of_an_id_of_the_senders_own_is_theirs_and_a_second_time_a_conflict(
    common_world: World,
) -> None:
    case_id, minted = await common_world.a_started_case(), str(uuid4())
    body = {"id": minted, "outcome": "ACC_ENTRY", "achieved_on": "2019-10-01"}

    first = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body)
    again = await common_world.door.post(f"/v1/cases/{case_id}/outcomes", CASEWORKER, body)

    told = await common_world.door.get(f"/v1/outcomes/{first.json()['id']}", CASEWORKER)
    assert (first.status_code, told.status_code, again.status_code) == (201, 200, 409)


async def test_a_strangers_outcome_is_not_there_and_the_prime_changes_none(common_world: World) -> None:
    outcome_id = await common_world.an_outcome(await common_world.a_started_case())

    read = await common_world.door.get(f"/v1/outcomes/{outcome_id}", STRANGER)
    withdrawn = await common_world.door.post(f"/v1/outcomes/{outcome_id}/withdrawal", STRANGER, {"reason": "x"})
    by_prime = await common_world.door.post(f"/v1/outcomes/{outcome_id}/withdrawal", PRIME, {"reason": "x"})

    assert (read.status_code, withdrawn.status_code, by_prime.status_code) == (404, 404, 403)


async def test_an_outcome_is_announced_in_the_units_of_the_card(world: World) -> None:
    guide = an_outcome_guide("ACC_ENTRY") | {"subject": "family", "unit": "week", "most_per_claim": 13}
    await world.load_programme(guides=[a_part()["guides"][0] | {"outcomes": [guide]}])
    case_id = await world.a_started_case()
    await world.an_outcome(case_id, await world.a_document(case_id), quantity=10)

    [said] = await world.door.announced("OutcomeEvidenced")
    assert (said["subject_kind"], said["unit"], said["quantity"]) == ("family", "week", 10)


async def a_plan(world: World, case_id: UUID, agreed_on: str) -> None:
    body = {"kind": "support", "goals": [{"goal": "A home."}], "agreed_on": agreed_on}
    came_about(await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, body))


async def test_what_an_outcome_rests_on_is_announced_when_it_is_recorded_late(world: World) -> None:
    case_id = await world.a_started_case()
    outcome_id = await world.an_outcome(case_id, await world.a_note(case_id), facts={"hours": 16})

    await a_plan(world, case_id, "2019-09-20")

    first, again = await world.door.announced("OutcomeEvidenced")
    assert (first["revision"], first["plan"], first["cause"]) == (1, None, None)
    assert (again["revision"], again["plan"]["agreed_on"], again["cause"]) == (2, "2019-09-20", "plan")
    assert (again["facts"], again["evidence"]) == (first["facts"], first["evidence"])
    told = came_about(await world.door.get(f"/v1/outcomes/{outcome_id}", CASEWORKER))
    assert [(one["revision"], one["cause"], one["changed"]) for one in told["revisions"]] == [
        (1, None, []),
        (2, "plan", []),
    ]


async def test_what_comes_after_an_outcome_announces_it_no_second_time(world: World) -> None:
    case_id = await world.a_started_case()
    await a_plan(world, case_id, "2019-09-20")
    await world.an_outcome(case_id, await world.a_note(case_id))
    await world.an_outcome(case_id, outcome="MH", slot="first")

    score = {"instrument": "homelessness-star", "score": 30, "assessed_on": "2019-10-02"}
    came_about(await world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, score))
    await a_plan(world, case_id, "2019-10-07")

    assert [one["revision"] for one in await world.door.announced("OutcomeEvidenced")] == [1]


async def test_the_same_outcome_is_on_record_once_however_often_it_is_sent_at_once(world: World) -> None:
    case_id = await world.a_started_case()
    document = await world.a_document(case_id)
    body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01", "evidence": [str(document)]}

    path = f"/v1/cases/{case_id}/outcomes"
    answers = await asyncio.gather(*(world.door.post(path, CASEWORKER, body) for _ in range(6)))

    [kept] = [one.json() for one in answers if one.status_code == 201]
    refused = [one for one in answers if one.status_code == 409]
    assert (len(refused), {one.json()["outcome_id"] for one in refused}) == (5, {kept["id"]})
    assert {code for one in refused for code in refusals_in(one)} == {"outcome_on_record"}
    assert len(await world.door.announced("OutcomeEvidenced")) == 1


async def test_the_same_outcome_sent_at_once_to_two_cases_of_one_participant_is_on_record_once(world: World) -> None:
    participant, alias = new_id(), new_id()
    cases = [await world.a_started_case(participant_id=one) for one in (participant, alias)]
    await world.hear(a_merge(participant, alias))
    body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01"}

    paths = [f"/v1/cases/{one}/outcomes" for one in cases]
    answers = await asyncio.gather(*(world.door.post(path, CASEWORKER, body) for path in paths))

    assert sorted(one.status_code for one in answers) == [201, 409]


async def test_another_slot_or_day_is_another_outcome(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    said = [
        {"outcome": "MH", "slot": "first"},
        {"outcome": "MH", "slot": "second"},
        {"outcome": "MH", "slot": "second", "achieved_on": "2019-10-02"},
    ]

    assert len({await common_world.an_outcome(case_id, **one) for one in said}) == 3


async def test_no_outcome_is_corrected_into_another_on_record(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    kept, other = [await common_world.an_outcome(case_id, achieved_on=day) for day in ("2019-10-01", "2019-10-02")]

    body = {"achieved_on": "2019-10-01", "reason": "It was the day before."}
    answer = await common_world.door.post(f"/v1/outcomes/{other}/revisions", CASEWORKER, body)

    assert (answer.status_code, answer.json()["outcome_id"]) == (409, str(kept))


async def test_an_outcome_withdrawn_may_be_recorded_anew(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    withdrawn = await common_world.an_outcome(case_id)
    await common_world.door.post(f"/v1/outcomes/{withdrawn}/withdrawal", CASEWORKER, {"reason": "recorded-twice"})

    assert await common_world.an_outcome(case_id) != withdrawn


@pytest.mark.row("S-44")
async def test_a_wrong_slot_quantity_or_contributor_is_put_right_and_claims_hears_the_whole(world: World) -> None:
    case_id = await world.a_started_case()
    await world.joint_work(case_id, from_on="2019-09-20")
    note = await world.a_note(case_id)
    outcome_id = await world.an_outcome(case_id, note, outcome="MH", slot="first")
    path = f"/v1/outcomes/{outcome_id}/revisions"
    right: dict[str, Any] = {"slot": "second", "quantity": 2, "contributors": []}

    silent = await world.door.post(path, CASEWORKER, right)
    answer = came_about(await world.door.post(path, CASEWORKER, right | {"reason": "Connect had no part in it."}))

    assert (silent.status_code, refusals_in(silent)) == (422, ["correction_without_reason"])
    assert (answer["revision"], answer["changed"]) == (2, ["slot", "quantity", "contributors"])
    first, again = await world.door.announced("OutcomeEvidenced")
    said = [(one["slot"], one["quantity"], one["contributors"], one["cause"]) for one in (first, again)]
    assert said == [("first", 1, ["connect"], None), ("second", 2, [], None)]
    assert again["evidence"] == first["evidence"]
    told = came_about(await world.door.get(f"/v1/outcomes/{outcome_id}", CASEWORKER))
    assert (told["slot"], [one["slot"] for one in told["revisions"]]) == ("second", ["first", "second"])
    assert told["revisions"][1]["changed"][2] == {"what": "contributors", "before": ["connect"], "after": []}
    [kept] = (await world.told(case_id))["corrections"]
    assert (kept["kind"], kept["of_id"]) == ("outcome", str(outcome_id))
    assert kept["before"] == {"slot": "first", "quantity": 1, "contributors": ["connect"]}


async def test_where_only_who_contributed_is_another_the_outcome_is_no_other_to_claims(world: World) -> None:
    case_id = await world.a_started_case()
    await world.joint_work(case_id, from_on="2019-09-20")
    outcome_id = await world.an_outcome(case_id, await world.a_note(case_id))

    right: dict[str, Any] = {"contributors": [], "reason": "They joined for another goal."}
    came_about(await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, right))

    assert [one["cause"] for one in await world.door.announced("OutcomeEvidenced")] == [None, "contributors"]


async def test_what_is_only_recorded_is_said_again_when_it_is_put_right(world: World) -> None:
    case_id = await world.a_started_case()
    outcome_id = await world.an_outcome(case_id, outcome="MH", slot="first")

    right = {"slot": "second", "achieved_on": "2019-09-30", "reason": "It was the week before."}
    answer = came_about(await world.door.post(f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, right))

    assert (answer["state"], await world.door.announced("OutcomeEvidenced")) == ("recorded", [])
    said = [(one["slot"], one["achieved_on"]) for one in await world.door.announced("OutcomeRecorded")]
    assert said == [("first", "2019-10-01"), ("second", "2019-09-30")]


@pytest.mark.parametrize(
    ("wrong", "code", "allowed"),
    [
        ({"slot": "third"}, "unknown_slot", "first, second"),
        ({"contributors": ["connect"]}, "contributor_not_joint", "Agree joint work"),
        ({"achieved_on": "2019-10-08"}, "achieved_in_the_future", "once it is achieved"),
    ],
)
async def test_an_outcome_is_not_put_right_to_what_cannot_be(
    common_world: World, wrong: dict[str, Any], code: str, allowed: str
) -> None:
    case_id = await common_world.a_started_case()
    outcome_id = await common_world.an_outcome(case_id, outcome="MH", slot="first")

    refused = await common_world.door.post(
        f"/v1/outcomes/{outcome_id}/revisions", CASEWORKER, wrong | {"reason": "Misread."}
    )

    assert (refused.status_code, refusals_in(refused)) == (422, [code])
    assert allowed in refused.json()["detail"]
