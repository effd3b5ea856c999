"""What is answered about files of rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from common.transaction import Answer
from common.web.fields import AnswerBody, one_of

from .columns import Column, Form
from .jobs import BulkJob, JobState, RowResult, ToldRow, tried_together
from .kinds import BulkKind


class BulkJobOut(AnswerBody):
    """A file that was sent, and how far it is carried out."""

    id: UUID
    of: str
    """What its rows are: `notes`."""
    dry_run: bool
    """Every row is tried and nothing of it stays."""
    tried_together: int | None
    """Of a dry run: so many rows are tried at a time. A row sees what those before it among them would have done, and
    nothing of the rest. Null where rows are carried out: each sees all before it."""
    profile: str | None
    """The mapping it was read with."""
    profile_version: int | None
    """The mapping's version at the time."""
    state: Annotated[str, one_of(JobState)]
    """`waiting`, `running`, `done`, or `stopped` before it was done."""
    rows: int
    """How many rows it has."""
    accepted: int
    """Rows that were carried out; of a dry run, that would have been."""
    duplicate: int
    """Rows that were carried out before under the same key, and are answered as then."""
    refused: int
    """Rows that were refused."""
    left: int
    """Rows that are still to be carried out."""
    version: int
    submitted_by: str
    """Who sent it."""
    submitted_at: datetime
    """When it was sent, UTC."""
    settled_at: datetime | None
    """When the last of its rows was carried out, or it was stopped, UTC."""


class BulkJobReceipt(Answer):
    """A file was taken, or stopped."""

    id: UUID
    of: str
    """What its rows are: `notes`."""
    dry_run: bool
    """Every row is tried and nothing of it stays."""
    tried_together: int | None
    """Of a dry run: so many rows are tried at a time. A row sees what those before it among them would have done, and
    nothing of the rest. Null where rows are carried out: each sees all before it."""
    rows: int
    """How many rows it has."""
    state: Annotated[str, one_of(JobState)]
    version: int


class BulkRowOut(AnswerBody):
    """What came of one row."""

    line: int
    """The line of the file: of a row of several lines, the last."""
    key: str
    """The row's key; empty where it had none."""
    result: Annotated[str, one_of(RowResult)]
    """`accepted`; `duplicate`, answered as before; `refused`; `stopped` before it was carried out."""
    status: int | None
    """The status that the request would have been answered with by itself."""
    answer: dict[str, Any] | None
    """The answer of that request: a receipt, or the problem. Of a dry run, the ids in it are of nothing."""


class ColumnOut(AnswerBody):
    """One column of a file."""

    name: str
    """In the header of a CSV; in JSON Lines, what stands before a dot is an object."""
    form: Annotated[str, one_of(Form)]
    """How a cell is written: a `list` has a bar between its words; `many` are columns of any name below this one."""
    required: bool
    """Whether every file must have it."""
    choices: list[str]
    """The words there are, where they are few."""
    meaning: str
    """What it says."""


class BulkKindOut(AnswerBody):
    """What a row says, and who may send it."""

    name: str
    operation: str
    """The request that each row stands for."""
    roles: list[str]
    """Who may send it."""
    columns: list[ColumnOut]
    """Every column there is."""


class ProfileOut(AnswerBody):
    """A mapping of another system's columns and values to ours."""

    name: str
    version: int
    of: str
    """What the rows are, such as `notes`."""
    columns: dict[str, str]
    """Their column → ours."""
    ignored: list[str]
    """Their columns that are not read."""
    values: dict[str, dict[str, str]]
    """Our column → their word → ours."""
    fixed: dict[str, str]
    """Our column → what every row says there."""
    delimiter: str
    """What parts the cells."""
    dates: str
    """How days are written."""
    saved_by: str
    """Who saved this version."""
    saved_at: datetime
    """When this version was saved, UTC."""


class ProfileReceipt(Answer):
    """A mapping was saved."""

    name: str
    version: int


def show_job(job: BulkJob) -> BulkJobOut:
    """A file as its senders see it."""
    remaining = job.rows - job.accepted - job.duplicate - job.refused if job.is_open else 0
    more = {"of": job.kind, "left": remaining, "submitted_by": job.actor}
    names = BulkJobOut.model_fields.keys() - more.keys()
    return BulkJobOut(**more, **{name: getattr(job, name) for name in names})


def receipt_of(job_id: UUID, kind: str, rows: int, *, dry_run: bool) -> BulkJobReceipt:
    """That a file was taken."""
    together = tried_together(dry_run=dry_run)
    return BulkJobReceipt(
        id=job_id, of=kind, dry_run=dry_run, tried_together=together, rows=rows, state="waiting", version=1
    )


def show_row(row: ToldRow) -> BulkRowOut:
    """What came of a row."""
    return BulkRowOut.model_validate(row)


def show_kind(kind: BulkKind) -> BulkKindOut:
    """The columns of a kind of rows."""
    operation = f"{min(kind.route.methods or ())} {kind.route.path}"
    columns = [_show_column(one) for one in kind.columns.values()]
    return BulkKindOut(name=kind.name, operation=operation, roles=sorted(kind.roles), columns=columns)


def _show_column(column: Column) -> ColumnOut:
    choices: Sequence[str] = column.choices
    return ColumnOut(
        name=column.name, form=column.form, required=column.required, choices=[*choices], meaning=column.meaning
    )
