"""A document that is no PDF has a copy for reading; each time it is made anew is another edition, the last is read."""

from alembic import op

from common.database import protect

revision = "0017"
down_revision = "0016"

TABLE = """
create table reading_copy (
    document_id uuid not null, edition bigint not null, programme_id text not null, case_id uuid not null,
    bytes bigint not null, sha256 text not null, store_key text not null, made_by text not null,
    made_at timestamptz not null,
    constraint pk_reading_copy primary key (document_id, edition),
    constraint fk_reading_copy_document_id foreign key (document_id) references document (id),
    constraint uq_reading_copy_store_key unique (store_key),
    constraint ck_reading_copy_edition check (edition >= 1)
)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.execute(TABLE)
    seen = "document_id in (select id from document)"
    protect(op, "case_management", "reading_copy", provider=seen, append_only=True)
