"""Assess a claim: its rules alone, and raised from an event with all that is kept of it.

The floor of the rules is the same rule functions called one after the other, nothing kept of what they say. The floor
of storage is PostgreSQL moving the very rows we left, from tables beside, in transactions of as many claims. And a long
history: the floor reads it too, and asks the rules beside a short one.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

from claims.domain.eligibility import Basis, assess
from claims.events.heard import REACTIONS
from claims.storage.claims import claims_on_record
from common.messaging.hearing import Hearer
from common.streams.records import Record
from rulebook.kinds import ALWAYS
from rulebook.question import Question
from tests.bench.ground import Ground, Place, place
from tests.bench.measuring import Comparison, Stopwatch, take_turns
from tests.claims.builders import ACHIEVED_ON, CARDS, EVERY_ROW, TODAY, a_good_outcome
from tests.claims.parts import create_app_for, evidenced, load
from tests.parts.api import FrontDoor, front_door_of, records_of

CARDS_NOW = {card.card: card for card in CARDS if card.in_force_on(ACHIEVED_ON)}
ASSESSED, RAISED, BATCH = 10_000, 10_000, 100
ROUNDS_OF_STORAGE = 3
"""So many claims take their time; what is laid aside for the floor was a lap of ours already."""
TABLES = {
    "claim": "using (claim_id)",
    "heard_outcome": "using (claim_id)",
    "assessment": "using (claim_id)",
    "act": "using (claim_id)",
    "audit": "on audit.subjects && array[subject]",
    "audit_unsealed": "on position = any (audited)",
    "stream": "using (subject)",
    "outbox": "using (subject)",
    "pending": "on position = any (positions)",
    "inbox": "using (subject)",
}
"""What raising a claim leaves, in the order in which it may be written, and how each row finds its batch."""
BATCHES = f"""
create table batch as
select claim_id, 'participant/' || participant_id as subject,
       array(select position from outbox where subject = 'participant/' || participant_id) as positions,
       array(select position from audit where subjects && array['participant/' || participant_id]) as audited,
       (row_number() over (order by number) - 1) / {BATCH} as batch
from claim
"""  # noqa: S608 - every word of it stands in this file
FEW, MANY, BESIDE = 10, 1_000, 100
MORE_CLAIMS = """
insert into claim
select (jsonb_populate_record(c, jsonb_build_object(
    'claim_id', uuidv7(), 'outcome_id', uuidv7(), 'number', c.number || '-' || n, 'slot', 'time-' || n,
    'outcome', 'OTHER_' || n % 40))).*
from claim c, generate_series(1, $2::int) n where c.participant_id = $1
"""
WHAT_THEY_REST_ON = """
insert into heard_outcome
select (jsonb_populate_record(h, jsonb_build_object('claim_id', c.claim_id))).*
from claim c join heard_outcome h on (h.body->>'participant_id')::uuid = c.participant_id
where c.participant_id = $1 and c.claim_id <> h.claim_id
"""
EMPTY = f"truncate {', '.join(TABLES)} cascade"


async def measure(ground: Ground) -> list[Comparison]:
    return [await _rules(), await _storage(ground), await _beside(ground)]


async def _rules() -> Comparison:
    rows = [(CARDS_NOW[card], a_good_outcome(card, code)) for card, code in EVERY_ROW]
    asked = [
        (card, outcome) for card, outcome in rows if assess(outcome, card, Basis(TODAY)).ready
    ]  # needing no earlier claim
    assert len(asked) > len(rows) / 2
    work = [asked[number % len(asked)] for number in range(ASSESSED)]

    async def ours() -> float:
        with Stopwatch() as watch:
            ready = sum(assess(outcome, card, Basis(TODAY)).ready for card, outcome in work)
        assert ready == ASSESSED
        return watch.seconds

    async def bare() -> float:
        refusals = 0
        with Stopwatch() as watch:
            for card, outcome in work:
                rate = card.rates[outcome.code]
                question = Question(outcome, card, rate, TODAY)
                for rule in ALWAYS:
                    refusals += rule.decide(question) is not None
                for rule in rate.rules:
                    refusals += rule.decide(question) is not None
        assert refusals == 0
        return watch.seconds

    taken = await take_turns({"ours": ours, "bare": bare})
    floor = "the rule functions, nothing kept"
    return Comparison("assess a claim, rules alone", floor, ASSESSED, "claims", taken["ours"], taken["bare"])


@asynccontextmanager
async def claims_of_its_own(ground: Ground) -> AsyncGenerator[FrontDoor]:
    """Claims over a database of the bench, whose floor puts rows there that nobody asked for."""
    with ground.databases.clone("claims") as database:
        async with front_door_of(database, create_app_for) as door:
            yield door


async def _storage(ground: Ground) -> Comparison:
    async with claims_of_its_own(ground) as door, place(door.database) as here:
        await load(door)
        records = records_of([evidenced() for _ in range(RAISED)])
        await _raised(here, records)
        columns = await _keep(here)
        laps = {"ours": partial(_raised, here, records), "floor": partial(_moved, here, columns)}
        taken = await take_turns(laps, rounds=ROUNDS_OF_STORAGE, warm=False)
    floor = "the same rows from tables beside"
    what = f"raise and assess, {BATCH} a batch"
    return Comparison(what, floor, RAISED, "claims", taken["ours"], taken["floor"])


async def _raised(here: Place, records: list[Record]) -> float:
    hearer = Hearer("claims", here.sessions, REACTIONS)
    await here.bare.execute(EMPTY)
    with Stopwatch() as watch:
        for start in range(0, RAISED, BATCH):
            await hearer.hear(records[start : start + BATCH], fetched=True)
    ready = "select count(*) from claim join assessment using (claim_id) where assessment.ready and state = 'raised'"
    assert await here.bare.fetchval(ready) == RAISED
    assert await here.bare.fetchval("select sum(last_sequence) from inbox where state = 'open'") == RAISED
    return watch.seconds


async def _keep(here: Place) -> dict[str, str]:
    """Lay what was left aside by batch; the columns of each table."""
    await here.bare.execute(BATCHES)
    columns: dict[str, str] = {}
    for table, join in TABLES.items():
        names = await here.bare.fetchval(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
            " where attrelid = cast($1 as regclass) and attnum > 0 and not attisdropped and attgenerated = ''",
            table,
        )
        columns[table] = names
        own = ", ".join(f"{table}.{name}" for name in names.split(", "))
        kept = f"create table kept_{table} as select batch.batch, {own} from {table} join batch {join}"  # noqa: S608
        await here.bare.execute(kept)
        assert await here.bare.fetchval(f"select count(*) from kept_{table}") == await _count(here, table)  # noqa: S608
        await here.bare.execute(f"create index on kept_{table} (batch)")
    await here.bare.execute("vacuum analyze")
    return columns


async def _moved(here: Place, columns: dict[str, str]) -> float:
    put: list[Any] = [
        await here.bare.prepare(
            f"insert into {table} ({names}) overriding system value"  # noqa: S608 - our own tables
            f" select {names} from kept_{table} where batch = $1"
        )
        for table, names in columns.items()
    ]
    await here.bare.execute(EMPTY)
    with Stopwatch() as watch:
        for batch in range(RAISED // BATCH):
            async with here.bare.transaction():
                for statement in put:
                    await statement.fetch(batch)
    for table in columns:
        assert await _count(here, table) == await _count(here, f"kept_{table}")
    return watch.seconds


async def _beside(ground: Ground) -> Comparison:
    """Beside 1,000 earlier claims: what it takes more than beside 10 is reading them, and nothing else."""
    async with claims_of_its_own(ground) as door, place(door.database) as here:
        await load(door)
        outcome, card = a_good_outcome("generic", "ACC_3M"), CARDS_NOW["generic"]
        few, many = [await _someone_with(here, earlier) for earlier in (FEW, MANY)]

        async def beside(subject_id: UUID, *also_read: UUID) -> float:
            with Stopwatch() as watch:
                for _ in range(BESIDE):
                    async with here.sessions.begin() as session:
                        for each in also_read:
                            await claims_on_record(session, "kbop", each)
                        record = await claims_on_record(session, "kbop", subject_id)
                        assert assess(outcome, card, Basis(TODAY, record)).ready
            return watch.seconds

        taken = await take_turns({"ours": partial(beside, many), "floor": partial(beside, few, many)})
    floor = f"beside {FEW}, and the {MANY:,} read"
    return Comparison(f"assess beside {MANY:,} earlier claims", floor, BESIDE, "claims", taken["ours"], taken["floor"])


async def _someone_with(here: Place, earlier: int) -> UUID:
    """A participant with so many live claims for forty other outcomes."""
    event = evidenced()
    await Hearer("claims", here.sessions, REACTIONS).hear(records_of([event]), fetched=True)
    await here.bare.execute(MORE_CLAIMS, event.participant_id, earlier - 1)
    await here.bare.execute(WHAT_THEY_REST_ON, event.participant_id)
    async with here.sessions.begin() as session:
        assert len(await claims_on_record(session, "kbop", event.participant_id)) == earlier
    return event.participant_id


async def _count(here: Place, table: str) -> int:
    return await here.bare.fetchval(f"select count(*) from {table}")  # noqa: S608 - our own tables
