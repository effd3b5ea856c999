"""When a message is sent again that was not taken, and when an address is given up."""

from common.messaging.hearing import PAUSES as OF_HEARING

PAUSES = (*OF_HEARING, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each further try: as a hearer tries its own events again, and then for three days in all."""
DISABLED_AFTER_DAYS = 3
"""An address at which nothing arrived for so long is asked no more: before anything for it is given up."""
KEPT_DAYS = 30
"""So long a settled delivery can be read, and sent again."""
LONGEST_PAUSE = 86_400


def pause_after(tries: int, retry_after: int | None = None) -> int | None:
    """Seconds until the next try, once there were so many; none where there is no further one.

    `retry_after` is how long whoever receives it asked us to wait (`Retry-After`): a day at most.
    """
    if tries > len(PAUSES):
        return None
    return max(PAUSES[tries - 1], min(retry_after or 0, LONGEST_PAUSE))
