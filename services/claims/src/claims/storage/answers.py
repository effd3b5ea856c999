"""What sources answered about claims, and which kinds of evidence only they give."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from claims.storage.tables.requests import AnsweredKindsRow, SourceAnswerRow
from rulebook.answers import Answers

ANSWERS = (
    text("""
select (select kinds from answered_kinds where programme_id = :programme) as kinds, array(
    select newest.kind
    from (select distinct on (kind) kind, result from source_answer
          where claim_id = :claim_id order by kind, answer_id desc) as newest
    where newest.result = 'match') as matched
""")
    .bindparams(bindparam("claim_id", type_=Uuid()))
    .columns(column("kinds", ARRAY(Text)), column("matched", ARRAY(Text)))
)
"""Of one claim as of now; of an outcome that is no claim yet only which kinds there are."""


async def answers_about(session: AsyncSession, programme_id: str, claim_id: UUID | None) -> Answers:
    return answers((await session.execute(ANSWERS, {"programme": programme_id, "claim_id": claim_id})).one())


def answers(row: Sequence[Any]) -> Answers:
    """Made of what `ANSWERS` finds."""
    return Answers(frozenset(row[0] or ()), frozenset(row[1]))


async def answers_on(session: AsyncSession, claim_id: UUID) -> Sequence[SourceAnswerRow]:
    """All that was answered, in order."""
    query = select(SourceAnswerRow).where(SourceAnswerRow.claim_id == claim_id).order_by(SourceAnswerRow.answer_id)
    return (await session.scalars(query)).all()


async def keep_answered_kinds(session: AsyncSession, programme_id: str, kinds: Sequence[str]) -> bool:
    """Whether that changed anything."""
    row = await session.get(AnsweredKindsRow, programme_id)
    if (row.kinds if row else []) == list(kinds):
        return False
    statement = insert(AnsweredKindsRow).values(programme_id=programme_id, kinds=list(kinds))
    await session.execute(statement.on_conflict_do_update(index_elements=["programme_id"], set_={"kinds": list(kinds)}))
    return True
