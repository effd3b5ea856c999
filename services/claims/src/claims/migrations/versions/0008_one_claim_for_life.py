"""The moves of a claim, which the database itself keeps to; who acts on a request; and whose basis has changed."""

from alembic import op

revision = "0008"
down_revision = "0007"

MOVES = """
create function claim_keeps_to_its_moves() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        if new.state not in ('raised', 'refused') then
            raise exception 'a claim does not begin as %', new.state
                using errcode = 'check_violation', constraint = 'ck_claim_move', table = 'claim';
        end if;
    elsif new.state <> old.state then
        if (old.state, new.state) not in (
            ('raised', 'returned'), ('raised', 'approved'), ('raised', 'refused'), ('raised', 'withdrawn'),
            ('returned', 'raised'), ('returned', 'refused'), ('returned', 'withdrawn'),
            ('approved', 'raised'), ('approved', 'returned'), ('approved', 'submitted'), ('approved', 'refused'),
            ('approved', 'withdrawn'),
            ('submitted', 'raised'), ('submitted', 'queried'), ('submitted', 'verified'), ('submitted', 'refused'),
            ('submitted', 'withdrawn'),
            ('queried', 'raised'), ('queried', 'submitted'), ('queried', 'verified'), ('queried', 'refused'),
            ('queried', 'withdrawn'),
            ('refused', 'raised'), ('refused', 'withdrawn')
        ) then
            raise exception 'a claim that is % does not become %', old.state, new.state
                using errcode = 'check_violation', constraint = 'ck_claim_move', table = 'claim';
        end if;
        if new.version <= old.version then
            raise exception 'every move of a claim counts its version on'
                using errcode = 'check_violation', constraint = 'ck_claim_version', table = 'claim';
        end if;
    end if;
    return new;
end $$
"""
TRIGGER = """
create trigger claim_keeps_to_its_moves before insert or update of state on claim
for each row execute function claim_keeps_to_its_moves()
"""

COLUMNS = (
    "alter table claim add column basis_changed_on date",
    "alter table item_request add column who_acts text not null default 'provider'"
    " constraint ck_item_request_who_acts check (who_acts in ('provider', 'prime'))",
    "alter table item_request add column answered_on date",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(MOVES)
    op.execute(TRIGGER)
    for statement in COLUMNS:
        op.execute(statement)
