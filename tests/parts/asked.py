"""What a database is asked: the statements, as they are sent."""

from typing import Any

from sqlalchemy import event

from common.database import Sessions


def asked_of(sessions: Sessions) -> list[str]:
    """Each statement from now on, in its order, in a list that grows."""
    asked: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(" ".join(statement.split()))

    event.listen(sessions.kw["bind"].sync_engine, "before_cursor_execute", keep)
    return asked
