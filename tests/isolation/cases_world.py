"""Case management: a case is its lead's, its joint provider's while they work together, and the partnership's."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from case_management.events.heard import REACTIONS
from case_management.main import create_app_for
from case_management.routes.bulk import KINDS
from common.audit.grants import Grants
from tests.case_management.api.world import a_part, an_allocation
from tests.isolation.bulk import bulk_examples
from tests.isolation.feeds import feed_examples, filtered
from tests.isolation.matrix import Asking, Example, Expected
from tests.isolation.sandbox import TERM
from tests.isolation.worlds import (
    ELSEWHERE,
    JOINT,
    OWN,
    PARTNER,
    PROGRAMME,
    STRANGER,
    World,
    bearer,
    opened,
)
from tests.parts.api import records_of
from tests.parts.papers import HEIC, PDF
from tests.parts.postgres import Databases

SECRET = "Her mother told us where he lives now"
"""Words of a restricted case's note that is not shared."""
ORDINARY = "She is looking for a flat"
SHARED_WORDS = "The locks were changed"
Made = Callable[[World, str], Awaitable[Asking]]


def a_small_part(programme: str) -> dict[str, Any]:
    cards = [{"provider_id": each, "card": "kbop-lcf"} for each in (OWN, PARTNER, STRANGER, "connect")]
    fund = {"budget_pence": 10**9, "delegated_pence": 20_000, "split_within_days": 0, "categories": ["laptop"]}
    return a_part(programme_id=programme, provider_cards=cards, fund=fund) | {"sandbox": TERM}


@asynccontextmanager
async def cases_world(databases: Databases) -> AsyncGenerator[World]:
    with TemporaryDirectory() as folder:
        more: dict[str, Any] = {"settings": {"data_dir": folder}, "secrets": frozenset({SECRET})}
        more["shared"] = frozenset({"same_file_decision"})  # about two participants, and the partnership's alone
        async with opened(databases, "case-management", create_app_for, **more) as world:
            for programme in (PROGRAMME, ELSEWHERE):
                who = bearer("operator", None, programme)
                await world.send("PUT", f"/v1/programmes/{programme}", who, a_small_part(programme))
            for owner, provider in ((OWN, OWN), (PARTNER, PARTNER), (STRANGER, STRANGER), (ELSEWHERE, OWN)):
                await a_full_case(world, owner, provider)
            await a_full_case(world, restricted=True)
            yield world


async def a_case(world: World, owner: str = JOINT, provider: str = OWN, *, started: bool = True, **but: Any) -> str:
    """A case of a new participant; a joint one is worked on by `PARTNER` too."""
    programme = ELSEWHERE if owner == ELSEWHERE else PROGRAMME
    event = an_allocation(provider_id=provider, programme_id=programme, **but)
    await world.door.hear(REACTIONS, records_of([event]))
    [row] = await world.door.rows("select id from support_case where allocation_id = :id", id=event.allocation_id)
    case_id = str(row["id"])
    world.belongs(owner, event.participant_id, case_id)
    lead = bearer("provider-manager", provider, programme)
    if started:
        await world.post(f"/v1/cases/{case_id}/start", lead, {"started_on": "2019-09-16"})
        world.kept |= {"subject": f"participant/{event.participant_id}"} if programme == PROGRAMME else {}
    if owner == JOINT:
        await a_joint_work(world, case_id)
    return case_id


async def a_joint_work(world: World, case_id: str) -> str:
    body = {"joint_provider_id": PARTNER}
    joint_work = await world.post(f"/v1/cases/{case_id}/joint-work", bearer("provider-manager"), body)
    return joint_work["id"]


async def a_restricted_case(world: World, **but: Any) -> str:
    return await a_case(world, restricted=True, **but)


async def a_document(
    world: World, case_id: str, provider: str = OWN, programme: str = PROGRAMME, sent: Any = None
) -> str:
    who = bearer("caseworker", provider, programme)
    headers = {"Authorization": f"Bearer {who}", "Simulated-Now": world.at.isoformat(), "Idempotency-Key": uuid4().hex}
    answer = await world.door.client.post(f"/v1/cases/{case_id}/documents", headers=headers, **(sent or A_LETTER))
    assert answer.is_success, answer.text
    return answer.json()["id"]


async def a_note(world: World, case_id: str, who: str, text: str = ORDINARY, **but: Any) -> str:
    return (await world.post(f"/v1/cases/{case_id}/notes", who, {"text": text} | but))["id"]


async def an_assessment(world: World, case_id: str, who: str) -> str:
    """One put right once."""
    made = await world.post(f"/v1/cases/{case_id}/assessments", who, {"instrument": "homelessness-star", "score": 30})
    await world.post(f"/v1/assessments/{made['id']}/corrections", who, {"score": 31, "reason": "The form says so."})
    return made["id"]


async def a_plan(world: World, case_id: str, who: str) -> str:
    return (await world.post(f"/v1/cases/{case_id}/plans", who, A_PLAN))["id"]


async def an_outcome(world: World, case_id: str, who: str, *evidence: str) -> str:
    body = {"outcome": "ACC_ENTRY", "achieved_on": "2019-10-01", "evidence": evidence}
    return (await world.post(f"/v1/cases/{case_id}/outcomes", who, body))["id"]


async def a_fund_request(world: World, case_id: str, who: str, pence: int = 5_000) -> str:
    body = {"category": "laptop", "outcome": "ACC_ENTRY", "amount_pence": pence}
    return (await world.post(f"/v1/cases/{case_id}/fund-requests", who, body))["id"]


async def a_full_case(world: World, owner: str = JOINT, provider: str = OWN, **but: Any) -> dict[str, str]:
    """A case with a row in every table of a case; the ids of what routes are asked for."""
    case_id = await a_case(world, owner, provider, **but)
    programme = ELSEWHERE if owner == ELSEWHERE else PROGRAMME
    who = bearer("provider-manager", provider, programme)
    plan = {"kind": "safety" if but.get("restricted") else "support", "goals": [{"goal": "A home."}]}
    await world.post(f"/v1/cases/{case_id}/plans", who, plan)
    await an_assessment(world, case_id, who)
    note_id = await a_note(world, case_id, who, SECRET if but.get("restricted") else ORDINARY)
    document_id = await a_document(world, case_id, provider, programme)
    await a_note(world, case_id, who, SHARED_WORDS, shareable=True)
    outcome_id = await an_outcome(world, case_id, who, note_id, document_id)
    body = {"reason": "disengaged", "by_participant": True}
    await a_fund_request(world, case_id, who)
    request = await world.post(f"/v1/cases/{case_id}/closure-requests", who, body)
    return {
        "case_id": case_id,
        "note_id": note_id,
        "document_id": document_id,
        "outcome_id": outcome_id,
        "request_id": request["id"],
    }


A_LETTER: dict[str, Any] = {
    "data": {"kind": "landlord-letter"},
    "files": {"file": ("letter.pdf", PDF, "application/pdf")},
}
A_PHOTOGRAPH = A_LETTER | {"files": {"file": ("IMG_1.HEIC", HEIC, "image/heic")}}
SENT_LETTER = {"form": A_LETTER["data"], "files": A_LETTER["files"]}
Making = Callable[[World], Awaitable[str]]


def on(made: Making, **asking: Any) -> Made:
    """A request about a case made for it alone."""

    async def make(world: World, _: str) -> Asking:
        return Asking({"case_id": await made(world)}, **asking)

    return make


def looking(name: str, *, restricted: bool = False, hides: tuple[str, ...] = ()) -> Made:
    """A read of a thing by its id, from one case that is kept for reading."""

    async def make(world: World, _: str) -> Asking:
        full = world.kept.get(f"full {restricted}") or await a_full_case(world, restricted=restricted)
        world.kept[f"full {restricted}"] = full
        secrets = (full["note_id"], full["document_id"], full["outcome_id"], full["request_id"]) if hides else ()
        return Asking({name: full[name]}, shows=() if name == "document_id" else (full[name],), hides=hides + secrets)

    return make


def as_granted(*, restricted: bool = False) -> Made:
    """The document, with the grant that claims would sign for the auditor who asks."""

    async def make(world: World, role: str) -> Asking:
        asking = await looking("document_id", restricted=restricted)(world, role)
        grants: Grants = world.door.app.state.grants
        grant, _ = grants.sign(PROGRAMME, "auditor.quarterly-audit", [UUID(asking.params["document_id"])])
        return replace(asking, query={"grant": grant})

    return make


def notes(*, restricted: bool = False) -> Made:
    async def make(world: World, role: str) -> Asking:
        asking = await looking("case_id", restricted=restricted, hides=(SECRET,) if restricted else ())(world, role)
        return Asking(asking.params, hides=asking.hides[:2])

    return make


def of_an_outcome(body: Any, *, restricted: bool = False) -> Made:
    async def make(world: World, _: str) -> Asking:
        case_id = await a_case(world, restricted=restricted)
        who = bearer("caseworker")
        note_id = await a_note(world, case_id, who)
        outcome_id = await an_outcome(world, case_id, who, note_id)
        another = await a_note(world, case_id, who)
        return Asking({"outcome_id": outcome_id}, body=body or {"evidence": [note_id, another]})

    return make


def of_a(name: str, made: Callable[[World, str, str], Awaitable[str]], body: dict[str, Any], **params: str) -> Made:
    """Of a part of a case, made by its lead for it alone; the version is the case's."""

    async def make(world: World, _: str) -> Asking:
        case_id = await a_case(world)
        part_id = await made(world, case_id, bearer("caseworker"))
        return Asking({name: part_id, **params}, body=body, version=await world.version_of(case_id))

    return make


async def a_document_of_the_lead(world: World, case_id: str, _: str) -> str:
    return await a_document(world, case_id)


async def a_phase(world: World, case_id: str, who: str) -> str:
    await world.post(f"/v1/cases/{case_id}/phase", who, {"phase": "light-touch"})
    found = "select id from case_phase where case_id = cast(:id as uuid) and phase = 'light-touch'"
    [row] = await world.door.rows(found, id=case_id)
    return str(row["id"])


async def handed_over(world: World, _: str) -> Asking:
    return Asking(body={"cases": [{"case_id": await a_case(world), "worker": "worker-2"}]})


def of_a_score(body: dict[str, Any]) -> Made:
    return of_a("assessment_id", an_assessment, body)


def of_a_plan(body: dict[str, Any], **params: str) -> Made:
    return of_a("plan_id", a_plan, body, **params)


async def a_wish(world: World, case_id: str, who: str) -> str:
    return (await world.post(f"/v1/cases/{case_id}/closure-requests", who, A_WISH))["id"]


async def a_closed_case(world: World) -> str:
    case_id = await a_case(world)
    request_id = await a_wish(world, case_id, bearer("caseworker"))
    await world.post(f"/v1/closure-requests/{request_id}/decision", bearer("prime-manager"), {"decision": "confirmed"})
    return case_id


async def put_right(world: World, _: str) -> Asking:
    """What was put right of one case that is kept for reading."""
    case_id = world.kept["put right"] = world.kept.get("put right") or await a_case(world)
    assessment_id = await an_assessment(world, case_id, bearer("caseworker"))
    return Asking({"case_id": case_id}, query={"limit": 200}, shows=(assessment_id,))


async def a_case_without(world: World) -> str:
    return await a_case(world, OWN)


async def an_allocated_case(world: World) -> str:
    return await a_case(world, started=False)


async def listed(world: World, _: str) -> Asking:
    return Asking(query={"limit": 200}, shows=(await a_case(world), await a_case(world, OWN)))


def a_name() -> dict[str, str]:
    return {"external_id": f"A-{uuid4().hex}"}


async def case_named(world: World, _: str) -> Asking:
    case_id = await a_case(world)
    return Asking({"case_id": case_id, "system": "horton-crm"}, body=a_name(), shows=(case_id,))


async def outcome_named(world: World, role: str) -> Asking:
    asking = await looking("outcome_id")(world, role)
    return replace(asking, params={**asking.params, "system": "horton-crm"}, body=a_name(), shows=())


async def names_listed(world: World, _: str) -> Asking:
    case_id, name = await a_case(world), a_name()
    path = f"/v1/cases/{case_id}/external-ids/horton-crm"
    (await world.door.put(path, bearer("provider-manager", OWN), name)).raise_for_status()
    return Asking(query={"limit": 200}, shows=(name["external_id"],), hides=(name["external_id"],))


async def ended(world: World, _: str) -> Asking:
    case_id = await a_case(world, OWN)
    joint_work_id = await a_joint_work(world, case_id)
    world.seeds[OWN] -= {case_id}
    [row] = await world.door.rows("select participant_id from support_case where id = cast(:id as uuid)", id=case_id)
    world.seeds[OWN] -= {str(row["participant_id"])}
    world.belongs(JOINT, case_id, row["participant_id"])
    return Asking({"joint_work_id": joint_work_id}, body={})


def joint(body: dict[str, Any]) -> Made:
    """Of joint work that goes on; the version is the case's."""

    async def make(world: World, role: str) -> Asking:
        asked = await ended(world, role)
        [row] = await world.door.rows(
            "select case_id from case_access where id = cast(:id as uuid)", id=asked.params["joint_work_id"]
        )
        return Asking(asked.params, body=body, version=await world.version_of(str(row["case_id"])))

    return make


async def decided(world: World, _: str) -> Asking:
    full = await a_full_case(world)
    return Asking({"request_id": full["request_id"]}, body={"decision": "confirmed"}, shows=(full["request_id"],))


async def granted(world: World, role: str) -> Asking:
    """The manager's when it is small, the board's when it is large; of a case that nobody else works on."""
    case_id = await a_case(world, OWN)
    request_id = await a_fund_request(
        world, case_id, bearer("caseworker"), 90_000 if role == "prime-finance" else 5_000
    )
    return Asking({"request_id": request_id}, body={"decision": "approved"})


def of_the_fund(body: dict[str, Any]) -> Made:
    """Of an open request of a case that nobody else works on; the version is the case's."""

    async def make(world: World, _: str) -> Asking:
        case_id = await a_case(world, OWN)
        request_id = await a_fund_request(world, case_id, bearer("caseworker"))
        return Asking({"request_id": request_id}, body=body, version=await world.version_of(case_id))

    return make


async def fund_listed(world: World, _: str) -> Asking:
    case_id = await a_case(world, OWN)
    return Asking(query={"limit": 200}, shows=(await a_fund_request(world, case_id, bearer("caseworker")),))


async def fund_of_a_case(world: World, _: str) -> Asking:
    case_id = world.kept["funded"] = world.kept.get("funded") or await a_case(world)
    request_id = await a_fund_request(world, case_id, bearer("caseworker"))
    return Asking({"case_id": case_id}, query={"limit": 200}, shows=(request_id,), hides=(request_id,))


async def an_innovation(world: World) -> str:
    body = {"outcome": "ACC_ENTRY", "amount_pence": 100, "purpose": "A garden to meet in."}
    return (await world.post("/v1/innovations", bearer("provider-manager"), body))["id"]


async def proposed(world: World, _: str) -> Asking:
    """Whoever asks proposes for their own provider and is told so."""
    return Asking(
        body={"outcome": "ACC_ENTRY", "amount_pence": 100, "purpose": "A garden to meet in."}, shows=("open",)
    )


async def innovation_decided(world: World, _: str) -> Asking:
    innovation_id = await an_innovation(world)
    return Asking({"innovation_id": innovation_id}, body={"decision": "approved"}, shows=(innovation_id,))


async def innovation_taken_back(world: World, _: str) -> Asking:
    innovation_id = await an_innovation(world)
    return Asking({"innovation_id": innovation_id}, body=WHY, shows=(innovation_id,))


async def innovations(world: World, _: str) -> Asking:
    innovation_id = await an_innovation(world)
    return Asking(query={"limit": 200}, shows=(innovation_id,), hides=(innovation_id,))


async def documents_checked(world: World, _: str) -> Asking:
    document_id = (await a_full_case(world))["document_id"]
    return Asking(query={"limit": 200}, shows=(document_id,), hides=(document_id,))


async def outcomes_listed(world: World, _: str) -> Asking:
    return Asking(query={"limit": 200}, shows=(await _listed(world, "outcome_id"),))


async def documents_listed(world: World, _: str) -> Asking:
    return Asking(query={"limit": 200}, shows=(await _listed(world, "document_id"),))


async def _listed(world: World, part: str) -> str:
    return (await a_full_case(world, OWN))[part]


async def assessments_listed(world: World, _: str) -> Asking:
    case_id = await a_case(world, OWN)
    return Asking(query={"limit": 200}, shows=(await an_assessment(world, case_id, bearer("caseworker")),))


async def copied(world: World, _: str) -> Asking:
    """A photograph that evidences an outcome, kept for reading."""
    if (document_id := world.kept.get("photograph")) is None:
        case_id = await a_case(world)
        document_id = world.kept["photograph"] = await a_document(world, case_id, sent=A_PHOTOGRAPH)
        await an_outcome(world, case_id, bearer("caseworker"), document_id)
    return Asking({"document_id": document_id})


async def same_files_listed(world: World, _: str) -> Asking:
    """The letter of every full case is the first one's too."""
    document_id = (await a_full_case(world))["document_id"]
    return Asking(query={"limit": 200}, shows=(document_id,), hides=(document_id,))


async def same_file_decided(world: World, _: str) -> Asking:
    document_id = (await a_full_case(world))["document_id"]
    body = {"decision": "coincidence", "reason": "One letter about two people."}
    return Asking({"document_id": document_id}, body=body, shows=(document_id,))


async def loaded(_: World, __: str) -> Asking:
    return Asking({"programme_id": PROGRAMME}, body=a_small_part(PROGRAMME))


async def the_programme(_: World, __: str) -> Asking:
    return Asking({"programme_id": PROGRAMME}, shows=("homelessness-star",))


SAME = Expected.SAME
A_PLAN = {"kind": "support", "goals": [{"goal": "A home."}]}
A_SCORE = {"instrument": "homelessness-star", "score": 40}
A_NOTE = {"text": "We looked at three flats."}
AN_OUTCOME = {"outcome": "MH", "slot": "first", "achieved_on": "2019-10-01"}
A_WISH = {"reason": "disengaged", "by_participant": True}
NO_PLAN = 0
"""The version of the plan before the first."""
A_NEED = {"category": "laptop", "outcome": "ACC_ENTRY", "amount_pence": 15_000}
WHY = {"reason": "The form says so."}
ENDING = {"reason": "recorded-by-mistake"}
CASE = "/v1/cases/{case_id}"


async def a_score_as_a_row(world: World, _: str) -> dict[str, Any]:
    return {"case_id": await a_case(world, OWN)} | A_SCORE


EXAMPLES: dict[str, Example] = {
    **feed_examples("cases", "referrals"),
    **bulk_examples(KINDS, KINDS["assessments"], a_score_as_a_row),
    "GET /v1/cases": filtered(listed),
    "GET /v1/external-ids": filtered(names_listed),
    f"PUT {CASE}/external-ids/{{system}}": Example(case_named, joint=SAME),
    "PUT /v1/outcomes/{outcome_id}/external-ids/{system}": Example(outcome_named, joint=SAME),
    f"GET {CASE}": Example(looking("case_id"), joint=SAME),
    f"GET {CASE}/notes": Example(notes(), joint=SAME),
    f"GET {CASE}/corrections": Example(put_right, joint=SAME),
    "POST /v1/assessments/{assessment_id}/corrections": Example(of_a_score({"score": 44} | WHY), joint=403),
    "POST /v1/assessments/{assessment_id}/withdrawal": Example(of_a_score(WHY), joint=403),
    f"POST {CASE}/start": Example(on(an_allocated_case, body={}), joint=403),
    f"POST {CASE}/start/corrections": Example(on(a_case, body={"started_on": "2019-09-23"} | WHY), joint=403),
    f"POST {CASE}/start/withdrawal": Example(on(a_case, body=WHY), joint=403),
    "POST /v1/plans/{plan_id}/corrections": Example(of_a_plan({"agreed_on": "2019-10-01"} | WHY), joint=403),
    "POST /v1/plans/{plan_id}/goals/{place}/corrections": Example(
        of_a_plan({"mark": "reached"} | WHY, place="1"), joint=403
    ),
    "POST /v1/plans/{plan_id}/withdrawal": Example(of_a_plan(WHY), joint=403),
    "POST /v1/documents/{document_id}/corrections": Example(
        of_a("document_id", a_document_of_the_lead, {"dated_on": "2019-10-01"} | WHY), joint=403
    ),
    "POST /v1/notes/{note_id}/sharing": Example(of_a("note_id", a_note, {"shareable": True} | WHY), joint=403),
    "POST /v1/phases/{phase_id}/corrections": Example(of_a("phase_id", a_phase, {"worker": "w-1"} | WHY), joint=403),
    "POST /v1/phases/{phase_id}/withdrawal": Example(of_a("phase_id", a_phase, WHY), joint=403),
    "POST /v1/hand-overs": Example(handed_over, joint=403),
    f"POST {CASE}/phase": Example(on(a_case, body={"phase": "light-touch"}), joint=403),
    f"POST {CASE}/plans": Example(on(a_case, body=A_PLAN, version=NO_PLAN), joint=403),
    f"POST {CASE}/assessments": Example(on(a_case, body=A_SCORE), joint=403),
    f"POST {CASE}/notes": Example(on(a_case, body=A_NOTE), joint=SAME),
    f"POST {CASE}/documents": Example(on(a_case, **SENT_LETTER), joint=SAME),
    f"POST {CASE}/outcomes": Example(on(a_case, body=AN_OUTCOME), joint=403),
    f"POST {CASE}/closure-requests": Example(on(a_case, body=A_WISH), joint=403),
    f"POST {CASE}/fund-requests": Example(on(a_case, body=A_NEED), joint=403),
    "POST /v1/fund-requests/{request_id}/decision": Example(granted),
    "POST /v1/fund-requests/{request_id}/corrections": Example(of_the_fund({"amount_pence": 1} | WHY)),
    "POST /v1/fund-requests/{request_id}/withdrawal": Example(of_the_fund(WHY)),
    "GET /v1/fund-requests": filtered(fund_listed),
    "POST /v1/innovations": Example(
        proposed, joint=Expected.SAME, organisation=Expected.SAME, programme=Expected.APART
    ),
    "POST /v1/innovations/{innovation_id}/decision": Example(innovation_decided),
    "POST /v1/innovations/{innovation_id}/withdrawal": Example(innovation_taken_back),
    "GET /v1/innovations": filtered(innovations),
    f"GET {CASE}/fund-requests": Example(fund_of_a_case, joint=Expected.FILTERED),
    f"POST {CASE}/joint-work": Example(on(a_case_without, body={"joint_provider_id": "connect"})),
    f"POST {CASE}/restriction": Example(on(a_case, body={}), joint=403),
    "POST /v1/joint-work/{joint_work_id}/end": Example(ended, joint=403),
    "POST /v1/joint-work/{joint_work_id}/corrections": Example(joint({"from_on": "2019-10-01"} | WHY), joint=403),
    "POST /v1/joint-work/{joint_work_id}/withdrawal": Example(joint(WHY), joint=403),
    "POST /v1/closure-requests/{request_id}/decision": Example(decided),
    "POST /v1/closure-requests/{request_id}/corrections": Example(
        of_a("request_id", a_wish, {"closure_reason": "deceased"} | WHY), joint=403
    ),
    "POST /v1/closure-requests/{request_id}/withdrawal": Example(of_a("request_id", a_wish, WHY), joint=403),
    f"POST {CASE}/closure/corrections": Example(on(a_closed_case, body={"closure_reason": "deceased"} | WHY)),
    f"POST {CASE}/reopening": Example(on(a_closed_case, body=WHY)),
    "GET /v1/documents/checks": filtered(documents_checked),
    "GET /v1/documents/{document_id}": Example(looking("document_id"), joint=SAME),
    "GET /v1/documents/{document_id}/content": Example(looking("document_id"), joint=SAME),
    "GET /v1/granted-documents/{document_id}": Example(as_granted(), programme=403),
    "GET /v1/granted-documents/{document_id}/content": Example(as_granted(), programme=403),
    "GET /v1/documents/{document_id}/reading-copy": Example(looking("document_id"), joint=SAME),
    "POST /v1/documents/{document_id}/reading-copy": Example(copied, joint=SAME),
    "GET /v1/same-files": filtered(same_files_listed),
    "GET /v1/outcomes": filtered(outcomes_listed),
    "GET /v1/assessments": filtered(assessments_listed),
    "GET /v1/documents": filtered(documents_listed),
    "POST /v1/same-files/{document_id}/decision": Example(same_file_decided),
    "GET /v1/outcomes/{outcome_id}": Example(looking("outcome_id"), joint=SAME),
    "POST /v1/outcomes/{outcome_id}/revisions": Example(of_an_outcome(None), joint=403),
    "POST /v1/outcomes/{outcome_id}/withdrawal": Example(of_an_outcome(ENDING), joint=403),
    "GET /v1/programmes/{programme_id}": Example(the_programme, joint=SAME, organisation=SAME),
    "PUT /v1/programmes/{programme_id}": Example(loaded, programme=403),
}
RESTRICTED: dict[str, Example] = {
    f"GET {CASE}": Example(looking("case_id", restricted=True, hides=(SECRET,)), joint=Expected.FILTERED),
    f"GET {CASE}/notes": Example(notes(restricted=True), joint=Expected.FILTERED),
    f"POST {CASE}/plans": Example(on(a_restricted_case, body=A_PLAN | {"kind": "safety"}, version=NO_PLAN), joint=403),
    f"POST {CASE}/outcomes": Example(on(a_restricted_case, body=AN_OUTCOME), joint=403),
    "GET /v1/documents/{document_id}": Example(looking("document_id", restricted=True)),
    "GET /v1/documents/{document_id}/content": Example(looking("document_id", restricted=True)),
    "GET /v1/documents/{document_id}/reading-copy": Example(looking("document_id", restricted=True)),
    "GET /v1/outcomes/{outcome_id}": Example(looking("outcome_id", restricted=True)),
    "POST /v1/outcomes/{outcome_id}/revisions": Example(of_an_outcome(None, restricted=True)),
    "POST /v1/outcomes/{outcome_id}/withdrawal": Example(of_an_outcome(ENDING, restricted=True)),
}
