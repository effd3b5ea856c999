from datetime import date, datetime
from uuid import UUID

from case_management.events.heard import REACTIONS
from common.contracts.referrals import (
    AllocationDeclined,
    DuplicateReferralEnded,
    ParticipantAllocated,
    ParticipantsUnmerged,
)
from common.ids import new_id
from tests.case_management.api.world import CASEWORKER, PRIME, World, a_merge, an_allocation

DECLINED_AT = datetime.fromisoformat("2019-09-10T10:00:00+01:00")


def a_decline(allocated: ParticipantAllocated) -> AllocationDeclined:
    return AllocationDeclined(
        event_id=new_id(),
        programme_id=allocated.programme_id,
        occurred_at=DECLINED_AT,
        participant_id=allocated.participant_id,
        referral_id=allocated.referral_id,
        allocation_id=allocated.allocation_id,
        provider_id=allocated.provider_id,
        reason="no-capacity",
        complex=False,
        declined_on=date(2019, 9, 10),
    )


def a_parting(survivor: UUID, alias: UUID, *others: UUID) -> ParticipantsUnmerged:
    return ParticipantsUnmerged(
        event_id=new_id(),
        programme_id="kbop",
        occurred_at=DECLINED_AT,
        participant_id=survivor,
        alias_id=alias,
        others=others,
    )


def an_end_as_duplicate(allocated: ParticipantAllocated) -> DuplicateReferralEnded:
    return DuplicateReferralEnded(
        event_id=new_id(),
        programme_id=allocated.programme_id,
        occurred_at=DECLINED_AT,
        participant_id=allocated.participant_id,
        referral_id=allocated.referral_id,
        duplicate_of=new_id(),
        allocation_id=allocated.allocation_id,
        provider_id=allocated.provider_id,
        ended_on=date(2019, 9, 10),
    )


async def listed(world: World, participant_id: UUID) -> list[UUID]:
    answer = await world.door.get("/v1/cases", PRIME, participant_id=str(participant_id))
    return [UUID(one["id"]) for one in answer.json()["items"]]


async def test_an_allocation_opens_a_case_that_its_provider_sees(world: World) -> None:
    case_id = await world.an_allocated_case(restricted=True, priority=True)

    told = await world.told(case_id, CASEWORKER)

    assert (told["state"], told["restricted"], told["priority"], told["version"]) == ("allocated", True, True, 1)
    assert await world.door.announced() == []
    [audited] = await world.door.rows("select action, organisation from audit where cause is not null")
    assert audited == {"action": "heard ParticipantAllocated", "organisation": "case_management"}


async def test_an_allocation_heard_twice_opens_one_case(world: World) -> None:
    record = world.record(an_allocation())

    await world.door.hear(REACTIONS, [record, record])
    await world.door.hear(REACTIONS, [record])

    assert len(await world.door.rows("select id from support_case")) == 1
    assert len(await world.door.rows("select id from case_access")) == 1


async def test_an_allocation_handed_back_withdraws_the_case(world: World) -> None:
    allocated = an_allocation()
    records = [world.record(allocated), world.record(a_decline(allocated))]

    await world.door.hear(REACTIONS, records)
    await world.door.hear(REACTIONS, records)

    [row] = await world.door.rows("select id, state, closure_reason, version from support_case")
    seen = await world.door.get(f"/v1/cases/{row['id']}", CASEWORKER)
    assert (row["state"], row["closure_reason"], row["version"]) == ("closed", "allocation-declined", 2)
    assert seen.status_code == 404


async def test_a_case_already_started_goes_on_when_the_allocation_is_handed_back(world: World) -> None:
    allocated = an_allocation()
    await world.hear(allocated)
    [case_id] = await listed(world, allocated.participant_id)
    await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {})

    await world.hear(a_decline(allocated))

    [inbox] = await world.door.rows("select state, last_sequence from inbox")
    assert (await world.told(case_id, CASEWORKER))["state"] == "started"
    assert inbox == {"state": "open", "last_sequence": 2}


async def test_after_a_merge_either_id_finds_both_cases_and_neither_changes(world: World) -> None:
    survivor, alias = new_id(), new_id()
    first = await world.an_allocated_case(participant_id=survivor)
    second = await world.an_allocated_case(participant_id=alias)

    await world.hear(a_merge(survivor, alias))

    assert await listed(world, survivor) == await listed(world, alias) == [second, first]
    told = await world.told(second)
    assert (told["participant_id"], told["known_as"]) == (str(alias), str(survivor))


async def test_merges_of_merged_records_lead_to_the_last_in_whatever_order_they_come(world: World) -> None:
    for first_heard in (True, False):
        a, b, c = new_id(), new_id(), new_id()
        case_id = await world.an_allocated_case(participant_id=a)
        merges = [a_merge(b, a), a_merge(c, b)]

        for merge in merges if first_heard else reversed(merges):
            await world.hear(merge)

        assert (await world.told(case_id))["known_as"] == str(c)


async def test_two_who_were_one_find_their_own_cases_again(world: World) -> None:
    survivor, alias, third = new_id(), new_id(), new_id()
    cases = [await world.an_allocated_case(participant_id=one) for one in (survivor, alias, third)]
    for merge in (a_merge(alias, third), a_merge(survivor, alias)):
        await world.hear(merge)

    await world.hear(a_parting(survivor, alias, third))

    assert await listed(world, survivor) == [cases[0]]
    assert await listed(world, third) == await listed(world, alias) == [cases[2], cases[1]]


async def test_the_case_of_a_duplicate_that_never_began_is_withdrawn_without_a_word(world: World) -> None:
    allocated = an_allocation()
    await world.hear(allocated)

    await world.hear(an_end_as_duplicate(allocated))

    [row] = await world.door.rows("select state, closure_reason from support_case")
    assert row == {"state": "closed", "closure_reason": "duplicate"}
    assert await world.door.announced("CaseClosed") == []


async def test_the_case_of_a_duplicate_that_began_is_closed_and_its_request_settled(world: World) -> None:
    allocated = an_allocation()
    await world.hear(allocated)
    [case_id] = await listed(world, allocated.participant_id)
    await world.door.post(f"/v1/cases/{case_id}/start", CASEWORKER, {})
    wish = {"reason": "participant-request", "by_participant": True}
    asked = await world.door.post(f"/v1/cases/{case_id}/closure-requests", CASEWORKER, wish)
    assert asked.is_success, asked.text

    await world.hear(an_end_as_duplicate(allocated))

    told = await world.told(case_id, CASEWORKER)
    assert (told["state"], told["closure_reason"]) == ("closed", "duplicate")
    assert [one["state"] for one in told["closure_requests"]] == ["confirmed"]
    [closed] = await world.door.announced("CaseClosed")
    assert (closed["case_id"], closed["reason"]) == (str(case_id), "duplicate")
