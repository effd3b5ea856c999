"""What an outcome was announced on is kept with its revision, so that a correction of it is seen and announced."""

from alembic import op

from common.migrating import fill_by_parts

revision = "0010"
down_revision = "0009"

COLUMNS = (
    "alter table outcome_revision add column if not exists basis jsonb",
    "alter table outcome_revision add column if not exists cause text",
)
ANNOUNCED = """
with announced as materialized (
    select said, cast(said ->> 'outcome_id' as uuid) as outcome_id, cast(said ->> 'revision' as bigint) as revision
    from (select cast(body as jsonb) as said from outbox
          where topic = 'cases' and type = 'OutcomeEvidenced' and redacted_at is null
            and position between walked and reached) as part
)
update outcome_revision as kept set basis = jsonb_build_object(
    'referred_on', said -> 'referred_on', 'service_started_on', said -> 'service_started_on',
    'funding_stream', coalesce(said -> 'funding_stream', '"lcf"'), 'plan', coalesce(said -> 'plan', 'null'),
    'assessments', (
        select coalesce(jsonb_agg(made order by place), '[]')
        from jsonb_array_elements(coalesce(said -> 'assessments', '[]')) with ordinality as each (made, place)
        where made ->> 'assessed_on' <= said ->> 'achieved_on'))
from announced
where (kept.outcome_id, kept.revision) = (announced.outcome_id, announced.revision)
"""
"""Along what was announced: each event names its revision."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS:
        op.execute(statement)
    fill_by_parts(op, "case_management", "outbox", "position", ANNOUNCED, "outcome_revision")
