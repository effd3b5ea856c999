import pytest

from tests.case_management.api.world import CASEWORKER, PROVIDER_MANAGER, World, came_about, refusals_in


@pytest.mark.row("S-10")
@pytest.mark.row("S-33")
async def test_a_plan_is_agreed_and_its_clock_announced(world: World) -> None:
    case_id = await world.an_allocated_case()

    goals = [{"goal": "Settle", "own_words": "A door I can lock."}]
    body = {"kind": "support", "goals": goals, "agreed_on": "2019-09-23"}
    answer = await world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, body)

    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    [agreed] = await world.door.announced("SupportPlanAgreed")
    assert (agreed["kind"], agreed["days_from_allocation"]) == ("support", 14)
    assert "lock" not in str(agreed)
    shown = [goal | {"mark": "open", "outcome_id": None} for goal in goals]
    assert (await world.told(case_id))["plans"][0]["goals"] == shown


async def test_a_later_plan_stands_beside_the_first(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    body = {"kind": "support", "goals": [{"goal": "A home."}]}
    path = f"/v1/cases/{case_id}/plans"

    first = await common_world.door.post(path, CASEWORKER, body)
    second = await common_world.door.post(path, CASEWORKER, body, version=1)
    stale = await common_world.door.post(path, CASEWORKER, body, version=1)

    assert (first.json()["version"], second.json()["version"], stale.status_code) == (1, 2, 412)


@pytest.mark.parametrize(
    ("but", "codes"),
    [
        ({"kind": "safety"}, ["wrong_kind_of_plan"]),
        ({"goals": [], "agreed_with_participant": False}, ["no_goal", "plan_not_agreed"]),
        ({"agreed_on": "2019-10-08"}, ["plan_in_the_future"]),
        ({"agreed_on": "2019-09-08"}, ["plan_before_allocation"]),
    ],
)
async def test_a_plan_is_refused_with_every_reason(
    common_world: World, but: dict[str, object], codes: list[str]
) -> None:
    case_id = await common_world.a_started_case()

    body = {"kind": "support", "goals": [{"goal": "A home."}]} | but
    answer = await common_world.door.post(f"/v1/cases/{case_id}/plans", CASEWORKER, body)

    assert (answer.status_code, refusals_in(answer)) == (422, codes)


@pytest.mark.row("S-35")
@pytest.mark.row("S-36")
async def test_an_assessment_has_the_stage_its_date_gives_it(world: World) -> None:
    case_id = await world.a_started_case()
    path = f"/v1/cases/{case_id}/assessments"

    body = {"instrument": "homelessness-star", "score": 30, "assessed_on": "2019-09-20"}
    first = await world.door.post(path, CASEWORKER, body)
    soon = await world.door.post(path, CASEWORKER, body | {"score": 31, "assessed_on": "2019-10-01"})

    assert (first.json()["stage"], soon.json()["stage"]) == ("initial", "later")
    assert [(one["stage"], one["score"]) for one in await world.door.announced("AssessmentRecorded")] == [
        ("initial", 30),
        ("later", 31),
    ]


@pytest.mark.parametrize(
    ("but", "code"),
    [
        ({"score": 101}, "score_off_the_scale"),
        ({"instrument": "tea-leaves"}, "unknown_instrument"),
        ({"assessed_on": "2019-10-08"}, "assessed_in_the_future"),
        ({"assessed_on": "2019-09-01"}, "assessed_before_referral"),
    ],
)
async def test_an_assessment_that_cannot_be_is_refused(common_world: World, but: dict[str, object], code: str) -> None:
    case_id = await common_world.a_started_case()

    body = {"instrument": "homelessness-star", "score": 30} | but
    answer = await common_world.door.post(f"/v1/cases/{case_id}/assessments", CASEWORKER, body)

    assert (answer.status_code, refusals_in(answer)) == (422, [code])


@pytest.mark.row("S-32")
async def test_a_note_is_corrected_by_another_and_never_changed(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    wrong = await common_world.a_note(case_id, text="We met on Monday.")

    right = await common_world.a_note(case_id, text="We met on Tuesday.", corrects=str(wrong))
    changed = await common_world.door.send("PUT", f"/v1/cases/{case_id}/notes", CASEWORKER, {"text": "x"})

    notes = (await common_world.told(case_id))["notes"]
    assert [(one["id"], one["corrects"]) for one in notes] == [(str(wrong), None), (str(right), str(wrong))]
    assert changed.status_code == 405


async def test_a_note_of_another_case_is_not_corrected_here(common_world: World) -> None:
    foreign = await common_world.a_note(await common_world.a_started_case())
    case_id = await common_world.a_started_case()

    body = {"text": "No.", "corrects": str(foreign)}
    answer = await common_world.door.post(f"/v1/cases/{case_id}/notes", CASEWORKER, body)

    assert (answer.status_code, refusals_in(answer)) == (422, ["correction_of_no_note"])


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "a\u0000b"},
        {"text": "Called.", "attempt": True},
        {"text": "x", "channel": "pigeon"},
        {"text": "x", "noted_on": "1999-12-31"},
    ],
)
async def test_a_note_that_cannot_be_kept_is_refused(common_world: World, body: dict[str, object]) -> None:
    case_id = await common_world.a_started_case()

    answer = await common_world.door.post(f"/v1/cases/{case_id}/notes", CASEWORKER, body)

    assert answer.status_code == 422


async def test_a_note_of_tomorrow_is_refused_and_one_of_today_kept(common_world: World) -> None:
    case_id = await common_world.a_started_case()

    path = f"/v1/cases/{case_id}/notes"
    tomorrow = await common_world.door.post(path, CASEWORKER, {"text": "x", "noted_on": "2019-10-08"})
    today = await common_world.door.post(path, CASEWORKER, {"text": "x", "noted_on": "2019-10-07"})

    assert (tomorrow.status_code, refusals_in(tomorrow)) == (422, ["note_of_the_future"])
    assert today.status_code == 201


@pytest.mark.row("S-32")
async def test_notes_come_in_pages_in_the_order_of_what_happened(common_world: World) -> None:
    case_id = await common_world.a_started_case()
    days = ["2019-10-03", "2019-09-20", "2019-10-01"]
    for day in days:
        await common_world.a_note(case_id, noted_on=day)

    first = came_about(await common_world.door.get(f"/v1/cases/{case_id}/notes", CASEWORKER, limit=2))
    rest = await common_world.door.get(f"/v1/cases/{case_id}/notes", CASEWORKER, cursor=first["next"])

    shown = [one["noted_on"] for one in (*first["items"], *rest.json()["items"])]
    assert (shown, rest.json()["next"]) == (sorted(days), None)


@pytest.mark.row("S-33")
@pytest.mark.row("S-34")
@pytest.mark.parametrize("disclosed", ["at-referral", "in-the-midst-of-support"])
async def test_someone_at_risk_at_a_generic_provider_is_judged_on_the_plan_its_card_asks_for(
    world: World, disclosed: str
) -> None:
    case_id = await world.a_started_case(restricted=disclosed == "at-referral")
    plans = f"/v1/cases/{case_id}/plans"
    if disclosed != "at-referral":
        await world.door.post(plans, CASEWORKER, {"kind": "support", "goals": [{"goal": "A home."}]})
        await world.door.post(f"/v1/cases/{case_id}/restriction", PROVIDER_MANAGER, {"reason": "domestic-abuse"})

    support = await world.door.post(plans, CASEWORKER, {"kind": "support", "goals": [{"goal": "A home."}]})
    safety = await world.door.post(plans, CASEWORKER, {"kind": "safety", "goals": [{"goal": "To be safe."}]})
    await world.an_outcome(case_id, await world.a_note(case_id))

    assert (support.status_code, safety.status_code) == (201, 201)
    [evidenced] = await world.door.announced("OutcomeEvidenced")
    assert evidenced["plan"]["kind"] == "support"
