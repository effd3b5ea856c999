"""The back door of every service: relay what was announced, hear what others announce."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import httpx
import structlog
import uvloop
from prometheus_client import start_http_server
from sqlalchemy import text

from common.database.repeating import repeat
from common.messaging.service_tokens import ServiceTokens

from . import telemetry
from .audit.keeping import CheckpointStore
from .audit.sealing import Witness, checkpoint_forever, seal_forever
from .contracts.audits import Checkpointed
from .database import Sessions, create_engine, create_sessions
from .liveness import beat_forever
from .messaging.feeds import Feeds
from .messaging.healing import Healer
from .messaging.kafka import listening, publishing, watch_group, whenever_reached
from .messaging.reactions import Reactions
from .messaging.relay import number_forever, relay_forever
from .settings import WorkerSettings
from .streams.verifying import verify_forever
from .transaction import KEYS_ARE_GOOD_FOR_DAYS
from .webhooks.addresses import Reach
from .webhooks.delivering import Courier
from .webhooks.posting import Poster

log = structlog.get_logger()

Beside = Callable[[Sessions], Coroutine[Any, Any, None]]

FORGET_KEYS = text("delete from idempotency where recorded_at < clock_timestamp() - make_interval(days => :days)")

KEEPALIVES = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
"""A frozen worker's connection ends, and with it its locks."""


async def work(
    service: str,
    settings: WorkerSettings,
    reactions: Reactions,
    tells: type[Checkpointed] | None,
    beside: Sequence[Beside] = (),
) -> None:
    """Relay, hear, heal, sweep, seal and tell subscribers until cancelled; the first part that fails ends the process,
    to be started again.

    It lives without its broker: what was announced is numbered, so that feeds move on, what others announced is healed
    from theirs, the audit is sealed; and the broker is joined when it comes.
    """
    name = service.replace("_", "-")
    witness = Witness(name, settings.signing_key(name), CheckpointStore(settings.checkpoints), tells)
    engine = create_engine(settings.database_url.get_secret_value(), pool_size=settings.pool_size, **KEEPALIVES)
    sessions = create_sessions(engine)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        stack.push_async_callback(engine.dispose)
        if settings.metrics_port:
            teller, _ = start_http_server(settings.metrics_port, settings.host)
            stack.callback(teller.server_close)
            stack.callback(teller.shutdown)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=10))
        tokens = ServiceTokens(
            client,
            settings.issuer_address or settings.issuer_url,
            settings.service_client_id,
            settings.service_client_secret.get_secret_value(),
        )
        if tells is not None:
            place = (settings.topic_prefix, settings.hearers, settings.public_url)
            publishes = partial(publishing, settings.kafka_bootstrap, name, *place)
            tasks.create_task(number_forever(sessions))
            tasks.create_task(verify_forever(sessions))
            tasks.create_task(whenever_reached(publishes, partial(relay_forever, sessions)))
            courier = Courier(service, sessions, Poster(Reach.of(settings)))
            tasks.create_task(courier.deliver_forever())
            tasks.create_task(courier.forget_forever())
        if reactions:
            hearer = Healer(service, sessions, reactions, Feeds(client, tokens, settings.feeds))
            inlet = (name, hearer.topics, settings.topic_prefix, settings.fetch_wait_ms)
            listens = partial(listening, settings.kafka_bootstrap, *inlet)
            tasks.create_task(whenever_reached(listens, hearer.listen_forever))
            tasks.create_task(hearer.heal_forever())
            tasks.create_task(watch_group(settings.kafka_bootstrap, name, settings.topic_prefix))
        tasks.create_task(forget_old_keys(sessions))
        tasks.create_task(seal_forever(sessions))
        tasks.create_task(checkpoint_forever(sessions, witness, settings.checkpoint_every_seconds))
        for one in beside:
            tasks.create_task(one(sessions))
        if settings.alive_file is not None:
            tasks.create_task(beat_forever(settings.alive_file))
        log.info("worker.started")


async def forget_old_keys(sessions: Sessions, every_seconds: float = 3600) -> None:
    """Delete idempotency keys nobody will repeat any more, once an hour, until cancelled."""

    async def forget() -> None:
        async with sessions.begin() as session:
            await session.execute(FORGET_KEYS, {"days": KEYS_ARE_GOOD_FOR_DAYS})

    await repeat(forget, "worker.keys_stay", every_seconds)


def run(
    service: str,
    settings: WorkerSettings,
    reactions: Reactions = (),
    *,
    tells: type[Checkpointed] | None,
    beside: Sequence[Beside] = (),
) -> None:
    """Run a service's back door until it is told to stop (SIGTERM or SIGINT).

    `tells` makes the public event of a checkpoint of the audit, where the service announces one; `beside` is what
    only this service does, until cancelled.
    """
    telemetry.set_up(service, "worker", settings.otel_exporter_otlp_endpoint)

    async def until_told() -> None:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_number, stop.set)
        await end_when(stop, loop.create_task(work(service, settings, reactions, tells, beside)))
        log.info("worker.stopped")

    uvloop.run(until_told())


async def end_when(stop: asyncio.Event, work: asyncio.Task[None], patience: float = 2) -> None:
    """Wait until the work ends, or, once told, cancel it and all it runs, every `patience` seconds until it has ended.

    Once is not enough: where a connection fails just as a cancelled part closes it, the failure takes the place of the
    cancellation, and the part, made to outlive failures, goes on.
    """
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({waiting, work}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    while not work.done():
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.wait({work}, timeout=patience)
    if not work.cancelled():
        work.result()
