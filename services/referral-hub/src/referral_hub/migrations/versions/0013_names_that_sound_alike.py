"""Names are found by how their words sound, where a birth date that is an estimate or unknown finds nobody.

Below row-level security an index serves equality and little else, so each sound has a row, and a National Insurance number
is looked for whole.
"""

from alembic import op

from common.database import protect

revision = "0013"
down_revision = "0012"

SOME_THOUSAND = "-- squawk-ignore require-concurrent-index-creation\n"
"""Participants: an index of them is made in less than the second that its lock may last."""

STEPS = (
    r"""
create function name_sounds(name_key text) returns text[] language sql immutable strict parallel safe
return string_to_array(
    regexp_replace(
        translate(initcap(name_key), 'bfpvcgjkqsxzdtlmnraeiouyhw', '111122222222334556'), '([0-9])\1+', '\1', 'g'),
    ' ')
""",
    """
create table participant_sound (
    programme_id text not null, sound text not null,
    participant_id uuid not null
        constraint fk_participant_sound_participant_id references participant on delete cascade,
    constraint pk_participant_sound primary key (programme_id, sound, participant_id)
)
""",
    """
create function keep_name_sounds() returns trigger language plpgsql as $$
begin
    insert into participant_sound (programme_id, sound, participant_id)
    select distinct new.programme_id, sound, new.id from unnest(name_sounds(new.name_key)) as sound
    on conflict do nothing;
    return null;
end $$
""",
    "create trigger keep_name_sounds after insert or update of name_key on participant"
    " for each row execute function keep_name_sounds()",
    "create index ix_participant_sound_participant_id on participant_sound (participant_id)",
    f"{SOME_THOUSAND}create index ix_participant_uncertain on participant (programme_id, id) where date_of_birth is null",
    f"{SOME_THOUSAND}create index ix_participant_national_insurance_whole on participant (programme_id, national_insurance)"
    " where national_insurance is not null",
    "-- squawk-ignore require-concurrent-index-deletion\ndrop index ix_participant_national_insurance",
    "alter table participant no force row level security",
    "insert into participant_sound (programme_id, sound, participant_id)"
    " select distinct programme_id, sound, id from participant, unnest(name_sounds(name_key)) as sound",
    "alter table participant force row level security",
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for step in STEPS:
        op.execute(step)
    protect(op, "referral_hub", "participant_sound", append_only=True)
