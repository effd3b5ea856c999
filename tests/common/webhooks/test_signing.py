"""Signed as Standard Webhooks has it, and believed only as it was signed."""

import base64
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from outcomes_client import NotGenuine, verify

from common.webhooks.schedule import DISABLED_AFTER_DAYS, PAUSES, pause_after
from common.webhooks.signing import headers, new_secret, shown, signature

KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
BODY = b'{"test": 2432232314}'


def test_it_signs_as_the_standards_own_library_does() -> None:
    """What `standardwebhooks` 1.0.1 from PyPI makes of the same."""
    made = signature(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", BODY)

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_as_long_as_the_standard_wants_and_no_two_are_alike() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(each) for each in secrets} == {32}
    assert shown(KEY) == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def sent(*secrets: bytes, at: float | None = None) -> dict[str, str]:
    return dict(headers(secrets, "an-id", datetime.fromtimestamp(at or time.time(), UTC), BODY))


def test_either_of_two_secrets_is_enough() -> None:
    other = new_secret()

    assert verify(BODY, sent(other, KEY), [shown(KEY)]) == {"test": 2432232314}
    assert verify(BODY, sent(KEY), [shown(other), shown(KEY)]) == {"test": 2432232314}


Headers = dict[str, str]
SPOILT: dict[str, Callable[[Headers], Headers]] = {
    "id": lambda told: told | {"webhook-id": "another"},
    "timestamp": lambda told: told | {"webhook-timestamp": str(int(told["webhook-timestamp"]) + 1)},
    "version": lambda told: told | {"webhook-signature": told["webhook-signature"].replace("v1,", "v2,")},
    "no signature": lambda told: told | {"webhook-signature": ""},
    "no timestamp": lambda told: {name: told[name] for name in told if name != "webhook-timestamp"},
    "old": lambda _: sent(KEY, at=time.time() - 400),
    "of a clock ahead": lambda _: sent(KEY, at=time.time() + 400),
    "of another": lambda _: sent(new_secret()),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_changed_old_or_anothers_is_not_believed(how: str) -> None:
    with pytest.raises(NotGenuine):
        verify(BODY, SPOILT[how](sent(KEY)), [shown(KEY)])


def test_the_body_counts_to_the_byte() -> None:
    with pytest.raises(NotGenuine):
        verify(BODY.replace(b" ", b""), sent(KEY), [shown(KEY)])


def test_an_address_is_disabled_before_anything_for_it_is_given_up() -> None:
    assert sum(PAUSES) > DISABLED_AFTER_DAYS * 86_400


@pytest.mark.parametrize(
    ("tries", "asked", "pause"),
    [(1, None, 1), (4, None, 120), (5, None, 600), (1, 90, 90), (5, 90, 600), (1, 10**9, 86_400),
     (len(PAUSES), None, 86_400), (len(PAUSES) + 1, None, None), (len(PAUSES) + 1, 5, None)],
)  # fmt: skip
def test_each_pause_is_the_schedules_or_longer_if_asked(tries: int, asked: int | None, pause: int | None) -> None:
    assert pause_after(tries, asked) == pause
