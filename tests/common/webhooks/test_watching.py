"""What operators are told of webhooks: how late, how far behind, how many fail and were given up."""

from common.web.health import webhooks_state
from tests.common.webhooks.parts import Receiver, Telling, a_drop_in


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
