"""An evidenced outcome becomes one claim, whatever happens to its event."""

import asyncio
from dataclasses import replace
from datetime import date

from claims.events.heard import REACTIONS
from common.contracts import Event
from common.contracts.cases import OutcomeEvidenced
from common.ids import new_id
from tests.claims.parts import (
    PRIME,
    REFUSAL,
    VERIFIER,
    asking,
    claim_for,
    evidenced,
    hear,
    raised,
    revised,
    shown,
    step,
    submitted,
    verified,
    withdrawn,
)
from tests.parts.api import FrontDoor, records_of
from tests.parts.asked import asked_of


async def test_an_evidenced_outcome_becomes_a_claim_with_its_facts_and_card_version(door: FrontDoor) -> None:
    event = evidenced()

    [claim_id] = await raised(door, event)

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["number"], claim["ready"]) == ("raised", "KBOP-000001", True)
    assert claim["rate_card_version"] == "2020-07"
    [announced] = await door.announced("ClaimRaised")
    assert announced["caused_by"] == str(event.event_id)
    assert (announced["ready"], announced["refusals"]) == (True, [])
    [heard] = await door.rows("select body from heard_outcome")
    assert heard["body"] == event.model_dump(mode="json")


async def test_the_same_event_twice_has_one_effect(door: FrontDoor) -> None:
    records = await hear(door, evidenced())

    await door.hear(REACTIONS, records)

    assert len(await door.announced("ClaimRaised")) == 1
    assert len(await door.rows("select 1 from claim")) == 1


async def test_a_duplicate_is_raised_and_refused_at_once_under_its_own_number(door: FrontDoor) -> None:
    first = evidenced()
    second = evidenced(participant_id=first.participant_id, provider_id="horton")

    _, duplicate = await raised(door, first, second)

    claim = await shown(door, duplicate)
    assert (claim["state"], claim["number"]) == ("refused", "KBOP-000002")
    assert [act["verb"] for act in claim["history"]] == ["raise", "refuse-duplicate"]
    [refused] = await door.announced("ClaimRefused")
    assert (refused["refusals"], refused["automatic"]) == (["already_claimed"], True)


async def test_two_hearers_of_one_key_end_with_one_live_claim(door: FrontDoor) -> None:
    participant = new_id()
    records = [records_of([evidenced(participant_id=participant)])[0] for _ in range(2)]
    streams = [[replace(record, subject=f"{record.subject}-{place}")] for place, record in enumerate(records)]

    await asyncio.gather(*(door.hear(REACTIONS, records) for records in streams))

    states = await door.rows("select state from claim order by state")
    assert [row["state"] for row in states] == ["raised", "refused"]
    assert len(await door.announced("ClaimRaised")) == 2


async def hear_again(door: FrontDoor, *story: Event) -> None:
    """Hear a participant's story again, with what is new at its end."""
    await door.hear(REACTIONS, records_of(story))


async def test_a_revision_goes_to_the_same_claim_and_shows_what_changed(door: FrontDoor) -> None:
    event = evidenced("EMP_ENTRY")
    [claim_id] = await raised(door, event)
    before = await shown(door, claim_id)
    await step(door, claim_id, "return", PRIME, asking(item_id=event.evidence[0].item_id))
    added = event.evidence[0].model_copy(update={"item_id": new_id()})
    again = revised(event, evidence=(*event.evidence, added), facts={**event.facts, "offer_accepted": False})

    await hear_again(door, event, again)

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["number"], claim["revision"]) == ("raised", before["number"], 2)
    assert claim["changed"]["evidence_added"] == [str(added.item_id)]
    assert claim["changed"]["facts"] == ["offer_accepted"]
    assert [item["since_revision"] for item in claim["items"]] == [1, 2]
    assert [request["answered_by_revision"] for request in claim["requests"]] == [2]
    begun = next(check for check in claim["assessment"]["checks"] if check["rule"] == "employment_had_begun")
    assert (begun["before"], begun["verdict"], begun["passed_since"]) == ("pass", "fail", None)
    others = [check for check in claim["assessment"]["checks"] if check["verdict"] == "pass"]
    assert {check["passed_since"] for check in others} == {1}
    [announced] = await door.announced("ClaimRevised")
    assert (announced["claim_number"], announced["revision"], announced["ready"]) == (before["number"], 2, False)


async def test_a_queried_or_refused_claim_is_raised_again_by_a_revision(door: FrontDoor) -> None:
    queried, refused = evidenced(), evidenced()
    first, second = await submitted(door, queried, refused)
    await step(door, first, "query", VERIFIER, asking())
    await step(door, second, "refusal", VERIFIER, REFUSAL)

    await hear_again(door, queried, revised(queried))
    await hear_again(door, refused, revised(refused))

    assert [(await shown(door, each))["state"] for each in (first, second)] == ["raised", "raised"]
    await step(door, first, "verification", VERIFIER, status=409)
    await step(door, first, "approval", PRIME, {})


async def test_a_revision_of_a_submitted_claim_needs_approval_anew(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await submitted(door, event)

    await hear_again(door, event, revised(event))

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["approved_on"], claim["submitted_on"]) == ("raised", None, None)


async def test_a_revision_of_a_refused_claim_whose_key_is_taken_stays_refused(door: FrontDoor) -> None:
    first = evidenced()
    [claim_id] = await submitted(door, first)
    await step(door, claim_id, "refusal", VERIFIER, REFUSAL)
    second = evidenced(participant_id=first.participant_id)
    await hear_again(door, first, second)

    await hear_again(door, first, second, revised(first))

    assert (await shown(door, claim_id))["state"] == "refused"
    assert (await shown(door, await claim_for(door, second)))["state"] == "raised"
    assert [event["automatic"] for event in await door.announced("ClaimRefused")] == [False, True]


async def test_a_revision_of_a_verified_claim_changes_nothing_but_tells_a_person(door: FrontDoor) -> None:
    event, other = evidenced("EMP_26W"), evidenced()
    claim_id, quiet = await verified(door, event, other)
    before = await door.rows("select * from valuation order by claim_id")

    await hear_again(door, event, revised(event, facts={**event.facts, "earned_pence": 1}))

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["revision"], claim["basis_changed_on"]) == ("verified", 1, "2022-10-03")
    assert claim["history"][-1]["verb"] == "basis-changed"
    assert await door.announced("ClaimRevised") == []
    assert await door.rows("select * from valuation order by claim_id") == before
    [told] = await door.announced("ClaimBasisChanged")
    assert (told["state"], told["heard_revision"], told["changed"]) == ("verified", 2, ["facts.earned_pence"])
    waiting = (await door.get("/v1/claims", PRIME, basis_changed=True)).json()["items"]
    assert [each["id"] for each in waiting] == [claim_id] != [quiet]


def scored(event: OutcomeEvidenced, score: int) -> OutcomeEvidenced:
    """The same outcome, after its second assessment was put right."""
    corrected = tuple(
        one.model_copy(update={"score": score}) if one.stage == "second" else one for one in event.assessments
    )
    return revised(event, assessments=corrected, cause="assessment")


async def test_what_was_put_right_and_changes_no_answer_leaves_the_approval_standing(door: FrontDoor) -> None:
    event = evidenced("ACC_PREV", assessments=evidenced("WB_INITIAL").assessments)
    [claim_id] = await submitted(door, event)

    await hear_again(door, event, scored(event, 77))

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["revision"], claim["history"][-1]["verb"]) == ("submitted", 2, "judged-again")
    assert await door.announced("ClaimRevised") == []
    await step(door, claim_id, "verification", VERIFIER)


async def test_a_wrong_score_that_is_put_right_opens_the_claim_to_be_approved_anew(door: FrontDoor) -> None:
    initial = evidenced("WB_INITIAL")
    event = evidenced("WB_IMP_12", participant_id=initial.participant_id, case_id=initial.case_id)
    low = event.assessments[0].score
    await hear(door, initial, scored(event, low).model_copy(update={"revision": 1, "cause": None}))
    claim_id = await claim_for(door, event)
    assert not (await shown(door, claim_id))["ready"]

    again = scored(event, low + 20)
    await door.hear(REACTIONS, [replace(record, sequence=3) for record in records_of([again])])

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["ready"], claim["revision"]) == ("raised", True, 2)


async def test_a_verified_claim_on_a_score_that_was_wrong_is_put_before_the_council(door: FrontDoor) -> None:
    initial = evidenced("WB_INITIAL")
    event = evidenced("WB_IMP_12", participant_id=initial.participant_id, case_id=initial.case_id)
    _, claim_id = await verified(door, initial, event)
    low = event.assessments[0].score

    wrong = scored(event, low)
    await door.hear(REACTIONS, [replace(record, sequence=3) for record in records_of([wrong])])

    [told] = await door.announced("ClaimBasisChanged")
    assert (told["claim_id"], told["changed"], told["state"]) == (claim_id, ["assessments"], "verified")


async def test_a_withdrawn_outcome_withdraws_its_claim_and_frees_the_key(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await raised(door, event)
    another = evidenced(participant_id=event.participant_id)

    await hear_again(door, event, withdrawn(event), another)

    assert (await shown(door, claim_id))["state"] == "withdrawn"
    assert (await shown(door, await claim_for(door, another)))["state"] == "raised"
    assert [gone["reason"] for gone in await door.announced("ClaimWithdrawn")] == ["recorded-by-mistake"]


async def test_a_withdrawn_outcome_leaves_a_verified_claim_as_it_is(door: FrontDoor) -> None:
    event = evidenced()
    [claim_id] = await verified(door, event)

    await hear_again(door, event, withdrawn(event))

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["history"][-1]["verb"]) == ("verified", "basis-changed")
    assert [told["withdrawn"] for told in await door.announced("ClaimBasisChanged")] == [True]


async def test_an_outcome_that_is_on_no_card_is_a_claim_that_is_not_ready(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced("DA_RISK", card="pdap", provider_id="fusion-housing"))

    claim = await shown(door, claim_id)
    assert (claim["state"], claim["ready"]) == ("raised", False)
    assert [check["code"] for check in claim["assessment"]["checks"]] == ["not_on_rate_card"]
    problem = await step(door, claim_id, "approval", PRIME, {}, status=422)
    assert [refusal["code"] for refusal in problem["refusals"]] == ["not_on_rate_card"]


async def test_an_outcome_of_an_unknown_provider_is_still_a_claim(door: FrontDoor) -> None:
    [claim_id] = await raised(door, evidenced(provider_id="nobody-knows"))

    claim = await shown(door, claim_id)
    assert (claim["rate_card_version"], claim["ready"]) == ("none", False)


async def test_a_claim_s_card_version_is_kept_for_life_unless_its_date_is_corrected(door: FrontDoor) -> None:
    event = evidenced()
    again = revised(event)
    [claim_id] = await raised(door, event)
    await door.rows("update provider_card set card = 'pdap' where provider_id = 'fusion-housing' returning 1")

    await hear_again(door, event, again)
    kept = await shown(door, claim_id)
    await hear_again(door, event, again, revised(again, achieved_on=date(2020, 6, 30)))

    corrected = await shown(door, claim_id)
    assert (kept["rate_card"], kept["rate_card_version"]) == ("generic", "2020-07")
    assert (corrected["rate_card"], corrected["rate_card_version"]) == ("pdap", "2020-04")


async def test_what_is_on_record_is_read_once_before_and_once_after(door: FrontDoor) -> None:
    first = evidenced()
    later = evidenced(participant_id=first.participant_id, provider_id="horton")
    records = records_of([first, later])
    asked = asked_of(door.worker)

    await door.hear(REACTIONS, records[:1])
    before, counted = len(asked), _read_the_record(asked)
    await door.hear(REACTIONS, records[1:])

    assert (counted, _read_the_record(asked[before:])) == (1, 2)
    assert (before, len(asked) - before) == (14, 15)


def _read_the_record(asked: list[str]) -> int:
    return sum("heard_outcome.body" in statement for statement in asked)
