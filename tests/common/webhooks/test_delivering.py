"""What was announced reaches whoever asked for it: signed, in order, again until it arrives, and nobody else."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from outcomes_client import NotGenuine, verify

from common.ids import new_id
from common.webhooks.schedule import PAUSES
from tests.common.webhooks.parts import (
    COUNCIL,
    HORTON,
    OTHER,
    Received,
    Receiver,
    Telling,
    a_drop_in,
    courier_of,
    receiving,
)
from tests.parts.api import someone as somebody
from tests.parts.eventually import eventually


def answer(status: str, *headers: str) -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "content-length: 0", "", "")).encode()


def verified(message: Received, secret: str) -> bool:
    """Whether our client believes it."""
    try:
        return verify(message.body, message.headers, [secret])["id"] == message.id
    except NotGenuine:
        return False


async def test_an_event_arrives_signed_with_what_its_provider_may_see(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    mine = a_drop_in()
    await hub.announce(mine, a_drop_in(provider="making-space"), a_drop_in(provider=None))

    await hub.tell(webhook)

    [message] = receiver.received
    said = json.loads(message.body)
    assert (message.path, message.id) == ("/hooks?for=outcomes", str(mine.event_id))
    assert verified(message, webhook["secret"])
    assert (said["type"], said["timestamp"]) == ("DropInRecorded", "2019-09-02T09:00:00Z")
    assert said["data"] == json.loads(mine.model_dump_json())
    assert (said["subject"], said["sequence"]) == (mine.subject, 1)
    [delivery] = await hub.deliveries(webhook)
    assert (delivery["state"], delivery["attempts"], delivery["last_status"]) == ("delivered", 1, 204)
    assert delivery["next_at"] is None


async def test_nothing_is_told_to_one_provider_of_another_whatever_it_asks_for(
    hub: Telling, receiver: Receiver
) -> None:
    theirs = a_drop_in(provider="making-space")
    webhook = await hub.subscribe(receiver.url, HORTON, subjects=[theirs.subject])
    council = await hub.subscribe(receiver.url, COUNCIL)
    await hub.announce(theirs, a_drop_in(provider="making-space", programme_id="calder"))

    await hub.tell(webhook)
    await hub.tell(council)

    assert receiver.received == []


async def test_whom_an_organisation_is_told_of_is_in_the_audit(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    event = a_drop_in()
    await hub.announce(event)

    await hub.tell(webhook)

    [row] = await hub.door.rows("select * from audit where action = 'deliver_webhook'")
    assert (row["actor"], row["organisation"]) == (f"webhook/{webhook['id']}", "horton")
    assert row["subjects"] == [event.subject]


async def test_only_the_types_and_subjects_asked_for_are_sent(hub: Telling, receiver: Receiver) -> None:
    someone = new_id()
    one = await hub.subscribe(receiver.url, subjects=[f"participant/{someone}"])
    kind = await hub.subscribe(receiver.url, subjects=["participant/"], event_types=["DropInRecorded"])
    none = await hub.subscribe(receiver.url, event_types=["DropInWithdrawn"])
    mine, other = await hub.announce(a_drop_in(someone), a_drop_in())

    await hub.tell(one)
    assert receiver.ids == [mine]
    await hub.tell(none)
    assert receiver.ids == [mine]
    await hub.tell(kind)
    assert sorted(receiver.ids[1:]) == sorted([mine, other])


async def test_what_failed_is_sent_again_under_the_same_id_when_its_pause_is_over(
    hub: Telling, receiver: Receiver
) -> None:
    receiver.answers = answer("500 Oh")
    webhook = await hub.subscribe(receiver.url)
    [event_id] = await hub.announce(a_drop_in())

    await hub.tell(webhook)
    await hub.tell(webhook)
    assert receiver.ids == [event_id]
    [delivery] = await hub.deliveries(webhook, state="waiting")
    assert (delivery["attempts"], delivery["last_status"], delivery["last_failure"]) == (1, 500, "failed")
    assert (await hub.stands(webhook))["failing_since"] is not None

    receiver.answers = answer("200 OK")
    await hub.later()
    await hub.tell(webhook)

    assert receiver.ids == [event_id, event_id]
    assert verified(receiver.received[1], webhook["secret"])
    [last, first] = await hub.history(webhook, event_id)
    assert (first["failure"], last["failure"], last["status"]) == ("failed", None, 200)
    assert (await hub.stands(webhook))["failing_since"] is None


@pytest.mark.parametrize(
    ("answers", "failure", "status"),
    [
        (answer("302 Found", "location: http://localhost/secret"), "redirected", 302),
        (answer("404 Not Found"), "refused", 404),
        (b"nonsense\r\n\r\n", "not-http", None),
        (b"", "not-http", None),
        (b"HTTP/1.1 200 OK\r\nx: " + b"a" * 1_000_000, "not-http", None),
    ],
    ids=["redirect", "refusal", "nonsense", "hung up", "headers without end"],
)
async def test_whatever_is_no_success_is_tried_again_and_said(
    hub: Telling, receiver: Receiver, answers: bytes, failure: str, status: int | None
) -> None:
    receiver.answers = answers
    webhook = await hub.subscribe(receiver.url)
    [event_id] = await hub.announce(a_drop_in())

    await hub.tell(webhook)

    assert receiver.ids == [event_id]
    [attempt] = await hub.history(webhook, event_id)
    assert (attempt["failure"], attempt["status"]) == (failure, status)
    assert attempt["next_at"] is not None


async def test_of_an_answer_only_the_first_line_counts_however_much_follows(hub: Telling, receiver: Receiver) -> None:
    sent = 0

    async def pour(_: Received, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n")
        while not writer.is_closing() and sent < 10**8:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    receiver.answers = pour
    webhook = await hub.subscribe(receiver.url)
    await hub.announce(a_drop_in())

    await hub.tell(webhook)

    [delivery] = await hub.deliveries(webhook)
    assert delivery["state"] == "delivered"
    assert sent < 10**8


async def test_a_dead_address_and_one_that_never_answers_are_failures(hub: Telling, receiver: Receiver) -> None:
    async def wait(_: Received, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)

    receiver.answers = wait
    slow, dead = await hub.subscribe(receiver.url), await hub.subscribe("http://localhost:9/")
    [event_id] = await hub.announce(a_drop_in())
    impatient = courier_of(hub.sessions, seconds=0.3)

    await hub.tell(slow, impatient)
    await hub.tell(dead, impatient)

    assert [(await hub.history(each, event_id))[0]["failure"] for each in (slow, dead)] == ["timed-out", "unreachable"]


async def test_a_slow_subscriber_delays_no_other(hub: Telling, receiver: Receiver) -> None:
    stuck = asyncio.Event()

    async def hold(_: Received, __: asyncio.StreamWriter) -> None:
        await stuck.wait()

    async def all_were_tried() -> bool:
        """Nothing is on its way any more."""
        return all(one["attempts"] for one in await hub.deliveries(slow))

    receiver.answers = hold
    async with receiving() as quick:
        slow = await hub.subscribe(receiver.url)
        webhook = await hub.subscribe(quick.url, OTHER)
        events = [a_drop_in(provider=who) for who in ("horton", "making-space") for _ in range(3)]
        await hub.announce(*events)
        forever = asyncio.create_task(hub.courier.deliver_forever(pause=0.05))
        try:
            async with asyncio.timeout(4):
                await quick.has(3)
                await receiver.has(1)
            assert len(await hub.deliveries(webhook, OTHER)) == 3
        finally:
            stuck.set()
            await eventually(all_were_tried)
            forever.cancel()
            await asyncio.gather(forever, return_exceptions=True)


async def test_what_is_of_one_subject_waits_for_its_first_and_the_others_go_on(
    hub: Telling, receiver: Receiver
) -> None:
    someone = new_id()
    first, second, other = a_drop_in(someone), a_drop_in(someone), a_drop_in()
    refusing = {str(first.event_id)}

    async def picky(message: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("400 No") if message.id in refusing else answer("200 OK"))

    receiver.answers = picky
    webhook = await hub.subscribe(receiver.url)
    await hub.announce(first, second, other)

    await hub.tell(webhook)
    assert sorted(receiver.ids) == sorted([str(first.event_id), str(other.event_id)])

    refusing.clear()
    await hub.later()
    await hub.tell(webhook)
    assert receiver.ids[2:] == [str(first.event_id), str(second.event_id)]


async def test_a_worker_killed_between_sending_and_writing_has_it_sent_again_with_the_same_id(
    hub: Telling, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: Any) -> bool:
        raise KilledError

    webhook = await hub.subscribe(receiver.url)
    [event_id] = await hub.announce(a_drop_in())
    with monkeypatch.context() as patched:
        patched.setattr("common.webhooks.delivering._settle", die)
        with pytest.raises(KilledError):
            await hub.tell(webhook, courier_of(hub.sessions))

    await hub.tell(webhook)
    assert receiver.ids == [event_id], "its lease has not run out"
    await hub.door.meddle("update webhook set leased_until = clock_timestamp()")
    await hub.tell(webhook)

    assert receiver.ids == [event_id, event_id]
    assert [one["state"] for one in await hub.deliveries(webhook)] == ["delivered"]


class KilledError(Exception):
    """The process is gone."""


async def test_what_one_subscriber_brings_about_ends_no_worker(
    hub: Telling, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: Any) -> bool:
        raise KilledError

    await hub.subscribe(receiver.url)
    await hub.announce(a_drop_in())
    monkeypatch.setattr("common.webhooks.delivering._settle", die)
    forever = asyncio.create_task(hub.courier.deliver_forever(pause=0.05))
    await receiver.has(2)

    assert not forever.done()
    forever.cancel()
    await asyncio.gather(forever, return_exceptions=True)


async def test_two_workers_do_not_tell_one_subscriber_at_once(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    events = await hub.announce(*(a_drop_in() for _ in range(20)))

    await asyncio.gather(hub.tell(webhook), hub.tell(webhook, courier_of(hub.sessions)))
    await hub.tell(webhook)

    assert sorted(receiver.ids) == sorted(events)


async def test_an_address_that_is_gone_is_asked_no_more_until_its_owner_says_so(
    hub: Telling, receiver: Receiver
) -> None:
    receiver.answers = answer("410 Gone")
    webhook = await hub.subscribe(receiver.url)
    someone = new_id()
    first = await hub.announce(a_drop_in(someone))
    await hub.tell(webhook)
    later = await hub.announce(a_drop_in(someone))
    await hub.later()
    await hub.tell(webhook)

    stands = await hub.stands(webhook)
    assert receiver.ids == first
    assert (stands["state"], stands["disabled_because"], stands["waiting"]) == ("disabled", "gone", 1)
    assert (await hub.history(webhook, first[0]))[0]["failure"] == "gone"

    receiver.answers = answer("200 OK")
    on = await hub.door.put(f"/v1/webhooks/{webhook['id']}", HORTON, {"url": receiver.url}, version=stands["version"])
    assert on.json()["state"] == "on", on.text
    await hub.tell(webhook)
    assert receiver.ids[1:] == [*first, *later]


async def test_an_address_at_which_nothing_arrives_for_three_days_is_disabled(hub: Telling, receiver: Receiver) -> None:
    receiver.answers = answer("503 Busy", "retry-after: 7200")
    webhook = await hub.subscribe(receiver.url)
    [event_id] = await hub.announce(a_drop_in())
    await hub.tell(webhook)
    [attempt] = await hub.history(webhook, event_id)
    assert hours_between(attempt["at"], attempt["next_at"]) == pytest.approx(2, abs=0.01)
    assert (await hub.stands(webhook))["state"] == "on"

    await hub.door.meddle("update webhook set failing_since = clock_timestamp() - interval '73 hours'")
    await hub.later()
    await hub.tell(webhook)

    stands = await hub.stands(webhook)
    assert (stands["state"], stands["disabled_because"]) == ("disabled", "failing")


def hours_between(one: str, other: str) -> float:
    return (datetime.fromisoformat(other) - datetime.fromisoformat(one)).total_seconds() / 3600


async def test_after_its_last_try_one_message_is_given_up_and_its_subject_goes_on(
    hub: Telling, receiver: Receiver
) -> None:
    someone = new_id()
    poison, good = a_drop_in(someone), a_drop_in(someone)

    async def picky(message: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(answer("400 No") if message.id == str(poison.event_id) else answer("200 OK"))

    receiver.answers = picky
    webhook = await hub.subscribe(receiver.url)
    await hub.announce(poison, good)
    await hub.tell(webhook)
    await hub.door.meddle("update webhook_delivery set attempts = :most where attempts = 1", most=len(PAUSES))
    await hub.later()

    await hub.tell(webhook)
    await hub.tell(webhook)

    given_up = await hub.deliveries(webhook, state="given-up")
    assert [one["id"] for one in given_up] == [str(poison.event_id)]
    assert [one["id"] for one in await hub.deliveries(webhook, state="delivered")] == [str(good.event_id)]


async def test_what_was_delivered_is_sent_again_when_asked_one_or_all_since(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    events = await hub.announce(a_drop_in(), a_drop_in())
    await hub.tell(webhook)
    path = f"/v1/webhooks/{webhook['id']}"

    one = await hub.door.post(f"{path}/deliveries/{events[1]}/redelivery", HORTON)
    assert one.status_code == 200, one.text
    await hub.tell(webhook)
    assert receiver.ids[2:] == [events[1]]

    all_of_them = await hub.door.post(f"{path}/redelivery", HORTON, {"since": "2020-01-01T00:00:00Z"})
    assert all_of_them.json()["messages"] == 2
    await hub.tell(webhook)
    assert sorted(receiver.ids[3:]) == sorted(events)


async def test_of_a_span_only_what_was_announced_in_it_is_sent_again(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    before, first, last, after = await hub.announce(*(a_drop_in() for _ in range(4)))
    await hub.tell(webhook)
    for hour, event in enumerate((before, first, last, after), start=9):
        await hub.door.meddle(
            "update webhook_delivery set announced_at = :at where id = :id", id=UUID(event), at=at_hour(hour)
        )

    async def again(**span: str) -> int:
        answered = await hub.door.post(f"/v1/webhooks/{webhook['id']}/redelivery", HORTON, span)
        assert answered.status_code == 200, answered.text
        await hub.tell(webhook)
        return answered.json()["messages"]

    assert await again(since="2026-11-02T10:00:00Z", until="2026-11-02T12:00:00Z") == 2
    assert sorted(receiver.ids[4:]) == sorted([first, last])
    assert await again(since="2026-11-02T12:00:00+00:00", until="2026-11-02T14:00:00+01:00") == 1, "spans adjoin"
    assert receiver.ids[6:] == [after]
    assert await again(since="2026-11-02T13:00:00Z", until="9999-12-31T23:59:59Z") == 0


@pytest.mark.parametrize(
    ("span", "objection"),
    [
        ({"since": "2026-11-02T10:00:00Z", "until": "2026-11-02T10:00:00Z"}, "until must be later than since"),
        ({"since": "2026-11-02T10:00:00Z", "until": "2026-11-02T10:30:00+01:00"}, "until must be later than since"),
        ({"since": "2026-11-02T10:00:00Z", "until": "2026-11-03T10:00:00"}, "timezone"),
        ({"since": "2026-11-02T10:00:00Z", "until": "9999-12-31T23:59:59-12:00"}, "outside what can be stored"),
        ({"since": "0001-01-01T00:00:00+12:00"}, "outside what can be stored"),
        ({"until": "2026-11-02T10:00:00Z"}, "since"),
    ],
    ids=["empty", "ends before it begins", "of no zone", "past all time", "before all time", "of no beginning"],
)
async def test_a_span_that_is_none_is_refused_and_nothing_sent(
    hub: Telling, receiver: Receiver, span: dict[str, str], objection: str
) -> None:
    webhook = await hub.subscribe(receiver.url)
    await hub.announce(a_drop_in())
    await hub.tell(webhook)

    refused = await hub.door.post(f"/v1/webhooks/{webhook['id']}/redelivery", HORTON, span)

    assert refused.status_code == 422, refused.text
    assert objection in refused.text
    await hub.tell(webhook)
    assert len(receiver.received) == 1


def at_hour(hour: int) -> datetime:
    return datetime(2026, 11, 2, hour, tzinfo=UTC)


async def test_a_test_message_is_sent_and_told_of(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    sent = (await hub.door.post(f"/v1/webhooks/{webhook['id']}/test", HORTON)).json()

    await hub.tell(webhook)

    assert receiver.ids == [sent["delivery_id"]]
    assert json.loads(receiver.received[0].body)["type"] == "webhook.test"
    assert verified(receiver.received[0], webhook["secret"])


async def test_both_secrets_sign_while_one_replaces_the_other(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    path = f"/v1/webhooks/{webhook['id']}/secret"
    second = (await hub.door.post(path, HORTON, {}, version=1)).json()
    await hub.announce(a_drop_in())
    await hub.tell(webhook)
    third = (await hub.door.post(path, HORTON, {"overlap_hours": 0}, version=2)).json()
    await hub.announce(a_drop_in())
    await hub.tell(webhook)

    secrets = [each["secret"] for each in (webhook, second, third)]
    assert [[verified(one, secret) for secret in secrets] for one in receiver.received] == [
        [True, True, False],
        [False, False, True],
    ]
    assert second["earlier_signs_until"] is not None


async def test_no_secret_is_read_back_logged_or_kept_for_replays(
    hub: Telling, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    made = await hub.door.post("/v1/webhooks", HORTON, {"url": receiver.url}, key="the-same-request")
    again = await hub.door.post("/v1/webhooks", HORTON, {"url": receiver.url}, key="the-same-request")
    secret = made.json()["secret"]
    receiver.answers = answer("410 Gone")
    await hub.announce(a_drop_in())
    await hub.tell(made.json())
    told = [await hub.door.get(path, HORTON) for path in ("/v1/webhooks", f"/v1/webhooks/{made.json()['id']}")]

    assert secret.startswith("whsec_")
    assert (again.json()["id"], again.json()["secret"]) == (made.json()["id"], None)
    kept = await hub.door.rows("select cast(i as text) as row from idempotency i union all select a::text from audit a")
    everything = [each.text for each in told] + [str(row["row"]) for row in kept] + list(capsys.readouterr())
    assert not any(secret[6:-2] in each for each in everything)


async def test_a_redacted_event_is_sent_empty_though_it_waited(hub: Telling, receiver: Receiver) -> None:
    receiver.answers = answer("500 Oh")
    webhook = await hub.subscribe(receiver.url)
    event = a_drop_in()
    await hub.announce(event)
    await hub.tell(webhook)
    await empty(hub, event.event_id)
    receiver.answers = answer("200 OK")
    await hub.later()

    await hub.tell(webhook)

    said: dict[str, Any] = json.loads(receiver.received[-1].body)
    assert (said["data"], said["redacted_because"]) == ({}, "said-too-much")


async def empty(hub: Telling, event_id: UUID) -> None:
    for person in ("first", "second"):
        who = somebody("operator", organisation="operations", kind="operator", subject=person)
        said = {"event_id": str(event_id), "reason": "said-too-much"}
        assert (await hub.door.post("/v1/events/redact", who, said)).is_success
