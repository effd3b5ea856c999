"""A rate card is proposed, and in force once prime and council have accepted it; judgements keep what they rested on."""

from alembic import op

from common.database import protect

revision = "0009"
down_revision = "0008"

CHANGE = """
create table rate_card_change (
    change_id uuid constraint pk_rate_card_change primary key,
    programme_id text not null, card text not null, version text not null,
    in_force_from date not null, in_force_until date, retroactive boolean not null,
    document jsonb not null, sha256 text not null,
    state text not null constraint ck_rate_card_change_state check (
        state in ('draft', 'proposed', 'accepted', 'rejected', 'withdrawn')),
    drafted_by text not null, drafted_for text not null, drafted_on date not null,
    rationale text, proposed_by text, proposed_on date,
    prime_by text, prime_organisation text, prime_on date,
    council_by text, council_organisation text, council_on date,
    ended_by text, ended_on date, reason text,
    revision integer not null default 1,
    constraint ck_rate_card_change_in_force check (in_force_until is null or in_force_from <= in_force_until),
    constraint ck_rate_card_change_proposed check (
        num_nonnulls(rationale, proposed_by, proposed_on) = 3
        or (state in ('draft', 'withdrawn') and num_nonnulls(rationale, proposed_by, proposed_on) = 0)),
    constraint ck_rate_card_change_prime check (num_nonnulls(prime_by, prime_organisation, prime_on) in (0, 3)),
    constraint ck_rate_card_change_council check (
        num_nonnulls(council_by, council_organisation, council_on) in (0, 3)),
    constraint ck_rate_card_change_hands check (
        prime_by <> council_by and prime_organisation <> council_organisation),
    constraint ck_rate_card_change_both check ((state = 'accepted') = (num_nonnulls(prime_by, council_by) = 2)),
    constraint ck_rate_card_change_in_time check (
        state <> 'accepted' or retroactive or in_force_from >= greatest(prime_on, council_on)),
    constraint ck_rate_card_change_ended check (
        num_nonnulls(ended_by, ended_on, reason) = case when state in ('rejected', 'withdrawn') then 3 else 0 end)
);
create unique index uq_rate_card_change_live on rate_card_change (programme_id, card, version)
    where state in ('draft', 'proposed', 'accepted');
create index ix_rate_card_change_place on rate_card_change (programme_id, drafted_on, change_id);
alter table rate_card add column change_id uuid,
    add constraint fk_rate_card_change_id foreign key (change_id) references rate_card_change not valid;
alter table assessment add column basis jsonb
"""

MOVES = """
create function rate_card_change_keeps_to_its_moves() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'draft' then
            raise exception 'a version does not begin as %', new.state
                using errcode = 'check_violation', constraint = 'ck_rate_card_change_move', table = 'rate_card_change';
        end if;
        return new;
    end if;
    if (old.state, new.state) not in (
        ('draft', 'proposed'), ('draft', 'withdrawn'), ('proposed', 'proposed'), ('proposed', 'accepted'),
        ('proposed', 'rejected'), ('proposed', 'withdrawn')
    ) then
        raise exception 'a version that is % does not become %', old.state, new.state
            using errcode = 'check_violation', constraint = 'ck_rate_card_change_move', table = 'rate_card_change';
    end if;
    if (new.change_id, new.programme_id, new.card, new.version, new.in_force_from, new.retroactive, new.document,
            new.sha256, new.drafted_by, new.drafted_for, new.drafted_on)
        is distinct from (old.change_id, old.programme_id, old.card, old.version, old.in_force_from, old.retroactive,
            old.document, old.sha256, old.drafted_by, old.drafted_for, old.drafted_on)
        or new.in_force_until is distinct from old.in_force_until
        or (old.state <> 'draft' and (new.rationale, new.proposed_by, new.proposed_on)
            is distinct from (old.rationale, old.proposed_by, old.proposed_on))
        or (old.prime_by is not null and (new.prime_by, new.prime_organisation, new.prime_on)
            is distinct from (old.prime_by, old.prime_organisation, old.prime_on))
        or (old.council_by is not null and (new.council_by, new.council_organisation, new.council_on)
            is distinct from (old.council_by, old.council_organisation, old.council_on))
        or new.revision <= old.revision
    then
        raise exception 'what was drafted, proposed or accepted is not rewritten, and every move counts its revision on'
            using errcode = 'check_violation', constraint = 'ck_rate_card_change_kept', table = 'rate_card_change';
    end if;
    return new;
end $$
"""
MOVES_TRIGGER = """
create trigger rate_card_change_keeps_to_its_moves before insert or update on rate_card_change
for each row execute function rate_card_change_keeps_to_its_moves()
"""

ACCEPTED = """
create function rate_card_was_accepted() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' then
        if old.in_force_until is not null and new.in_force_until is distinct from old.in_force_until then
            raise exception 'the last day of an accepted version is set once'
                using errcode = 'check_violation', constraint = 'ck_rate_card_ended_once', table = 'rate_card';
        end if;
        return new;
    end if;
    if not exists (
        select 1 from public.rate_card_change c
        where c.change_id = new.change_id and c.state = 'accepted' and c.programme_id = new.programme_id
            and (c.card, c.version, c.in_force_from, c.document, c.sha256)
                = (new.card, new.version, new.in_force_from, new.document, new.sha256)
    ) then
        raise exception 'a version is in force once prime and council have accepted that very version'
            using errcode = 'check_violation', constraint = 'ck_rate_card_accepted', table = 'rate_card';
    end if;
    return new;
end $$
"""
ACCEPTED_TRIGGER = """
create trigger rate_card_was_accepted before insert or update on rate_card
for each row execute function rate_card_was_accepted()
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in CHANGE.split(";\n"):
        op.execute(statement)
    for statement in (MOVES, MOVES_TRIGGER, ACCEPTED, ACCEPTED_TRIGGER):
        op.execute(statement)
    protect(op, "claims", "rate_card_change")
