"""Note events on their participants' timelines: codes, counts and dates, never money, facts or hands."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event, ParticipantEvent
from reporting.storage.tables.timelines import HeardEventRow

NOT_NOTED = frozenset({*Event.model_fields, "participant_id", "provider_id", "recorded_by"})


async def note_events(session: AsyncSession, events: Sequence[ParticipantEvent]) -> None:
    """Written with the read models: `write_read_models` comes after."""
    session.add_all(_row(event) for event in events)


def _row(event: ParticipantEvent) -> HeardEventRow:
    return HeardEventRow(
        programme_id=event.programme_id,
        event_id=event.event_id,
        participant_id=event.participant_id,
        topic=event.topic,
        type=event.type,
        provider_id=event.provider,
        occurred_at=event.occurred_at,
        facts=noted(event),
    )


def noted(event: ParticipantEvent) -> dict[str, Any]:
    """What the timeline shows of an event: its own plain values and lists of codes."""
    values = event.model_dump(mode="json", exclude=set(NOT_NOTED), exclude_none=True)
    return {name: value for name, value in values.items() if _is_plain(value) and not name.endswith("_pence")}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        parts = cast(list[Any], value)
        return bool(parts) and all(isinstance(part, str) for part in parts)
    return isinstance(value, str | int)
