"""A verification is undone or reinstated: a claim has one valuation at a time, and each its own end."""

from alembic import op

from common.database import protect

revision = "0017"
down_revision = "0016"

SEEN_WHOLE = ("valuation", "adjustment", "statement", "statement_line", "act")
IN_ONE_STEP = "-- squawk-ignore ban-drop-constraint, disallowed-unique-constraint, adding-not-nullable-field\n"
"""In one step with the new: no second valuation slips in, and only this service reads these tables."""
SOME_THOUSAND = "-- squawk-ignore constraint-missing-not-valid\n"
"""So many rows: to look them through takes no time that anyone waits for."""
VALUATIONS = (
    "alter table valuation add column ended_on date, add column ending text, add column ended_by text,"
    " add column ended_event_id uuid,"
    " add constraint ck_valuation_ended check ("
    " num_nonnulls(ended_on, ending, ended_event_id) in (0, 3) and ending in ('undone', 'taken-back')) not valid",
    f"{SOME_THOUSAND}alter table valuation validate constraint ck_valuation_ended",
    "update valuation set ended_on = a.made_on, ending = 'taken-back', ended_event_id = a.event_id"
    " from adjustment a where a.claim_id = valuation.claim_id",
    f"{IN_ONE_STEP}alter table valuation drop constraint pk_valuation,"
    " add constraint pk_valuation primary key (event_id)",
    "create unique index uq_valuation_counted on valuation (claim_id) where ended_on is null",
    "create index ix_valuation_claim_id on valuation (claim_id, event_id)",
)
OF_A_VALUATION = (
    "alter table {table} add column valuation_id uuid",
    "update {table} set valuation_id = v.event_id from valuation v where v.claim_id = {table}.claim_id",
    "alter table {table} add constraint ck_{table}_valuation check (valuation_id is not null) not valid",
    SOME_THOUSAND + "alter table {table} validate constraint ck_{table}_valuation",
    IN_ONE_STEP + "alter table {table} alter column valuation_id set not null, drop constraint ck_{table}_valuation",
    "alter table {table} add constraint fk_{table}_valuation_id"
    " foreign key (valuation_id) references valuation (event_id) not valid",
    SOME_THOUSAND + "alter table {table} validate constraint fk_{table}_valuation_id",
)
STATED = """
update act set detail = act.detail
    || jsonb_build_object('month', to_char(s.month, 'YYYY-MM'), 'position', l.position)
from statement s join statement_line l on l.statement_id = s.statement_id
where act.verb = 'state' and s.event_id = act.event_id and l.claim_id = act.claim_id
    and l.kind = act.detail ->> 'line' and not act.detail ? 'month'
"""
"""Which line of which month's statement, said of those stated before it was kept."""
ONCE_EACH = (
    f"{IN_ONE_STEP}alter table adjustment drop constraint uq_adjustment_claim_id",
    "create unique index uq_adjustment_valuation_id on adjustment (valuation_id)",
    "create index ix_adjustment_claim_id on adjustment (claim_id)",
    f"{IN_ONE_STEP}alter table statement_line drop constraint uq_statement_line_claim_id",
    "create unique index uq_statement_line_valuation_id on statement_line (valuation_id, kind)",
    "create index ix_statement_line_claim_id on statement_line (claim_id)",
)
CLAIMS = (
    "create table reason_catalogue (programme_id text constraint pk_reason_catalogue primary key, reasons jsonb not null)",
    "alter table claim add column challenged_by text, add column taken_back_by text",
    f"{IN_ONE_STEP}alter table assessment drop constraint ck_assessment_occasion,"
    " add constraint ck_assessment_occasion check (occasion in ("
    "'raised', 'revised', 'agreement', 'approval', 'verification', 'reopening', 'undoing', 'reinstatement', 'others'"
    ")) not valid",
    f"{SOME_THOUSAND}alter table assessment validate constraint ck_assessment_occasion",
)
MOVES = """
create or replace function claim_keeps_to_its_moves() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
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
            ('verified', 'submitted'),
            ('refused', 'raised'), ('refused', 'submitted'), ('refused', 'withdrawn'),
            ('withdrawn', 'raised')
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
ENDED_ONCE = """
create function valuation_ends_once() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if old.ended_on is not null then
        raise exception 'what a claim was worth ends once'
            using errcode = 'check_violation', constraint = 'ck_valuation_ended_once', table = 'valuation';
    end if;
    return new;
end $$
"""
ENDED_ONCE_TRIGGER = """
create trigger valuation_ends_once before update on valuation
for each row execute function valuation_ends_once()
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for table in SEEN_WHOLE:
        op.execute(f"alter table {table} no force row level security")
    for statement in VALUATIONS:
        op.execute(statement)
    for table in ("adjustment", "statement_line"):
        for statement in OF_A_VALUATION:
            op.execute(statement.format(table=table))
    op.execute(STATED)
    for table in SEEN_WHOLE:
        op.execute(f"alter table {table} force row level security")
    for statement in (*ONCE_EACH, *CLAIMS, MOVES, ENDED_ONCE, ENDED_ONCE_TRIGGER):
        op.execute(statement)
    protect(op, "claims", "reason_catalogue", provider="true", agency="true")
    op.execute("revoke insert, update on reason_catalogue from claims_provider, claims_agency")
    for who in ("claims_partnership", "claims_worker"):
        op.execute(f"grant update (ended_on, ending, ended_by, ended_event_id) on valuation to {who}")
