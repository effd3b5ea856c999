"""A verification is undone or reinstated: a claim has one valuation at a time, and each its own end."""

from alembic import op

from common.database import protect
from common.migrating import check_beside, fill_by_parts, index_beside

revision = "0017"
down_revision = "0016"

IN_ONE_STEP = "-- squawk-ignore ban-drop-constraint, disallowed-unique-constraint, adding-not-nullable-field\n"
"""In one step with the new: no second valuation slips in, and only this service reads these tables."""
ENDS = (
    "alter table valuation add column if not exists ended_on date, add column if not exists ending text,"
    " add column if not exists ended_by text, add column if not exists ended_event_id uuid"
)
ENDED = """
update valuation set ended_on = a.made_on, ending = 'taken-back', ended_event_id = a.event_id from adjustment a
where a.claim_id = valuation.claim_id and valuation.ended_on is null and a.adjustment_id between walked and reached
"""
BY_EVENT = (
    f"{IN_ONE_STEP}alter table valuation drop constraint pk_valuation,"
    " add constraint pk_valuation primary key using index pk_valuation_anew"
)
OF_A_VALUATION = """
update {table} set valuation_id = v.event_id from valuation v
where v.claim_id = {table}.claim_id and {table}.valuation_id is null and {table}.claim_id between walked and reached
"""
SET = (
    IN_ONE_STEP + "alter table {table} alter column valuation_id set not null, drop constraint ck_{table}_valuation,"
    " drop constraint uq_{table}_claim_id"
)
STATED = """
update act set detail = act.detail
    || jsonb_build_object('month', to_char(s.month, 'YYYY-MM'), 'position', l.position)
from statement s join statement_line l on l.statement_id = s.statement_id
where act.verb = 'state' and s.event_id = act.event_id and l.claim_id = act.claim_id
    and l.kind = act.detail ->> 'line' and not act.detail ? 'month'
    and l.claim_id between walked and reached
"""
"""Which line of which month's statement, said of those stated before it was kept."""
OCCASIONS = """
check (occasion in (
    'raised', 'revised', 'agreement', 'approval', 'verification', 'reopening', 'undoing', 'reinstatement', 'others'))
"""
CLAIMS = (
    "create table reason_catalogue (programme_id text constraint pk_reason_catalogue primary key, reasons jsonb not null)",
    "alter table claim add column challenged_by text, add column taken_back_by text",
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
    op.execute(ENDS)
    for table in ("adjustment", "statement_line"):
        op.execute(f"alter table {table} add column if not exists valuation_id uuid")
    fill_by_parts(op, "claims", "adjustment", "adjustment_id", ENDED, "valuation")
    ended = "num_nonnulls(ended_on, ending, ended_event_id) in (0, 3) and ending in ('undone', 'taken-back')"
    check_beside(op, "valuation", "ck_valuation_ended", f"check ({ended})")
    index_beside(op, "pk_valuation_anew", "valuation (event_id)", unique=True)
    index_beside(op, "uq_valuation_counted", "valuation (claim_id) where ended_on is null", unique=True)
    index_beside(op, "ix_valuation_claim_id", "valuation (claim_id, event_id)")
    op.execute(BY_EVENT)
    for table in ("adjustment", "statement_line"):
        fill_by_parts(op, "claims", table, "claim_id", OF_A_VALUATION.format(table=table), "valuation")
        check_beside(op, table, f"ck_{table}_valuation", "check (valuation_id is not null)")
        check_beside(
            op, table, f"fk_{table}_valuation_id", "foreign key (valuation_id) references valuation (event_id)"
        )
        index_beside(op, f"ix_{table}_claim_id", f"{table} (claim_id)")
    index_beside(op, "uq_adjustment_valuation_id", "adjustment (valuation_id)", unique=True)
    index_beside(op, "uq_statement_line_valuation_id", "statement_line (valuation_id, kind)", unique=True)
    fill_by_parts(op, "claims", "statement_line", "claim_id", STATED, "statement", "act")
    check_beside(op, "assessment", "ck_assessment_occasion", OCCASIONS.strip())
    for table in ("adjustment", "statement_line"):
        op.execute(SET.format(table=table))
    for statement in (*CLAIMS, MOVES, ENDED_ONCE, ENDED_ONCE_TRIGGER):
        op.execute(statement)
    protect(op, "claims", "reason_catalogue", provider="true", agency="true")
    op.execute("revoke insert, update on reason_catalogue from claims_provider, claims_agency")
    for who in ("claims_partnership", "claims_worker"):
        op.execute(f"grant update (ended_on, ending, ended_by, ended_event_id) on valuation to {who}")
