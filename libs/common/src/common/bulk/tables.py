"""What is kept of files of rows: the job, its rows until each is carried out, what came of them, and mappings."""

from common.database import Migrating, protect

TABLES = """
create table bulk_job (
    id uuid constraint pk_bulk_job primary key, programme_id text not null, organisation_id text not null,
    kind text not null, dry_run boolean not null, profile text, profile_version integer,
    actor text not null, organisation_kind text not null, roles text[] not null, person boolean not null,
    business_at timestamptz not null, submitted_at timestamptz not null default clock_timestamp(),
    state text not null default 'waiting'
        constraint ck_bulk_job_state check (state in ('waiting', 'running', 'done', 'stopped')),
    version integer not null default 1, rows integer not null, done_to integer not null default 0,
    accepted integer not null default 0, duplicate integer not null default 0, refused integer not null default 0,
    attempts integer not null default 0, not_before timestamptz, worked_at timestamptz, settled_at timestamptz
) with (fillfactor = 70);
create index ix_bulk_job_organisation_id on bulk_job (programme_id, organisation_id, id);
create index ix_bulk_job_state on bulk_job (state, worked_at);
create table bulk_row (
    job_id uuid not null, line integer not null, programme_id text not null, organisation_id text not null,
    key text not null, said text,
    result text constraint ck_bulk_row_result check (result in ('accepted', 'duplicate', 'refused', 'stopped')),
    status integer, answer text, subjects text[],
    constraint pk_bulk_row primary key (job_id, line),
    constraint ck_bulk_row_said check ((said is null) = (result is not null))
);
create table bulk_profile (
    programme_id text not null, organisation_id text not null, name text not null, version integer not null,
    said jsonb not null, saved_by text not null, saved_at timestamptz not null default clock_timestamp(),
    constraint pk_bulk_profile primary key (programme_id, organisation_id, name, version)
);
"""
"""A row is what was sent (`said`) until it is carried out, and from then on what came of it: never both."""
OWN = "organisation_id = {org}"


def keep_bulk(op: Migrating, service: str) -> None:
    """Create the tables; an organisation sees its own, whoever it is, and the worker forgets what is old."""
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    for table in ("bulk_job", "bulk_row", "bulk_profile"):
        append_only = table == "bulk_profile"
        protect(op, service, table, partnership=OWN, provider=OWN, agency=OWN, append_only=append_only)
    op.execute(f"grant delete on bulk_job, bulk_row to {service}_worker")
