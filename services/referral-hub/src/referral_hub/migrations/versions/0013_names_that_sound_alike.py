"""Names are found by how their words sound, where a birth date that is an estimate or unknown finds nobody.

Below row-level security an index serves equality and little else, so each sound has a row, and a National Insurance number
is looked for whole.
"""

from alembic import op

from common.database import protect
from common.migrating import fill_by_parts, index_beside

revision = "0013"
down_revision = "0012"

STEPS = (
    "drop trigger if exists keep_name_sounds on participant",
    "-- squawk-ignore ban-drop-table\n"  # of a run that was stopped: it is filled below
    "drop table if exists participant_sound",
    r"""
create or replace function name_sounds(name_key text) returns text[] language sql immutable strict parallel safe
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
create or replace function keep_name_sounds() returns trigger language plpgsql as $$
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
)
SOUNDS = """
insert into participant_sound (programme_id, sound, participant_id)
select distinct programme_id, sound, id from participant, unnest(name_sounds(name_key)) as sound
where id between walked and reached on conflict do nothing
"""
INDEXES = {
    "ix_participant_uncertain": "participant (programme_id, id) where date_of_birth is null",
    "ix_participant_national_insurance_whole": "participant (programme_id, national_insurance)"
    " where national_insurance is not null",
}


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for step in STEPS:
        op.execute(step)
    protect(op, "referral_hub", "participant_sound", append_only=True)
    fill_by_parts(op, "referral_hub", "participant", "id", SOUNDS, "participant_sound")
    for name, on in INDEXES.items():
        index_beside(op, name, on)
    op.execute("-- squawk-ignore require-concurrent-index-deletion\ndrop index ix_participant_national_insurance")
