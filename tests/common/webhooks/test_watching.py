"""What operators are told of webhooks: how late, how far behind, how many fail and were given up."""

from common.web.health import webhooks_state
from tests.common.webhooks.parts import HORTON, Receiver, Telling, a_drop_in


async def test_the_metrics_tell_late_from_refused(hub: Telling, receiver: Receiver) -> None:
    webhook = await hub.subscribe(receiver.url)
    await hub.announce(a_drop_in())
    main = hub.door.app.state.sessions
    assert (await webhooks_state(main))["behind"] == 1

    receiver.answers = b"HTTP/1.1 500 Oh\r\n\r\n"
    await hub.tell(webhook)
    failing = await webhooks_state(main)
    assert failing == {"behind": 0, "failing": 1, "disabled": 0, "late_seconds": 0}

    await hub.door.meddle(
        "update webhook_delivery set attempts = 0, next_at = clock_timestamp() - interval '400 seconds'"
    )
    await hub.door.meddle("update webhook set failing_since = null")
    assert (await webhooks_state(main))["late_seconds"] >= 400

    receiver.answers = b"HTTP/1.1 410 Gone\r\n\r\n"
    await hub.tell(webhook)
    assert (await webhooks_state(main))["disabled"] == 1
    metrics = (await hub.door.client.get("/metrics")).text
    assert "\noutcomes_webhooks_disabled 1.0\n" in metrics


async def test_what_was_settled_a_month_ago_and_what_signs_no_more_is_forgotten(
    hub: Telling, receiver: Receiver
) -> None:
    kept = await hub.subscribe(receiver.url)
    ended = await hub.subscribe(receiver.url)
    old, new = await hub.announce(a_drop_in(), a_drop_in())
    await hub.tell(kept)
    await hub.door.meddle("update webhook_delivery set queued_at = queued_at - interval '31 days'")
    await hub.door.meddle("update webhook_attempt set at = at - interval '31 days' where delivery_id = :old", old=old)
    await hub.door.post(f"/v1/webhooks/{kept['id']}/secret", HORTON, {"overlap_hours": 0})
    await hub.door.post(f"/v1/webhooks/{ended['id']}/ending", HORTON)

    await hub.courier.forget()

    assert [one["id"] for one in await hub.deliveries(kept)] == [new]
    secrets = await hub.door.rows("select webhook_id, number from webhook_secret")
    assert [(str(row["webhook_id"]), row["number"]) for row in secrets] == [(kept["id"], 2)]
    assert (await hub.door.get(f"/v1/webhooks/{ended['id']}", HORTON)).status_code == 404
