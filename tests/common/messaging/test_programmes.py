"""One installation, two programmes: a hearer heals and sweeps both, whichever programme its own token names."""

from uuid import UUID

from common.ids import new_id
from tests.common.messaging.parts import Town, a_fact

PROGRAMMES = ("kbop", "calder")


async def announced_in_both(delivery: Town, people: tuple[UUID, UUID]) -> list[UUID]:
    facts = [a_fact(person, programme_id=name) for person, name in zip(people, PROGRAMMES, strict=True)]
    await delivery.announce(*facts)
    return [fact.event_id for fact in facts]


async def test_what_is_lost_of_either_programme_is_found_and_fetched(delivery: Town) -> None:
    people, hearer = (new_id(), new_id()), delivery.hearer()
    told = await announced_in_both(delivery, people)
    told += await announced_in_both(delivery, people)
    await delivery.relay()

    assert await hearer.sweep("referrals", older_than_seconds=0) == 4
    assert await hearer.heal() == 2
    assert set(await delivery.lines()) == set(told)


async def test_a_gap_in_either_programme_is_filled(delivery: Town) -> None:
    people, hearer = (new_id(), new_id()), delivery.hearer()
    told = await announced_in_both(delivery, people)
    await delivery.relay()
    told += await announced_in_both(delivery, people)

    await hearer.hear(await delivery.relay())

    assert await delivery.lines() == []
    assert await hearer.heal() == 2
    assert set(await delivery.lines()) == set(told)
