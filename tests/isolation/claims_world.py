"""Claims: a claim is its provider's and the partnership's; money and statements are not for providers to browse."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from claims.events.heard import REACTIONS
from claims.main import create_app_for
from claims.routes.roles import CARD_PARTIES
from common.contracts import Event
from common.contracts.cases import JointWorkAgreed, OutcomeWithdrawn
from common.ids import new_id
from rulebook.calendar import months_after
from tests.claims.parts import AT, OTHER_VERIFIER, PART, REFUSAL, WHY, asking, evidenced, raised
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
from tests.parts.cards import CHANGES, accept_cards
from tests.parts.postgres import Databases

SEPTEMBER = datetime(2022, 9, 15, 9, 0, tzinfo=UTC)
LATER = datetime(2023, 2, 6, 9, 0, tzinfo=UTC)
"""After every month that is closed here."""

TAKE_BACK = {"decision": "take-back", "code": "not-achieved", "reason": "It was never taken up."}
LET_STAND = {"decision": "let-stand", "code": "immaterial", "reason": "It changes nothing."}
PRIME, VERIFIER, FINANCE = bearer("prime-manager"), bearer("council-verifier"), bearer("prime-finance")


def calder() -> dict[str, Any]:
    """The other programme: the same providers and cap, but no card for domestic abuse, and titles of its own."""
    cards = [card | {"title": f"Calder {card['card']}"} for card in PART["rate_cards"] if card["card"] == "generic"]
    named = [each | {"card": "generic"} for each in PART["provider_cards"]]
    return PART | {"programme_id": ELSEWHERE, "rate_cards": cards, "provider_cards": named, "sandbox": TERM}


@asynccontextmanager
async def claims_world(databases: Databases) -> AsyncGenerator[World]:
    shared = frozenset({"statement", "statement_line", "evidence_equivalent", "equivalent_ruling", "audit_grant"})
    async with opened(databases, "claims", create_app_for, at=AT, shared=shared) as world:
        await world.send("PUT", "/v1/programmes/kbop", bearer("operator"), PART | {"sandbox": TERM})
        await world.send("PUT", "/v1/programmes/calder", bearer("operator", None, ELSEWHERE), calder())
        for programme in (PROGRAMME, ELSEWHERE):
            await accept_cards(world.door, programme, at=AT)
        for owner in (OWN, STRANGER, PARTNER):
            await a_claim(world, owner=owner)
            await a_claim(world, "ACC_3M", owner=owner)
        for _ in range(2):
            await a_claim(world, owner=ELSEWHERE, programme_id=ELSEWHERE)
        await a_joint_claim(world)
        await a_claim(world, "DA_LEGAL", owner="pdap", card="pdap")
        world.kept["stated"] = await a_verified_claim(world, SEPTEMBER)
        world.kept["statement"] = await world.post("/v1/statements", FINANCE, {"month": "2022-09"}, at=AT)
        yield world
        await world.admin.execute(DROP_MADE_UP_LINES)


async def a_claim(world: World, code: str = "ACC_PREV", *, owner: str = OWN, **but: Any) -> str:
    """A claim as raised, of a participant of its own; `PARTNER` contributed to what is `OWN`'s."""
    provider = owner if owner in (OWN, STRANGER, PARTNER, "pdap") else OWN
    partners = (PARTNER,) if owner == OWN else ()
    said: dict[str, Any] = {"provider_id": provider, "contributors": partners}
    event = evidenced(code, **said | but)
    [claim_id] = await raised(world.door, event)
    world.belongs(owner, event.participant_id, claim_id)
    if owner == OWN:
        world.kept |= {"subject": f"participant/{event.participant_id}", "participant": str(event.participant_id)}
    return claim_id


async def a_joint_claim(world: World) -> str:
    """What `OWN` claims for someone whom `PARTNER` supports with it."""
    claim_id = await a_claim(world, owner=JOINT)
    await share(world, claim_id)
    return claim_id


async def share(world: World, claim_id: str, **but: Any) -> None:
    [row] = await world.door.rows("select participant_id, case_id from claim where claim_id = :id", id=UUID(claim_id))
    said: dict[str, Any] = {"provider_id": OWN, "joint_provider_id": PARTNER, "agreed_on": date(2021, 3, 1)}
    await heard(world, JointWorkAgreed, **said | dict(row) | but)


async def heard(world: World, event: type[Event], **said: Any) -> None:
    """Hear of access after what is known of the participant."""
    envelope: dict[str, Any] = {"event_id": new_id(), "programme_id": PROGRAMME, "occurred_at": AT}
    told = event(**envelope | said)
    [record] = records_of([told])
    heard_so_far = (
        "select coalesce(max(last_sequence), 0) as last from inbox where (topic, subject) = (:topic, :subject)"
    )
    [row] = await world.door.rows(heard_so_far, topic=record.topic, subject=record.subject)
    await world.door.hear(REACTIONS, [replace(record, sequence=row["last"] + 1)])


async def a_submitted_claim(world: World, owner: str = OWN) -> str:
    claim_id = await a_claim(world, owner=owner)
    await world.post(f"/v1/claims/{claim_id}/approval", PRIME, {}, at=SEPTEMBER)
    return claim_id


async def a_verified_claim(world: World, at: datetime = LATER, owner: str = OWN) -> str:
    claim_id = await a_submitted_claim(world, owner)
    await world.post(f"/v1/claims/{claim_id}/verification", VERIFIER, at=at)
    return claim_id


async def a_changed_claim(world: World) -> str:
    """Its provider took the outcome back after it had been verified."""
    claim_id = await a_verified_claim(world)
    [row] = await world.door.rows(
        "select participant_id, case_id, provider_id, outcome_id from claim where claim_id = :id", id=UUID(claim_id)
    )
    await heard(world, OutcomeWithdrawn, **dict(row), reason="recorded-by-mistake", withdrawn_on=AT.date())
    return claim_id


async def a_claim_taken_back(world: World) -> str:
    claim_id = await a_verified_claim(world)
    await world.post(f"/v1/claims/{claim_id}/challenge", PRIME, WHY, at=LATER)
    await world.post(f"/v1/claims/{claim_id}/basis-decision", OTHER_VERIFIER, TAKE_BACK, at=LATER)
    return claim_id


async def a_verified_joint_claim(world: World) -> str:
    claim_id = await a_verified_claim(world, owner=JOINT)
    await share(world, claim_id)
    return claim_id


async def an_approved_claim(world: World) -> str:
    claim_id = await a_claim(world)
    await world.post(f"/v1/claims/{claim_id}/approval", PRIME, {"submit": False})
    return claim_id


async def a_refused_claim(world: World) -> str:
    claim_id = await a_submitted_claim(world)
    await world.post(f"/v1/claims/{claim_id}/refusal", VERIFIER, REFUSAL)
    return claim_id


def of_a_claim(
    made: Callable[[World], Awaitable[str]] = a_claim, body: Any = None, at: datetime = LATER
) -> Callable[[World, str], Awaitable[Asking]]:
    async def make(world: World, _: str) -> Asking:
        claim_id = await made(world)
        return Asking({"claim_id": claim_id}, body=body, at=at, shows=(claim_id,))

    return make


def once(made: Callable[[World], Awaitable[str]], name: str, at: datetime = LATER) -> Any:
    """A read leaves its claim as it was: one for all who ask."""

    async def make(world: World, _: str) -> Asking:
        world.kept[name] = world.kept.get(name) or await made(world)
        return Asking({"claim_id": world.kept[name]}, at=at)

    return make


async def listed(world: World, _: str) -> Asking:
    return Asking(query={"limit": 200}, shows=(await a_claim(world), await a_joint_claim(world)))


async def checked_beforehand(world: World, _: str) -> Asking:
    body = {"provider_id": OWN, "participant_id": world.kept["participant"], "outcome": "ACC_PREV"}
    dates = {"achieved_on": "2022-09-01", "referred_on": "2021-02-01", "service_started_on": "2021-02-03"}
    return Asking(body=body | dates, shows=("ready",))


async def looked_ahead(world: World, _: str) -> Asking:
    world.kept["ahead"] = world.kept.get("ahead") or await a_joint_claim(world)
    [row] = await world.door.rows("select participant_id from claim where claim_id = :id", id=UUID(world.kept["ahead"]))
    participant = str(row["participant_id"])
    return Asking({"participant_id": participant}, at=LATER, shows=(participant, "ACC_3M"))


async def the_position(world: World, _: str) -> Asking:
    [row] = await world.door.rows("select payable_to_date_pence from contract where programme_id = 'kbop'")
    told = f'"payable_to_date_pence":{row["payable_to_date_pence"]}'
    return Asking(shows=(told,), hides=(told,))


async def cards(_: World, __: str) -> Asking:
    return Asking(query={"limit": 200}, shows=('"pdap"',), hides=('"pdap"',))


async def a_card(_: World, __: str) -> Asking:
    return Asking({"card": "pdap", "version": "2020-07"}, shows=("pdap",))


async def the_programme(_: World, __: str) -> Asking:
    return Asking({"programme_id": PROGRAMME}, body=PART | {"sandbox": TERM})


async def the_next_month(world: World, _: str) -> Asking:
    """A month does not close over the streams that other examples have parked."""
    await world.admin.execute("update inbox set state = 'open' where state <> 'open'")
    closed = await world.admin.fetchval("select max(month) from statement where programme_id = $1", PROGRAMME)
    month = months_after(closed, 1)
    return Asking(body={"month": f"{month:%Y-%m}"}, at=LATER)


async def statements(world: World, _: str) -> Asking:
    statement_id = world.kept["statement"]["id"]
    return Asking(shows=(statement_id,), hides=(statement_id,))


async def a_statement(world: World, _: str) -> Asking:
    return Asking({"statement_id": world.kept["statement"]["id"]}, shows=("payable_pence",))


async def a_proposal(world: World, _: str) -> Asking:
    """Each asks for a ruling on a pair of its own, for a pair is proposed once."""
    world.kept["pairs"] = world.kept.get("pairs", 0) + 1
    return Asking(body=proposal(f"form-{world.kept['pairs']}") | {"provider_id": OWN}, at=LATER)


def proposal(kind: str) -> dict[str, Any]:
    return {"outcome": "ACC_PREV", "kind": kind, "stands_for": "landlord-no-eviction", "why": "It says the same."}


async def a_proposal_to_rule(world: World, _: str) -> Asking:
    world.kept["pairs"] = world.kept.get("pairs", 0) + 1
    provider = bearer("provider-manager")
    said = await world.post("/v1/equivalents", provider, proposal(f"form-{world.kept['pairs']}"), at=LATER)
    return Asking({"equivalent_id": said["id"]}, body={"ruling": "accepted", "reason": "It does."}, at=LATER)


def a_ruling_to_put_right(body: Mapping[str, str]) -> Callable[[World, str], Awaitable[Asking]]:
    async def asking(world: World, role: str) -> Asking:
        asked = await a_proposal_to_rule(world, role)
        path = f"/v1/equivalents/{asked.params['equivalent_id']}/ruling"
        await world.post(path, bearer("council-verifier"), asked.body, at=LATER)
        return replace(asked, body=dict(body))

    return asking


async def proposals(world: World, role: str) -> Asking:
    asked = await a_proposal_to_rule(world, role)
    return Asking(query={"limit": 200}, shows=(asked.params["equivalent_id"],), hides=(asked.params["equivalent_id"],))


def a_card_draft(world: World) -> dict[str, Any]:
    """A version nobody has drafted yet, from a day to come."""
    world.kept["drafts"] = world.kept.get("drafts", 0) + 1
    card = next(card for card in PART["rate_cards"] if (card["card"], card["version"]) == ("generic", "2020-07"))
    return {"card": card | {"version": f"drafted-{world.kept['drafts']}", "in_force_from": "2030-01-01"}}


async def a_draft(world: World, _: str) -> Asking:
    return Asking(body=a_card_draft(world), at=LATER, shows=("draft",))


def of_a_change(body: Any = None, *, proposed: bool = True) -> Callable[[World, str], Awaitable[Asking]]:
    """A change brought by whoever of a role asks, where the role brings any."""

    async def make(world: World, role: str) -> Asking:
        who = bearer(role if role in CARD_PARTIES else "operator")
        change = await world.post(CHANGES, who, a_card_draft(world), at=LATER)
        if proposed:
            await world.post(f"{CHANGES}/{change['id']}/proposal", who, {"rationale": "It is time."}, at=LATER)
        return Asking({"change_id": change["id"]}, body=body, at=LATER, shows=(change["id"],))

    return make


async def changes_listed(world: World, role: str) -> Asking:
    change_id = (await of_a_change()(world, role)).params["change_id"]
    return Asking(query={"limit": 200}, shows=(change_id,), hides=(change_id,))


async def replayed(world: World, _: str) -> Asking:
    """What would become of claims if this one outcome were priced otherwise."""
    claim_id = await a_claim(world)
    card = next(card for card in PART["rate_cards"] if (card["card"], card["version"]) == ("generic", "2020-07"))
    dearer = [rate | {"price_pence": 1} for rate in card["rates"]]
    return Asking(query={"limit": 200}, body={"card": card | {"rates": dearer}}, shows=(claim_id,), hides=(claim_id,))


A_QUARTER = {"auditor": "quarterly-audit", "quarter": "2022-Q3", "until_on": "2023-03-31"}


async def an_audit(world: World) -> str:
    granted = await world.post("/v1/audit-grants", bearer("council-oversight"), A_QUARTER, at=AT)
    return granted["id"]


DROP_MADE_UP_LINES = """
delete from statement_line using statement
where statement.statement_id = statement_line.statement_id and position > statement.lines
"""
A_LINE_OF = """
insert into statement_line select (jsonb_populate_record(null::statement_line, to_jsonb(line) || jsonb_build_object(
'claim_id', claim.claim_id, 'position', (select max(position) + 1 from statement_line)))).*
from claim, (select * from statement_line order by position limit 1) line where cast(claim.claim_id as text) = $1
"""


def to_auditors(make: Callable[[World, str], Awaitable[Asking]]) -> Callable[[World, str], Awaitable[Asking]]:
    """An auditor asks about what is on the statement of a quarter that is granted; others as they would."""

    async def asking(world: World, role: str) -> Asking:
        asked = await make(world, role)
        if role == "auditor":
            await an_audit(world)
            await world.admin.execute("drop index if exists uq_statement_line_valuation_id")  # all on one valuation
            for told in {*asked.shows, *map(str, asked.params.values())}:
                await world.admin.execute(A_LINE_OF, told)
        return asked

    return asking


async def to_grant(world: World, _: str) -> Asking:
    return Asking(body=A_QUARTER, at=AT)


async def granted(world: World, _: str) -> Asking:
    return Asking(shows=(await an_audit(world),), at=AT)


async def to_end(world: World, _: str) -> Asking:
    grant_id = await an_audit(world)
    return Asking({"grant_id": grant_id}, body={"reason": "The audit is over."}, at=AT)


async def evidence_of_the_quarter(world: World, _: str) -> Asking:
    await an_audit(world)
    return Asking({"claim_id": world.kept["stated"]}, at=AT, shows=(world.kept["stated"],))


async def the_reasons(world: World, _: str) -> Asking:
    return Asking(shows=("unreadable",))


EVERYONES: dict[str, Any] = {"joint": Expected.SAME, "organisation": Expected.SAME}
VALUED = once(a_verified_joint_claim, "valued")
EXAMPLES: dict[str, Example] = {
    **feed_examples("claims", "cases"),
    "GET /v1/claims": filtered(to_auditors(listed)),
    "POST /v1/claims/pre-check": Example(checked_beforehand, joint=422, organisation=422, programme=Expected.FILTERED),
    "GET /v1/claims/{claim_id}": Example(to_auditors(once(a_joint_claim, "joint")), joint=Expected.SAME),
    "GET /v1/claims/{claim_id}/history": Example(to_auditors(once(a_joint_claim, "joint")), joint=Expected.SAME),
    "GET /v1/claims/{claim_id}/value": Example(to_auditors(VALUED)),
    "GET /v1/claims/{claim_id}/explain": Example(to_auditors(VALUED)),
    "GET /v1/claims/{claim_id}/explain/without-amounts": Example(to_auditors(VALUED)),
    "GET /v1/claims/{claim_id}/evidence-grant": Example(evidence_of_the_quarter),
    "POST /v1/audit-grants": Example(to_grant, programme=Expected.APART),
    "GET /v1/audit-grants": filtered(granted),
    "POST /v1/audit-grants/{grant_id}/ending": Example(to_end),
    "GET /v1/reasons": Example(the_reasons, programme=Expected.FILTERED, **EVERYONES),
    "POST /v1/claims/{claim_id}/agreements": Example(of_a_claim(a_submitted_claim, {"code": "crisis"})),
    "POST /v1/claims/{claim_id}/answers": Example(
        of_a_claim(a_submitted_claim, {"kind": "hmrc-check", "result": "match"})
    ),
    "POST /v1/claims/{claim_id}/approval": Example(of_a_claim(body={})),
    "POST /v1/claims/{claim_id}/return": Example(of_a_claim(body=asking())),
    "POST /v1/claims/{claim_id}/submission": Example(of_a_claim(an_approved_claim)),
    "POST /v1/claims/{claim_id}/query": Example(of_a_claim(a_submitted_claim, asking())),
    "POST /v1/claims/{claim_id}/verification": Example(of_a_claim(a_submitted_claim)),
    "POST /v1/claims/{claim_id}/refusal": Example(of_a_claim(a_submitted_claim, REFUSAL)),
    "POST /v1/claims/{claim_id}/reopening": Example(of_a_claim(a_refused_claim, body=WHY)),
    "POST /v1/claims/{claim_id}/undoing": Example(of_a_claim(a_refused_claim, body=WHY)),
    "POST /v1/claims/{claim_id}/challenge": Example(to_auditors(of_a_claim(a_verified_claim, body=WHY))),
    "POST /v1/claims/{claim_id}/reinstatement": Example(of_a_claim(a_claim_taken_back, body=WHY)),
    "POST /v1/claims/{claim_id}/withdrawal": Example(of_a_claim(body={"reason": "prime-withdrew"})),
    "POST /v1/claims/{claim_id}/basis-decision": Example(of_a_claim(a_changed_claim, LET_STAND)),
    "GET /v1/participants/{participant_id}/prospects": Example(looked_ahead, joint=Expected.SAME),
    "POST /v1/equivalents": Example(a_proposal, joint=422, organisation=422, programme=Expected.APART),
    "GET /v1/equivalents": Example(proposals, programme=Expected.FILTERED, **EVERYONES),
    "POST /v1/equivalents/{equivalent_id}/ruling": Example(a_proposal_to_rule, **EVERYONES),
    "POST /v1/equivalents/{equivalent_id}/ruling/corrections": Example(
        a_ruling_to_put_right({"ruling": "refused", "reason": "It does not."}), **EVERYONES
    ),
    "POST /v1/equivalents/{equivalent_id}/ruling/withdrawal": Example(
        a_ruling_to_put_right({"reason": "It was ruled on too early."}), **EVERYONES
    ),
    "GET /v1/programme/position": filtered(the_position),
    "PUT /v1/programmes/{programme_id}": Example(the_programme, programme=403),
    "GET /v1/rate-cards": Example(cards, programme=Expected.FILTERED, **EVERYONES),
    "GET /v1/rate-cards/{card}/{version}": Example(a_card, **EVERYONES),
    "GET /v1/rate-cards/{card}/{version}/prices": Example(a_card, **EVERYONES),
    "GET /v1/rate-card-changes": filtered(changes_listed),
    "GET /v1/rate-card-changes/{change_id}": Example(of_a_change()),
    "POST /v1/rate-card-changes": Example(a_draft, programme=Expected.APART),
    "POST /v1/rate-card-changes/{change_id}/proposal": Example(of_a_change({"rationale": "So be it."}, proposed=False)),
    "POST /v1/rate-card-changes/{change_id}/acceptance": Example(of_a_change()),
    "POST /v1/rate-card-changes/{change_id}/rejection": Example(of_a_change({"reason": "No."})),
    "POST /v1/rate-card-changes/{change_id}/withdrawal": Example(of_a_change({"reason": "No longer."})),
    "POST /v1/rate-cards/replay": filtered(to_auditors(replayed)),
    "GET /v1/statements": filtered(to_auditors(statements)),
    "POST /v1/statements": Example(the_next_month, programme=Expected.APART),
    "GET /v1/statements/{statement_id}": Example(to_auditors(a_statement)),
    "GET /v1/statements/{statement_id}/lines": Example(to_auditors(a_statement)),
}
