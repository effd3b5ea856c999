"""The same file under two participants is shown to a person, who says whether it is a coincidence or one is wrong."""

from alembic import op

from common.database import protect
from common.migrating import index_beside

revision = "0018"
down_revision = "0017"

TABLES = """
create table same_file_decision (
    id uuid not null, programme_id text not null, first_id uuid not null, second_id uuid not null,
    decision text not null, wrong_id uuid, reason text not null, decided_by text not null,
    decided_at timestamptz not null,
    constraint pk_same_file_decision primary key (id),
    constraint fk_same_file_decision_first_id foreign key (first_id) references document (id),
    constraint fk_same_file_decision_second_id foreign key (second_id) references document (id),
    constraint ck_same_file_decision_decision check (decision in ('coincidence', 'wrong')),
    constraint ck_same_file_decision_wrong check (
        (decision = 'wrong') = (wrong_id is not null) and (wrong_id is null or wrong_id in (first_id, second_id)))
);
create index ix_same_file_decision_second_id on same_file_decision (second_id, id);
create index ix_same_file_decision_wrong_id on same_file_decision (wrong_id);
create table misplaced_document (
    id uuid not null, programme_id text not null, document_id uuid not null, misplaced boolean not null,
    constraint pk_misplaced_document primary key (id),
    constraint fk_misplaced_document_document_id foreign key (document_id) references document (id)
);
create index ix_misplaced_document_document_id on misplaced_document (document_id, id);
"""


def upgrade() -> None:
    index_beside(op, "ix_document_sha256", "document (programme_id, sha256, id)")
    op.execute("set local lock_timeout = '2s'")
    for statement in filter(None, map(str.strip, TABLES.split(";\n"))):
        op.execute(statement)
    protect(op, "case_management", "same_file_decision", append_only=True)
    seen = "document_id in (select id from document)"
    protect(op, "case_management", "misplaced_document", provider=seen, append_only=True)
    op.execute("revoke insert on misplaced_document from case_management_provider")
