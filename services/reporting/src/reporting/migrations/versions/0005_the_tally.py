"""The tally: what each month adds to the tracker, kept as events are heard and no longer counted when it is read."""

from alembic import op

from common.database import protect
from common.migrating import seen_by_owner

revision = "0005"
down_revision = "0004"

COLUMNS = (
    "alter table outcome add column if not exists contributors text[] not null default '{}'",
    "alter table outcome add column if not exists taken_back_on date",
    """
create table if not exists tally (
    programme_id text not null, provider_id text not null, counted text not null, place text not null,
    month date not null, count bigint not null,
    constraint pk_tally primary key (programme_id, provider_id, counted, place, month),
    constraint ck_tally_place check (place in ('achieved', 'outstanding', 'added-value', 'contributed')),
    constraint ck_tally_month check (extract(day from month) = 1)
)
""",
)
CONTRIBUTORS = """
update outcome set contributors = array(
    select code from jsonb_array_elements_text(told.contributors) with ordinality as one (code, place) order by place)
from (select distinct on (programme_id, facts ->> 'outcome_id')
             programme_id, cast(facts ->> 'outcome_id' as uuid) as outcome_id, facts -> 'contributors' as contributors
      from heard_event where type = 'OutcomeEvidenced'
      order by programme_id, facts ->> 'outcome_id', cast(facts ->> 'revision' as bigint) desc) as told
where outcome.programme_id = told.programme_id and outcome.outcome_id = told.outcome_id
  and told.contributors is not null
"""
TALLY = """
with standing as (
    select programme_id, provider_id, outcome, contributors, cast(date_trunc('month', achieved_on) as date) as first,
           greatest(cast(date_trunc('month', achieved_on) as date),
                    cast(date_trunc('month', accepted_on) as date)) as accepted,
           accepted_on is not null as is_accepted,
           case when withdrawn_on is not null and claim_state is distinct from 'verified' then 'none'
                when claim_state = 'refused' and refusals && array['already_claimed', 'not_on_rate_card']
                then 'added-value'
                when claim_state = 'withdrawn' then 'none'
                when claim_state in ('approved', 'submitted', 'queried', 'verified') then 'achieved'
                else 'outstanding' end as place
    from outcome where achieved_on is not null
), placed (programme_id, provider_id, counted, place, month, count) as (
    select programme_id, provider_id, outcome, case place when 'achieved' then 'outstanding' else place end, first, 1
    from standing
    union all
    select programme_id, provider_id, outcome, 'outstanding', accepted, -1 from standing
    where place = 'achieved' and is_accepted
    union all
    select programme_id, provider_id, outcome, 'achieved', accepted, 1 from standing
    where place = 'achieved' and is_accepted
    union all
    select programme_id, contributor, outcome, 'contributed', accepted, 1
    from standing, unnest(contributors) as contributor
    where place = 'achieved' and is_accepted and contributor <> provider_id
    union all
    select programme_id, '', 'received', 'achieved', cast(date_trunc('month', referred_on) as date), 1 from referral
    where referred_on is not null
    union all
    select programme_id, provider_id, 'placed', 'achieved', cast(date_trunc('month', allocated_on) as date), 1
    from allocation where allocated_on is not null and declined_on is null
    union all
    select programme_id, provider_id, 'started', 'achieved', cast(date_trunc('month', started_on) as date), 1
    from support_case where started_on is not null
)
insert into tally (programme_id, provider_id, counted, place, month, count)
select programme_id, provider_id, counted, place, month, sum(count) from placed
where place <> 'none' group by 1, 2, 3, 4, 5 having sum(count) <> 0
"""
READ = ("outcome", "allocation", "support_case", "referral", "heard_event")


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS:
        op.execute(statement)
    with seen_by_owner(op, "reporting", *READ):
        op.execute(CONTRIBUTORS)
        op.execute(TALLY)
    protect(op, "reporting", "tally", provider="provider_id = {org}")
    op.execute("grant delete on tally to reporting_worker")
