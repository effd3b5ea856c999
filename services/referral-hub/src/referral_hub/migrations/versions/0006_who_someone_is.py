"""A birth date may be an estimate or unknown; changes of who someone is, and decisions that two are one, are kept."""

from alembic import op

from common.database import protect
from common.migrating import check_beside, fill_by_parts, index_beside

revision = "0006"
down_revision = "0005"

PLAIN = r"""
update participant set national_insurance = upper(regexp_replace(national_insurance, '[\s.-]', '', 'g')),
                       nhs_number = regexp_replace(nhs_number, '[\s.-]', '', 'g')
where id between walked and reached and (national_insurance is not null or nhs_number is not null)
"""
COLUMNS = (
    "alter table participant add column if not exists born_from date, add column if not exists born_until date",
    "-- squawk-ignore ban-drop-not-null\n"  # only this service reads it, and knows
    "alter table participant alter column date_of_birth drop not null",
    "alter table referral add column if not exists joined_to uuid,"
    " add column if not exists believed_of_age boolean not null default false",
)
CHECKS = (
    ("participant", "ck_participant_named", "check (given_name <> '' or family_name <> '')"),
    (
        "participant",
        "ck_participant_born",
        "check (num_nonnulls(born_from, born_until) in (0, 2)"
        " and born_from < born_until and num_nonnulls(date_of_birth, born_from) <= 1)",
    ),
    ("referral", "fk_referral_joined_to", "foreign key (joined_to) references referral"),
    (
        "referral",
        "ck_referral_closing_reason",
        "check (closing_reason in ('triage-support', 'case-closed', 'duplicate'))",
    ),
    (
        "referral",
        "ck_referral_joined",
        "check ((joined_to is not null) = (closing_reason is not null and closing_reason = 'duplicate')"
        " and joined_to <> id)",
    ),
)
INDEXES = {
    "ix_participant_national_insurance": "participant (programme_id, left(national_insurance, 8))"
    " where national_insurance is not null",
    "ix_participant_nhs_number": "participant (programme_id, nhs_number) where nhs_number is not null",
    "ix_referral_joined_to": "referral (joined_to) where joined_to is not null",
}

KEPT = """
create table identity_change (
    position bigint generated always as identity constraint pk_identity_change primary key,
    programme_id text not null,
    participant_id uuid not null
        constraint fk_identity_change_participant_id references participant on delete cascade,
    field text not null, before text, after text, taken boolean not null, reason text not null,
    changed_by text not null, organisation_id text not null, changed_at timestamptz not null
);
create index ix_identity_change_participant_id on identity_change (participant_id, position);
create table identity_decision (
    position bigint generated always as identity constraint pk_identity_decision primary key,
    programme_id text not null,
    participant_id uuid not null
        constraint fk_identity_decision_participant_id references participant on delete cascade,
    other_id uuid not null constraint fk_identity_decision_other_id references participant on delete cascade,
    verdict text not null constraint ck_identity_decision_verdict check (verdict in ('same', 'different')),
    reason text not null, decided_by text not null, decided_at timestamptz not null,
    joined_ids uuid[] not null, ended_referral_id uuid, ended_in text,
    constraint ck_identity_decision_two check (participant_id <> other_id),
    constraint ck_identity_decision_ended check (num_nonnulls(ended_referral_id, ended_in) in (0, 2))
);
create index ix_identity_decision_participant_id on identity_decision (participant_id, position);
create index ix_identity_decision_other_id on identity_decision (other_id, position)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in COLUMNS:
        op.execute(statement)
    fill_by_parts(op, "referral_hub", "participant", "id", PLAIN)
    for table, name, constraint in CHECKS:
        check_beside(op, table, name, constraint)
    for name, on in INDEXES.items():
        index_beside(op, name, on)
    for statement in KEPT.split(";\n"):
        op.execute(statement)
    protect(op, "referral_hub", "identity_change", append_only=True)
    protect(op, "referral_hub", "identity_decision", append_only=True)
