"""How a migration changes a table that may be large while everybody works: in parts that commit (ADR 0010)."""

from collections.abc import Generator
from contextlib import contextmanager

from .database import Migrating

FILL = """
do $$
declare
    walked {table}.{key}%type := (select {key} from {table} order by {key} limit 1);
    reached {table}.{key}%type;
begin
    while walked is not null loop
        select {key} into reached from (
            select distinct {key} from {table} where {key} >= walked order by {key} limit {most}) as next
        order by {key} desc limit 1;
        set local enable_seqscan = off;
        set local enable_hashjoin = off;
        set local enable_mergejoin = off;
        {statement};
        commit;
        exit when reached = walked;
        walked := reached;
        raise info '{table} filled in up to %', walked;
    end loop;
end $$
"""
"""Each part is found by its keys: nothing reads the whole table for it."""
MOST = 1_000
"""Keys of one part: some tenths of a second."""
STAMP = """
create or replace function stamp_change() returns trigger language plpgsql as $$
begin
    new.changed_in := pg_current_xact_id()::text::bigint;
    return new;
end $$
"""
STAMPED = """
create or replace trigger stamp_change before insert or update on {table}
for each row execute function stamp_change()
"""
STAMPED_ANEW = (
    """
create or replace function stamp_{table}_anew() returns trigger language plpgsql as $$
begin
    update {table} set changed_in = 0;
    return null;
end $$
""",
    """
create or replace trigger stamp_{table}_anew after update of epoch on relay
for each row execute function stamp_{table}_anew()
""",
)
"""Numbers of transactions mean nothing in another server: with the new epoch of what was restored, all is told anew."""
HALF_MADE = """
do $$ begin
    if exists (select from pg_index where indexrelid = to_regclass('{name}') and not indisvalid) then
        drop index {name};
    end if;
end $$
"""


@contextmanager
def seen_by_owner(op: Migrating, service: str, *tables: str) -> Generator[None]:
    """Let the owner, to whom forced row security shows nothing, see rows meanwhile; readers and writers go on.

    What stands before it in the migration is committed; what is done within is one transaction with what follows.
    """
    op.execute("set local lock_timeout = '2s'")
    for table in tables:
        op.execute(f"drop policy if exists filling on {table}")
        op.execute(f"create policy filling on {table} to {service}_owner using (current_user = session_user)")
    with op.get_context().autocommit_block():
        """Entering it commits, and lets go of the locks that policies take."""
    op.execute("set local lock_timeout = '2s'")
    yield
    op.execute("set local lock_timeout = '2s'")
    for table in tables:
        op.execute(f"drop policy filling on {table}")


def fill_by_parts(op: Migrating, service: str, table: str, key: str, statement: str, *sees: str) -> None:
    """Fill in a large table along the keys of it, or of another: nobody waits, and it may be stopped and begun again.

    `statement` changes what belongs to the keys from `walked` to `reached`, both included, and doing it twice changes
    nothing more. `sees` are the other tables it reads or writes; `key` begins an index of the table. Join tables by
    plain columns: row security lets no index be used for what is made of one within the comparison (a cast of JSON).
    """
    with seen_by_owner(op, service, table, *sees), op.get_context().autocommit_block():
        op.execute(FILL.format(table=table, key=key, statement=statement.strip(), most=MOST))


def index_beside(op: Migrating, name: str, on: str, *, unique: bool = False) -> None:
    """Make an index while everybody writes; one that was left half made is made anew.

    `on` is the table with the columns: `audit (cause) where cause is not null`.
    """
    op.execute("set local lock_timeout = '2s'")
    op.execute(HALF_MADE.format(name=name))
    with op.get_context().autocommit_block():
        op.execute(f"create {'unique ' if unique else ''}index concurrently if not exists {name} on {on}")
    op.execute("set local lock_timeout = '2s'")


def stamp_changes(op: Migrating, table: str, key: str) -> None:
    """Have each row say in which transaction it was last written, so that a list of changes skips none (ADR 0031)."""
    op.execute("set local lock_timeout = '2s'")
    op.execute(f"alter table {table} add column if not exists changed_in bigint not null default 0")
    for statement in (STAMP, STAMPED, *STAMPED_ANEW):
        op.execute(statement.format(table=table))
    index_beside(op, f"ix_{table}_changed_in", f"{table} (programme_id, changed_in, {key})")


def check_beside(op: Migrating, table: str, name: str, constraint: str) -> None:
    """Hold a table to a constraint from now on, and look through what was there while everybody works."""
    op.execute("set local lock_timeout = '2s'")
    op.execute(f"-- squawk-ignore ban-drop-constraint\nalter table {table} drop constraint if exists {name}")
    op.execute(f"alter table {table} add constraint {name} {constraint} not valid")
    with op.get_context().autocommit_block():
        op.execute(f"alter table {table} validate constraint {name}")
    op.execute("set local lock_timeout = '2s'")
