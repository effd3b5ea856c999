"""Three people walk through the partnership in its first month, told step by step, and one who comes back.

Everything here happens through the public APIs, each act by a person or system of the right organisation.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from .clock import Clock, at
from .outcomes import CASE_NOTE, SELF_CERTIFICATION, AchievedOutcome, LifeCircumstances, Paper, achieved
from .path import CASES, CLAIMS, HUB, Path, failing
from .people import Person
from .seats import Json, SeatRefused, Seats
from .tables import pounds
from .waiting import until

MONTH = "2019-09"
CLOSES_ON = date(2019, 10, 4)
PRIME, COUNCIL, OTHER_VERIFIER = "prime-manager", "council-verifier-1", "council-verifier-2"

Say = Callable[[str], None]


def day(number: int) -> date:
    """A day of September 2019."""
    return date(2019, 9, number)


SAMIRA = Person("Samira", "Holroyd", date(1988, 4, 17), "female")
NADIA = Person("Nadia", "Brook", date(1991, 11, 3), "female")
MARCUS = Person("Marcus", "Tingle", date(1979, 2, 28), "male")
ELLEN = Person("Ellen", "O'Hara-Firth", date(1965, 6, 9), "female")
ELLEN_AGAIN = Person("ellen", "OHara Firth", date(1965, 6, 9), "female")
"""As another agency writes her name."""


async def walk(seats: Seats, say: Say) -> list[Path]:
    """Walk all four, one after the other; their month is closed with everyone's."""
    paths: list[Path] = []
    for title, story in STORIES.items():
        say(title)
        paths.append(await story(seats))
    return paths


async def tracker(seats: Seats, month: str = MONTH, provider: str | None = None) -> Json:
    """The KPI tracker of the partnership, or of one provider, as the council's oversight sees it."""
    path = "reporting/v1/kpi-tracker"
    return await seats["council-oversight"].get(path, at(CLOSES_ON), month=month, provider=provider)


# --- the generic path


async def generic(seats: Seats) -> Path:
    """Rent arrears and an eviction notice; a wrong letter, and the right one."""
    path = Path(seats, Clock(at(day(2))), SAMIRA, "Generic: threatened with eviction")
    needs = ["homelessness"]
    agency = "kirklees-council-housing"
    await _come_in(path, f"referrer.{agency}", "council", agency, needs, threatened_with_eviction=True)
    await _be_placed(path, "To keep the flat, and get my daughter settled at school.", "Keeps appointments", "generic")
    await _no_provider_can_choose(path)
    life = LifeCircumstances(("homelessness",), "generic", homeless=False, housed=True, started_on=day(5))
    await _begin(path, day(5), "To stay in our home.", life)
    path.clock.go_to(day(10))
    await _assess(path, "homelessness-star", 34)
    await _claimed_and_verified(path, achieved("WB_INITIAL", day(10), life))
    await _education_on_her_word_alone(path, life)
    await _wrong_letter(path, life)
    return path


async def _no_provider_can_choose(path: Path) -> None:
    refusal = await not_shown(path, f"provider-manager.{path.provider_id}", f"{HUB}/waiting-list")
    path.tell(path.provider_id, f"Asks for the waiting list: {refusal.status}; no provider can choose", "no")


async def _education_on_her_word_alone(path: Path, life: LifeCircumstances) -> None:
    """A self-certification is never enough by itself (BR-E3); with a note that bears it out, it is."""
    path.clock.go_to(day(16))
    word = Paper(SELF_CERTIFICATION, day(16))
    course = AchievedOutcome("EDU_ENTRY", day(16), (word, Paper(CASE_NOTE, day(16))), {"sessions_attended": 2})
    outcome = await path.evidence(course, [word], "caseworker")
    path.tell(path.provider_id, "EDU_ENTRY evidenced by a self-certification alone")
    path.clock.go_to(day(17))
    await _rules_refuse_it(path, await path.find_claim(outcome["id"]))
    path.clock.go_to(day(18))
    correction = await path.correct(outcome["id"], course.evidence, role="caseworker")
    path.tell(
        path.provider_id, f"A case note cited beside it: revision {correction['revision']} of the outcome", "fixed"
    )
    claim = await path.find_claim(outcome["id"], correction["revision"])
    path.tell("claims", f"{claim['number']}: the same claim goes on, and no rule stands against it", "fixed")
    await _approve_and_verify(path, claim)


async def _rules_refuse_it(path: Path, claim: Json) -> None:
    """Refused and returned, unless that was done before an interruption; told from the record either way."""
    its = f"{CLAIMS}/claims/{claim['id']}"
    if claim["revision"] == 1:
        await refusal_of(path, PRIME, f"{its}/approval")
        items = [{"code": one["code"], "remedy": f"{one['sentence']} {one['remedy']}"} for one in failing(claim)]
        await path.decide(PRIME, claim["id"], "return", {"requests": items})
    requests = (await path.get(path.seats[PRIME], its))["requests"]
    for request in requests:
        path.tell("claims", f"{claim['number']} raised, but: {request['remedy']}", "no")
    codes = ", ".join(request["code"] for request in requests)
    path.tell("prime", f"Approval is refused, with every reason at once ({codes}), and the claim returned", "no")


async def _wrong_letter(path: Path, life: LifeCircumstances) -> None:
    """The council asks about one item, not about the claim; what passed stays passed."""
    path.clock.go_to(day(18))
    prevention = achieved("ACC_PREV", day(18), life)
    await _letter(path, prevention.evidence[0], of=MARCUS)
    outcome = await path.evidence(prevention, prevention.evidence, "caseworker")
    path.tell(path.provider_id, "ACC_PREV evidenced: landlord-no-eviction")
    claim = await path.find_claim(outcome["id"])
    path.clock.go_to(day(19))
    await _approve(path, claim)
    path.clock.go_to(day(23))
    remedy = "This letter is about another tenancy: send the one for this address."
    letter = path.papers[prevention.evidence[0]]
    request = {"code": "wrong-document", "item_id": letter, "remedy": remedy, "due_on": day(30)}
    await path.decide(COUNCIL, claim["id"], "query", {"requests": [request]})
    path.tell("council", f"{claim['number']} queried, one item, wrong-document: {remedy}", "no")
    path.clock.go_to(day(24))
    right = Paper("landlord-no-eviction", day(24), copy=2)
    await _letter(path, right)
    correction = await path.correct(outcome["id"], [right], role="caseworker")
    path.tell(path.provider_id, f"The right letter: revision {correction['revision']} of the outcome", "fixed")
    claim = await path.find_claim(outcome["id"], correction["revision"])
    path.clock.go_to(day(25))
    await _approve_and_verify(path, claim)


async def _letter(path: Path, letter: Paper, of: Person | None = None) -> None:
    document = await path.upload(letter, "caseworker", of)
    path.tell(path.provider_id, f"Landlord's letter uploaded, sha256 {document['sha256'][:12]}…")


# --- domestic abuse


async def domestic_abuse(seats: Seats) -> Path:
    """A safety plan, a restricted record, and a risk that falls by three points on DASH."""
    path = Path(seats, Clock(at(day(3))), NADIA, "Domestic abuse: a restricted record")
    await _come_in(path, "hub-2", "police", "police", ["domestic-abuse"], domestic_abuse_risk=True)
    await _be_placed(path, "To sleep without listening for the door.", "A sister who helps", "domestic-abuse")
    life = LifeCircumstances(("domestic-abuse",), "domestic-abuse", homeless=False, housed=True, started_on=day(4))
    await _begin(path, day(4), "To be safe, and to know it.", life)
    await _assess(path, "dash", 14)
    path.clock.go_to(day(6))
    await _assess(path, "power-form", 18)
    await _another_provider_sees_nothing(path)
    await _claimed_and_verified(path, achieved("WB_INITIAL", day(6), life))
    path.clock.go_to(day(25))
    await _assess(path, "dash", 11)
    await _claimed_and_verified(path, achieved("DA_RISK", day(25), life))
    return path


async def _another_provider_sees_nothing(path: Path) -> None:
    refusal = await not_shown(path, "caseworker.horton", f"{CASES}/cases/{path.case_id}")
    path.tell("horton", f"Asks for the case: {refusal.status}, as if there were none", "no")


# --- joint work


async def joint(seats: Seats) -> Path:
    """Two providers, one person, one outcome: claimed once, whoever tries again."""
    path = Path(seats, Clock(at(day(4))), MARCUS, "Joint work: one outcome, claimed once")
    referrer = "referrer.kirklees-neighbourhood-housing"
    await _come_in(path, referrer, "council", "kirklees-neighbourhood-housing", ["homelessness", "mental-health"])
    await _be_placed(path, "To work with my hands again.", "Fifteen years as a joiner", "generic")
    life = LifeCircumstances(
        ("homelessness", "mental-health"), "generic", homeless=False, housed=True, started_on=day(6)
    )
    await _begin(path, day(6), "A job, and steady days.", life)
    await _work_jointly(path, "community-links")
    path.clock.go_to(day(16))
    entry = achieved("EMP_ENTRY", day(16), life)
    await path.upload_photograph(Paper("payslip", day(16)), "caseworker")
    path.tell(path.provider_id, "His first payslip, photographed: kept as the telephone made it, and read as a PDF")
    await _claimed_and_verified(path, entry)
    await _his_letter(path)
    await _close(path)
    await _claim_again_elsewhere(path, entry)
    return path


async def _work_jointly(path: Path, other: str) -> None:
    path.clock.go_to(day(9))
    await path.in_case("joint-work", {"joint_provider_id": other, "from_on": path.clock.today}, "provider-manager")
    path.tell(path.provider_id, f"Joint work agreed with {other}")
    where = f"{CASES}/cases/{path.case_id}/notes"
    try:
        notes = await path.get(path.seats[f"caseworker.{other}"], where)
    except SeatRefused as refused:  # walked before: the case has closed since, and with it the joint provider's sight
        if refused.status != 404:
            raise
        notes = await path.get(path.seats[f"caseworker.{path.provider_id}"], where)
    path.tell(other, f"Reads the case's notes ({len(notes['items'])}) while the work is joint")


async def _his_letter(path: Path) -> None:
    """The letter that was in the wrong case comes to the right one: the same file, and the prime says which is it."""
    path.clock.go_to(day(18))
    his = await path.upload(Paper("landlord-no-eviction", day(18)), "caseworker")
    prime = path.seats[PRIME]
    same = await prime.page(f"{CASES}/same-files", path.clock.now)
    [pair] = [one for one in same if one["second"]["document_id"] == his["id"]]
    decision = {
        "decision": "wrong",
        "wrong_id": pair["first"]["document_id"],
        "reason": "It is about the other's tenancy.",
    }
    await path.post(prime, f"{CASES}/same-files/{his['id']}/decision", decision)
    path.tell("prime", "The same letter is in two cases: the prime reads both, and says which one is wrong", "fixed")


async def _close(path: Path) -> None:
    path.clock.go_to(day(20))
    request = await path.in_case(
        "closure-requests", {"reason": "participant-request", "by_participant": True}, "caseworker"
    )
    decision = f"{CASES}/closure-requests/{request['id']}/decision"
    await path.post(path.seats[PRIME], decision, {"decision": "confirmed"})
    path.tell("prime", "The participant asked to close, and the prime confirmed it")


async def _claim_again_elsewhere(path: Path, entry: AchievedOutcome) -> None:
    """The same person, another provider's own case, the same outcome: refused under its own number."""
    path.clock.go_to(day(23))
    await until("the hub to hear that the case has closed", partial(_referral_has_closed, path))
    back = await path.refer("hub-1", "self", None, ["mental-health"])
    path.tell("hub", f"He returns by himself: {'recognised' if back['returning'] else 'NOT recognised'}")
    await _be_placed(path, "To keep the job.", "In work again", "mental-health")
    path.clock.go_to(day(24))
    await path.find_case()
    await path.start("caseworker")
    path.papers.clear()
    outcome = await path.evidence(entry_again(entry), entry_again(entry).evidence, "caseworker")
    claim = await path.find_claim(outcome["id"])
    reason = next(check for check in failing(claim) if check["code"] == "already_claimed")
    path.tell("claims", f"{claim['number']} is {claim['state']} at once: {reason['sentence']}", "no")


def entry_again(entry: AchievedOutcome) -> AchievedOutcome:
    """The same employment, claimed a second time by whoever works with the person now."""
    papers = (Paper("employment-contract", day(24)),)
    facts: dict[str, Any] = dict(entry.facts) | {"employment_started_on": day(24).isoformat()}
    return AchievedOutcome("EMP_ENTRY", day(24), papers, facts)


async def _referral_has_closed(path: Path) -> bool:
    referral = await path.get(path.seats["hub-1"], f"{HUB}/referrals/{path.referral_id}")
    return referral["state"] == "closed"


# --- coming back


async def returning(seats: Seats) -> Path:
    """Helped once at the hub; weeks later another agency refers her, and she is the same person."""
    path = Path(seats, Clock(at(day(5))), ELLEN, "Returning: the same person, spelt otherwise")
    await _come_in(path, "hub-1", "self", None, ["refugee"])
    first = path.participant_id
    note = {"note": "A form filled in together; nothing more was wanted."}
    await path.post(seats["hub-1"], f"{HUB}/referrals/{path.referral_id}/triage-support", note)
    path.tell("hub", "One-off support; not a start, never a claim")
    path.clock.go_to(day(26))
    path.person = ELLEN_AGAIN
    again = await path.refer("hub-2", "health", "health-agencies", ["mental-health"])
    path.person = ELLEN
    same = again["participant_id"] == first
    who = "recognised by name and date of birth, the same record" if same else "NOT recognised"
    path.tell("hub", f"Referred by a health agency as “{ELLEN_AGAIN.name}”: {who}")
    await _be_placed(path, "To be among people again.", "Speaks four languages", "mental-health")
    return path


STORIES = {
    "Generic path": generic,
    "Domestic abuse path": domestic_abuse,
    "Joint path": joint,
    "Someone returns": returning,
}


# --- what the stories share


async def _come_in(
    path: Path, referrer: str, source: str, agency_id: str | None, needs: list[str], **more: Any
) -> None:
    more.setdefault("housed_at_referral", True)
    answer = await path.refer(referrer, source, agency_id, needs, **more)
    first = "a priority case" if answer["priority"] else "on the waiting list"
    path.tell(agency_id or "self", f"Referred to the hub; {first}")


async def _be_placed(path: Path, hope: str, strength: str, specialism: str) -> None:
    await path.triage(hope, strength, _needs_for(specialism), "medium", specialism, "medium")
    path.tell("hub", f"Triaged, aspirations first: “{hope}”")
    answer = await path.allocate()
    explanation = await path.get(path.seats["hub-1"], f"{HUB}/allocations/{path.allocation_id}")
    fitting = [one for one in explanation["candidates"] if one["fits"]]
    choice = next(one for one in fitting if one["provider_id"] == answer["provider_id"])
    why = f"{specialism}, {len(fitting)} of {len(explanation['candidates'])} fit"
    path.tell("hub", f"Allocated to {answer['provider_id']}: {why}, it has most to spare ({choice['spare_share']:.0%})")


def _needs_for(specialism: str) -> list[str]:
    return ["homelessness"] if specialism == "generic" else [specialism]


async def _begin(path: Path, on: date, goal: str, life: LifeCircumstances) -> None:
    path.clock.go_to(on)
    await path.find_case()
    await path.start("caseworker")
    await path.note("We met at the library. Tea, the letter on the table, and what should come first.", "caseworker")
    await path.agree_plan(life.plan, goal, "caseworker")
    path.tell(path.provider_id, f"Case started; {life.plan} plan agreed: “{goal}”")


async def _assess(path: Path, instrument: str, score: int) -> None:
    answer = await path.assess(instrument, score, "caseworker")
    path.tell(path.provider_id, f"{instrument.replace('-', ' ').capitalize()} recorded: {score} ({answer['stage']})")


async def _claimed_and_verified(path: Path, one: AchievedOutcome) -> None:
    outcome = await path.evidence(one, one.evidence, "caseworker")
    kinds = ", ".join(dict.fromkeys(item.kind for item in one.evidence))
    path.tell(path.provider_id, f"{one.outcome} evidenced: {kinds}")
    await _approve_and_verify(path, await path.find_claim(outcome["id"]))


async def _approve(path: Path, claim: Json) -> None:
    await path.decide(PRIME, claim["id"], "approval")
    path.tell("prime", f"{claim['number']} approved and claimed from the council")


async def _approve_and_verify(path: Path, claim: Json) -> None:
    await _approve(path, claim)
    await path.decide(OTHER_VERIFIER, claim["id"], "verification")
    value = await path.get(path.seats["prime-finance"], f"{CLAIMS}/claims/{claim['id']}/value")
    shares = " + ".join(f"{share['payer']} {pounds(share['pence'])}" for share in value["shares"])
    path.tell("council", f"{claim['number']} verified: {pounds(value['payable_pence'])} = {shares}", "money")


async def not_shown(path: Path, who: str, address: str) -> SeatRefused:
    """The refusal of something that must not be seen."""
    try:
        await path.get(path.seats[who], address)
    except SeatRefused as refused:
        return refused
    raise AssertionError(f"{who} was shown {address}")


async def refusal_of(path: Path, who: str, address: str, body: Json | None = None) -> SeatRefused:
    """The refusal of something that must be refused."""
    try:
        await path.post(path.seats[who], address, body)
    except SeatRefused as refused:
        return refused
    raise AssertionError(f"{who} was allowed {address}")
