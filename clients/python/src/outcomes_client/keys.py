"""Idempotency keys: the same key with the same request is carried out once, however often it is sent."""

from uuid import NAMESPACE_URL, uuid4, uuid5


def new_key() -> str:
    """A key for a request that you make once. Keep it with the request until it is answered."""
    return str(uuid4())


def key_of(*what: object) -> str:
    """The key of what you are doing, the same each time: `key_of("outcome", my_record.id, my_record.version)`.

    A program that was stopped half way sends everything again with these keys, and nothing happens twice.
    """
    return str(uuid5(NAMESPACE_URL, "\n".join(map(str, what))))
