"""Subscribing: each organisation's own webhooks, and the log of what was sent to them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import text

from common.ids import new_id
from common.transaction import Transaction
from common.web.access import SignedIn, reading, writing
from common.web.events.asked import NoSuchType, refuse_types
from common.web.fields import RequestBody
from common.web.pages import Cursor, Limit, Page, key_of, page_of
from common.web.problems import Conflict, Invalid, NotFound
from common.web.routing import Routes

from .addresses import AddressRefused, NameUnknown, Reach, refuse_unreachable
from .messages import TEST
from .responses import (
    AttemptOut,
    DeliveryHistory,
    DeliveryOut,
    DeliveryReceipt,
    DeliveryState,
    RedeliveryReceipt,
    SecretReceipt,
    WebhookOut,
    WebhookReceipt,
)
from .signing import new_secret, shown

router = Routes(prefix="/v1/webhooks", tags=["webhooks"])

SUBSCRIBERS = ("provider-system", "council-system", "referrer")
"""Of these, only the hub tells referrers anything: how their own referrals stand, and what they are asked."""
WATCHERS = (*SUBSCRIBERS, "operator")
MOST_WEBHOOKS = 10
"""Of one organisation at one service."""

OWN = "programme_id = :programme and (organisation = :organisation or :all)"
MAKE = text("""
insert into webhook (id, programme_id, organisation, organisation_kind, roles, created_by, url, event_types, subjects,
                     state, told_up_to)
select :id, :programme, :organisation, :kind, :roles, :by, :url, :event_types, :subjects, :state, numbered from relay
""")
COUNT = text("select count(*) from webhook where programme_id = :programme and organisation = :organisation"
             " and state <> 'ended'")  # fmt: skip
FIND = text(f"select * from webhook where id = :id and {OWN} and state <> 'ended' for update")  # noqa: S608 - our own
SHOW = f"""
select webhook.*, (
    select count(*) from webhook_delivery d where d.webhook_id = webhook.id and d.state = 'waiting') as waiting
from webhook where {OWN} and state <> 'ended'
"""  # noqa: S608 - our own words
SHOW_ONE = text(f"{SHOW} and id = :id")
SHOW_ALL = text(f"{SHOW} and id > :after order by id limit :limit")
CHANGE = text("""
update webhook set url = :url, event_types = :event_types, subjects = :subjects, state = :state, version = version + 1,
                   failing_since = null, disabled_because = null, disabled_at = null
where id = :id
""")
TRY_NOW = text("""
update webhook_delivery set attempts = 0, next_at = clock_timestamp() where webhook_id = :id and state = 'waiting'
""")
END = text("update webhook set state = 'ended', version = version + 1 where id = :id")
TURN = text("update webhook set version = version + 1 where id = :id")
KEEP_SECRET = text("""
insert into webhook_secret (webhook_id, number, programme_id, organisation, secret)
values (:id, :number, :programme, :organisation, :secret)
""")
OUTDATE = text("""
update webhook_secret set signs_until = case
    when number = :number then clock_timestamp() + make_interval(hours => :hours) else clock_timestamp() end
where webhook_id = :id and (signs_until is null or signs_until > clock_timestamp())
returning number, signs_until
""")
"""The one before signs on for a while, and none that is older."""
LATEST = text("select coalesce(max(number), 0) from webhook_secret where webhook_id = :id")
DELIVERIES = """
select d.*, a.status as last_status, a.failure as last_failure
from webhook_delivery d left join lateral (
    select status, failure from webhook_attempt a where (a.webhook_id, a.delivery_id) = (d.webhook_id, d.id)
    order by a.at desc limit 1) a on true
where d.webhook_id = :webhook
"""
LIST_DELIVERIES = text(f"""{DELIVERIES}
  and (cast(:state as text) is null or d.state = :state) and (cast(:type as text) is null or d.type = :type)
  and (cast(:before as timestamptz) is null or (d.queued_at, d.id) < (:before, :before_id))
order by d.queued_at desc, d.id desc limit :limit
""")
ONE_DELIVERY = text(f"{DELIVERIES} and d.id = :id")
HISTORY = text("""
select at, duration_ms, status, failure, next_at from webhook_attempt
where webhook_id = :webhook and delivery_id = :id order by at desc limit 200
""")
TEST_IT = text("""
insert into webhook_delivery (webhook_id, id, programme_id, organisation, type, subject)
values (:webhook, :id, :programme, :organisation, :type, :subject)
""")
AGAIN = """
update webhook_delivery set state = 'waiting', attempts = 0, next_at = clock_timestamp() where webhook_id = :webhook
"""
ONE_AGAIN = text(f"{AGAIN} and id = :id returning id")
SPAN_AGAIN = text(f"""{AGAIN}
  and announced_at >= :since and (cast(:until as timestamptz) is null or announced_at < :until)
""")

Url = Annotated[str, Field(max_length=500, pattern=r"^https?://[!-~]{3,}$")]
EventType = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z]+$")]
StreamOrKind = Annotated[str, Field(max_length=200, pattern=r"^[a-z-]+/[A-Za-z0-9_./:-]*$")]


class NoSuchWebhook(NotFound):
    """Your organisation has no such webhook, or ended it."""

    type, title = "no-such-webhook", "There is no such webhook for you"
    remedy = "Check the id: `GET /v1/webhooks` lists yours."


class NoSuchDelivery(NotFound):
    """Nothing of that id was sent to this webhook, or it was settled more than 30 days ago."""

    type, title = "no-such-delivery", "There is no such delivery"
    remedy = "Check the id. What is older than 30 days is still in the feed: `GET /v1/events`."


class AddressNotTaken(Invalid):
    """Messages are not sent to that address: it is no https URL, or leads to a network that is not public."""

    type, title = "address-not-taken", "Nothing is sent to that address"
    remedy = "Give an https URL whose name leads to the public internet."


class EnoughWebhooks(Conflict):
    """An organisation has ten webhooks at one service, and no more."""

    type, title = "enough-webhooks", "Your organisation has enough webhooks here"
    remedy = "End one that you do not need, or change it."


class WebhookStands(Conflict):
    """Nothing is sent to this webhook now: you paused it, or we disabled it."""

    type, title = "webhook-stands", "Nothing is sent to this webhook now"
    remedy = "Put it back on (`PUT` with `paused` false), and ask again."


class WebhookIn(RequestBody):
    """Where to send, and what of it."""

    url: Url
    """Where messages are sent: https, and an address on the public internet."""
    event_types: Annotated[list[EventType], Field(max_length=100, default_factory=list)]
    """The types of event to send; empty for all that you may see."""
    subjects: Annotated[list[StreamOrKind], Field(max_length=100, default_factory=list)]
    """Streams to send (`participant/<id>`), or kinds of stream (`participant/`); empty for all that you may see."""
    paused: bool = False
    """Whether messages wait. False puts a webhook that we disabled back on, and it catches up."""


class RotationIn(RequestBody):
    """How a secret is replaced."""

    overlap_hours: Annotated[int, Field(ge=0, le=168)] = 24
    """How long the secret before signs beside the new one, in hours."""


class RedeliveryIn(RequestBody):
    """Of which span of time to send again, by our clock: also in a sandbox, where yours stands still."""

    since: AwareDatetime
    """Everything announced at this instant or later is sent again, as far as it was settled in the last 30 days."""
    until: AwareDatetime | None = None
    """Only what was announced before this instant; up to now where it is left out. Spans that adjoin share nothing."""

    @model_validator(mode="after")
    def it_ends_after_it_begins(self) -> Self:
        """A span in which something may have been announced."""
        if self.until is not None and self.until <= self.since:
            raise ValueError("until must be later than since: nothing lies between them; leave until out for up to now")
        return self


@dataclass(frozen=True, slots=True)
class JudgedWebhook:
    """What a webhook is to be, and what stands against it."""

    body: WebhookIn
    refusal: Invalid | None = None

    def taken(self) -> WebhookIn:
        """The webhook as it may be.

        Raises:
            AddressNotTaken: its address may not be sent to.
            NoSuchType: it is to be told what is never announced here.
        """
        if self.refusal is not None:
            raise self.refusal
        return self.body


async def judge(request: Request, caller: SignedIn, body: WebhookIn) -> JudgedWebhook:
    """Look an address up before the database is asked anything, for who may subscribe; the others are refused there."""
    if not caller.actor.has(*SUBSCRIBERS):
        return JudgedWebhook(body)
    try:
        refuse_types(request.app.state.service, body.event_types)
    except NoSuchType as refusal:
        return JudgedWebhook(body, refusal)
    try:
        await refuse_unreachable(body.url, Reach.of(request.app.state.settings))
    except (AddressRefused, NameUnknown) as error:
        return JudgedWebhook(body, AddressNotTaken(f"{error} {AddressNotTaken.remedy}"))
    return JudgedWebhook(body)


Judged = Annotated[JudgedWebhook, Depends(judge)]


@router.post("", status_code=201)
async def create_webhook(judgement: Judged, tx: Annotated[Transaction, writing(*SUBSCRIBERS)]) -> SecretReceipt:
    """Have messages sent to an address of yours, of what is announced from now on and you may see.

    They are signed as Standard Webhooks has it, with the secret that is answered here this once: `docs/webhooks.md`
    says how to verify them. What was announced before is in the feed, `GET /v1/events`.

    Errors: 409 your organisation has ten webhooks here; 422 the address is not taken, or a type of event is unknown.
    """
    body = judgement.taken()
    if (await tx.session.execute(COUNT, _whose(tx))).scalar_one() >= MOST_WEBHOOKS:
        raise EnoughWebhooks
    webhook_id, state = new_id(), "paused" if body.paused else "on"
    of_asker = {"kind": tx.actor.organisation_kind, "by": tx.actor.id, "roles": sorted(tx.actor.roles & {*SUBSCRIBERS})}
    webhook = {"id": webhook_id, "state": state, **of_asker, **body.model_dump(exclude={"paused"}), **_whose(tx)}
    await tx.session.execute(MAKE, webhook)
    return await _with_secret(tx, SecretReceipt(id=webhook_id, state=state, version=1, secret=None,
                                                earlier_signs_until=None), 1)  # fmt: skip


@router.get("")
async def list_webhooks(
    tx: Annotated[Transaction, reading(*WATCHERS)], cursor: Cursor = None, limit: Limit = 50
) -> Page[WebhookOut]:
    """Your organisation's webhooks here, in the order they were made; operators see the whole programme's."""
    [after] = key_of(cursor, UUID) or (UUID(int=0),)
    rows = (await tx.session.execute(SHOW_ALL, _whose(tx) | {"after": after, "limit": limit + 1})).all()
    if shown_ids := [f"webhook/{row.id}" for row in rows[:limit]]:
        tx.touched(*shown_ids)
    return page_of(rows, limit, lambda row: (row.id,), WebhookOut.model_validate)


@router.get("/{webhook_id}")
async def read_webhook(
    webhook_id: UUID, tx: Annotated[Transaction, reading(*WATCHERS)], response: Response
) -> WebhookOut:
    """One webhook: what it is sent, and how it stands."""
    webhook = (await tx.session.execute(SHOW_ONE, _whose(tx) | {"id": webhook_id})).one_or_none()
    if webhook is None:
        raise NoSuchWebhook
    tx.touched(f"webhook/{webhook_id}")
    response.headers["ETag"] = f'"{webhook.version}"'
    return WebhookOut.model_validate(webhook)


@router.put("/{webhook_id}")
async def change_webhook(
    webhook_id: UUID, judgement: Judged, tx: Annotated[Transaction, writing(*SUBSCRIBERS)]
) -> WebhookReceipt:
    """Change where messages are sent and which, pause them, or put a webhook back on that was disabled.

    What waits is sent to the new address. Once back on it catches up, in order for each subject: what was not delivered
    and what was announced meanwhile.

    Errors: 422 the address is not taken, or a type of event is unknown.
    """
    webhook = await _found(tx, webhook_id)
    tx.expect_version(webhook.version)
    body = judgement.taken()
    state = "paused" if body.paused else "on"
    settings = body.model_dump(exclude={"paused"}) | {"id": webhook_id, "state": state}
    await tx.session.execute(CHANGE, settings)
    if state == "on":
        await tx.session.execute(TRY_NOW, {"id": webhook_id})
    return _answered(tx, webhook_id, state, webhook.version + 1)


@router.post("/{webhook_id}/ending")
async def end_webhook(webhook_id: UUID, tx: Annotated[Transaction, writing(*WATCHERS)]) -> WebhookReceipt:
    """Send nothing more, for good: the webhook, its secret and what waits for it are gone. Operators may, too."""
    webhook = await _found(tx, webhook_id)
    tx.expect_version(webhook.version)
    await tx.session.execute(END, {"id": webhook_id})
    return _answered(tx, webhook_id, "ended", webhook.version + 1)


@router.post("/{webhook_id}/secret")
async def rotate_secret(
    webhook_id: UUID, body: RotationIn, tx: Annotated[Transaction, writing(*SUBSCRIBERS)]
) -> SecretReceipt:
    """Replace the secret; both sign for a while, so that nothing is refused while you change over.

    The new one is answered here this once. With `overlap_hours` 0, as when the old one is known to others, the old one
    signs nothing more.
    """
    webhook = await _found(tx, webhook_id)
    tx.expect_version(webhook.version)
    number = (await tx.session.execute(LATEST, {"id": webhook_id})).scalar_one()
    rotation = {"id": webhook_id, "number": number, "hours": body.overlap_hours}
    signing_until = {row.number: row.signs_until for row in await tx.session.execute(OUTDATE, rotation)}
    await tx.session.execute(TURN, {"id": webhook_id})
    receipt = SecretReceipt(
        id=webhook_id,
        state=webhook.state,
        version=webhook.version + 1,
        secret=None,
        earlier_signs_until=signing_until.get(number),
    )
    return await _with_secret(tx, receipt, number + 1)


@router.post("/{webhook_id}/test", status_code=202)
async def test_webhook(
    webhook_id: UUID, tx: Annotated[Transaction, writing(*SUBSCRIBERS, versionless=True)]
) -> DeliveryReceipt:
    """Have a message of the type `webhook.test` sent, which says nothing; the deliveries say what became of it.

    Errors: 409 the webhook is paused or disabled.
    """
    await _found(tx, webhook_id, sending=True)
    message_id = new_id()
    message = {"webhook": webhook_id, "id": message_id, "type": TEST, "subject": f"webhook/{webhook_id}"}
    await tx.session.execute(TEST_IT, message | _whose(tx))
    tx.touched(f"webhook/{webhook_id}")
    return tx.answered(DeliveryReceipt(webhook_id=webhook_id, delivery_id=message_id, state="waiting"))


@router.post("/{webhook_id}/redelivery")
async def redeliver_since(
    webhook_id: UUID, body: RedeliveryIn, tx: Annotated[Transaction, writing(*SUBSCRIBERS, versionless=True)]
) -> RedeliveryReceipt:
    """Have everything sent again that was announced in a span of time, in order, each under its `webhook-id` as before.

    What still waits is tried at once. `messages` is 0 where nothing was announced then that your webhook is sent, or
    it was settled more than 30 days ago.

    Errors: 409 the webhook is paused or disabled; 422 the span ends before it begins.
    """
    await _found(tx, webhook_id, sending=True)
    result: Any = await tx.session.execute(SPAN_AGAIN, {"webhook": webhook_id, **body.model_dump()})
    tx.touched(f"webhook/{webhook_id}")
    return tx.answered(RedeliveryReceipt(webhook_id=webhook_id, messages=result.rowcount))


@router.get("/{webhook_id}/deliveries")
async def list_deliveries(
    webhook_id: UUID,
    tx: Annotated[Transaction, reading(*WATCHERS)],
    state: DeliveryState | None = None,
    type: Annotated[EventType | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeliveryOut]:
    """What was sent to a webhook or waits to be, the latest first: for 30 days after it was settled."""
    await _found(tx, webhook_id, reads=True)
    before = key_of(cursor, _instant, UUID) or (None, None)
    filters = {"webhook": webhook_id, "state": state, "type": type, "limit": limit + 1}
    rows = (
        await tx.session.execute(LIST_DELIVERIES, filters | dict(zip(("before", "before_id"), before, strict=True)))
    ).all()
    tx.touched(f"webhook/{webhook_id}", *(row.subject for row in rows[:limit]))
    return page_of(rows, limit, lambda row: (row.queued_at.isoformat(), row.id), DeliveryOut.model_validate)


@router.get("/{webhook_id}/deliveries/{delivery_id}")
async def read_delivery(
    webhook_id: UUID, delivery_id: UUID, tx: Annotated[Transaction, reading(*WATCHERS)]
) -> DeliveryHistory:
    """One message, by its `webhook-id`, with every attempt at it."""
    await _found(tx, webhook_id, reads=True)
    which = {"webhook": webhook_id, "id": delivery_id}
    delivery = (await tx.session.execute(ONE_DELIVERY, which)).mappings().one_or_none()
    if delivery is None:
        raise NoSuchDelivery
    tx.touched(f"webhook/{webhook_id}", delivery["subject"])
    history = [AttemptOut.model_validate(row) for row in await tx.session.execute(HISTORY, which)]
    return DeliveryHistory(**delivery, history=history)


@router.post("/{webhook_id}/deliveries/{delivery_id}/redelivery")
async def redeliver(
    webhook_id: UUID, delivery_id: UUID, tx: Annotated[Transaction, writing(*SUBSCRIBERS, versionless=True)]
) -> DeliveryReceipt:
    """Have one message sent again, under its `webhook-id` as before, whatever became of it.

    Errors: 409 the webhook is paused or disabled.
    """
    await _found(tx, webhook_id, sending=True)
    again = await tx.session.execute(ONE_AGAIN, {"webhook": webhook_id, "id": delivery_id})
    if again.one_or_none() is None:
        raise NoSuchDelivery
    tx.touched(f"webhook/{webhook_id}")
    return tx.answered(DeliveryReceipt(webhook_id=webhook_id, delivery_id=delivery_id, state="waiting"))


def _instant(part: str) -> datetime:
    return datetime.fromisoformat(part).astimezone(UTC)


def _whose(tx: Transaction) -> dict[str, Any]:
    """Its own organisation's, unless an operator asks. Providers' and agencies' policies say so once more."""
    return {
        "programme": tx.programme_id,
        "organisation": tx.actor.organisation,
        "all": not tx.actor.has(*SUBSCRIBERS),
    }


async def _found(tx: Transaction, webhook_id: UUID, *, sending: bool = False, reads: bool = False) -> Any:
    """A webhook of the asker's, locked unless it is only read.

    Raises:
        NoSuchWebhook: they have none of that id.
        WebhookStands: it must be one to which messages are sent.
    """
    statement = SHOW_ONE if reads else FIND
    webhook = (await tx.session.execute(statement, _whose(tx) | {"id": webhook_id})).one_or_none()
    if webhook is None:
        raise NoSuchWebhook
    if sending and webhook.state != "on":
        raise WebhookStands(f"It is {webhook.state}. {WebhookStands.remedy}")
    return webhook


async def _with_secret(tx: Transaction, receipt: SecretReceipt, number: int) -> SecretReceipt:
    """Keep a new secret, and show it in this answer alone: what is row of the answer for replays is without it."""
    secret = new_secret()
    row = {"id": receipt.id, "number": number, "secret": secret} | _whose(tx)
    await tx.session.execute(KEEP_SECRET, row)
    tx.touched(f"webhook/{receipt.id}")
    return tx.answered(receipt).model_copy(update={"secret": shown(secret)})


def _answered(tx: Transaction, webhook_id: UUID, state: str, version: int) -> WebhookReceipt:
    tx.touched(f"webhook/{webhook_id}")
    return tx.answered(WebhookReceipt(id=webhook_id, state=state, version=version))
