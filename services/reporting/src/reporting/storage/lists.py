"""The lists of this service: in which orders they come, and by what they are narrowed."""

from common.contracts import Code
from common.lists import Listing, Order, unindexed
from common.web.fields import ShortCode
from reporting.storage.tables.timelines import HeardEventRow

TIMELINE = Listing(
    HeardEventRow,
    orders={"occurred": Order((HeardEventRow.occurred_at, HeardEventRow.event_id))},
    usual="occurred",
    of=("participant_id",),
    filters={
        "type": unindexed(HeardEventRow.type, Code),
        "topic": unindexed(HeardEventRow.topic, ShortCode),
        "provider": unindexed(HeardEventRow.provider_id, ShortCode),
    },
)
