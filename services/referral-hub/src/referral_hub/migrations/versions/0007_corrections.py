"""Corrections; who was referred first waits first; a decline keeps the room there was; an agency reads its questions."""

from alembic import op

from common.database import ORGANISATION, PROGRAMME, protect
from common.migrating import index_beside

revision = "0007"
down_revision = "0006"

ASKED = """
create policy agency on information_request for select to referral_hub_agency using (
    programme_id = {programme}
    and referral_id in (select r.id from referral r where r.agency_id = {org}))
"""
CORRECTION = """
create table correction (
    id uuid constraint pk_correction primary key,
    programme_id text not null,
    participant_id uuid not null constraint fk_correction_participant_id references participant on delete cascade,
    kind text not null constraint ck_correction_kind check (kind in (
        'referral', 'triage', 'reopening', 'allocation-withdrawn', 'drop-in', 'drop-in-withdrawn', 'decline',
        'question-withdrawn')),
    of_id uuid not null, reason text not null, before jsonb not null, after jsonb not null,
    made_by text not null, made_at timestamptz not null
)
"""
STEPS = (
    "-- squawk-ignore require-concurrent-index-deletion\n"  # of a few hundred who wait
    "drop index ix_referral_waiting",
    "-- squawk-ignore require-concurrent-index-creation\n"  # of the same few
    "create index ix_referral_waiting on referral (programme_id, referred_on, received_at, id)"
    " where state in ('received', 'awaiting-information', 'triaged')",
    "alter table decline add column capacity integer, add column load integer, add column needed integer,"
    " add column withdrawn_on date, add column version integer not null default 1",
    "grant update (reason, account, final, withdrawn_on, version) on decline"
    " to referral_hub_partnership, referral_hub_worker",
    "alter table drop_in add column withdrawn_on date, add column version integer not null default 1",
    "grant update (dropped_in_on, withdrawn_on, version) on drop_in to referral_hub_partnership, referral_hub_worker",
    "-- squawk-ignore ban-drop-constraint\n"  # each is made again below, wider
    "alter table allocation drop constraint ck_allocation_state, drop constraint ck_allocation_ended",
    "alter table allocation add constraint ck_allocation_state"
    " check (state in ('placed', 'started', 'declined', 'withdrawn', 'closed')) not valid",
    "-- squawk-ignore constraint-missing-not-valid\n"  # of some thousand rows
    "alter table allocation validate constraint ck_allocation_state",
    "alter table allocation add constraint ck_allocation_ended"
    " check ((state in ('declined', 'withdrawn', 'closed')) = (ended_on is not null)) not valid",
    "-- squawk-ignore constraint-missing-not-valid\n"  # as above
    "alter table allocation validate constraint ck_allocation_ended",
    "alter table information_request add column withdrawn_at timestamptz",
    CORRECTION,
    "create index ix_correction_of_id on correction (of_id, id)",
    "create index ix_correction_participant_id on correction (participant_id)",
    ASKED.format(programme=PROGRAMME, org=ORGANISATION),
    "grant select on information_request to referral_hub_agency",
)


def upgrade() -> None:
    index_beside(op, "ix_drop_in_dropped_in_on", "drop_in (programme_id, dropped_in_on, id)")
    op.execute("set local lock_timeout = '2s'")
    for step in STEPS:
        op.execute(step)
    protect(op, "referral_hub", "correction", append_only=True)
