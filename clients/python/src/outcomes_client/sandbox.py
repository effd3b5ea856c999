"""Trying a system in a sandbox: set the time in every service, ask for people to support, begin again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .keys import key_of, new_key
from .partnership import Partnership
from .waiting import wait_until


def set_clock(town: Partnership, now: datetime) -> None:
    """Have every request of your organisation be of this time, in each service that keeps a clock.

    Raises:
        Problem: it goes back, or is outside the programme (422); the programme is real (403).
    """
    for client in _clients(town):
        _write(client, "PUT", "/v1/sandbox/clock", new_key(), {"now": now.isoformat()})


def begin_again(town: Partnership) -> None:
    """End what your organisation has open in the sandbox, and have its clocks back on the first morning."""
    for client in _clients(town):
        _write(client, "POST", "/v1/sandbox/reset", new_key())


def made_up(
    town: Partnership, participants: int = 1, answer: str = "verify", *, name: str, seconds: float = 120
) -> Sequence[str]:
    """The ids of so many made-up participants, once they are placed with you.

    `answer` is what the council does with your claims for them; `name` is yours, and asks for the same people again.
    After a reset ask under another name.

    Raises:
        Problem: you are no provider on the day of your clock (422), or have enough people (409).
        NeverCame: they were not placed within `seconds`: is the sandbox played?
        ValueError: a reset has ended the people of that name.
    """
    body = {"participants": participants, "answer": answer}
    client = town.referral_hub.get_httpx_client()
    group = _write(client, "POST", "/v1/sandbox/groups", key_of("sandbox", "group", name), body)["id"]
    query = {"group_id": group, "limit": 200}

    def asked_for() -> list[Any]:
        members = client.get("/v1/sandbox/members", params=query).json()["items"]
        if any(member["state"] == "ended" for member in members):
            raise ValueError(f"A reset has ended the people of {name!r}: ask under another name.")
        return members

    def all_placed(members: list[Any]) -> bool:
        return len(members) == participants and all(member["state"] == "placed" for member in members)

    return [member["participant_id"] for member in wait_until(asked_for, all_placed, seconds=seconds)]


def _clients(town: Partnership) -> list[Any]:
    services = (town.referral_hub, town.case_management, town.claims)
    return [service.get_httpx_client() for service in services]


def _write(client: Any, method: str, path: str, key: str, body: Any = None) -> Any:
    return client.request(method, path, json=body, headers={"Idempotency-Key": key}).json()
