"""Each rule of the conformance kit, held against a run that keeps all of them and against one that breaks it alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from console.conformance import rules
from console.conformance.exchanges import KIT_CURSOR, AdapterRequest, Exchange, Interruption, with_more_fields
from console.conformance.rules import AGAIN, CONFLICT, INTERRUPTED, MORE_FIELDS, REFUSED, RULES, AdapterRuns, findings

START, NOTES, CASES, CASE = "/v1/cases/1/start", "/v1/cases/1/notes", "/v1/cases", "/v1/cases/1"


def exchange(run: str, at: float, line: str, status: int, by: Interruption | None = None, **headers: str) -> Exchange:
    """`line` is `POST /v1/cases/1/notes?query`."""
    method, _, address = line.partition(" ")
    path, _, query = address.partition("?")
    told = {"authorization": "Bearer second"} | {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"" if method == "GET" else path.encode()
    return Exchange(run, AdapterRequest("case-management", method, path, query, told, body), at, status, "", by)


def good() -> list[Exchange]:
    first: dict[str, Any] = {"idempotency_key": "key-of-start", "if_match": '"1"'}
    second: dict[str, Any] = {"idempotency_key": "key-of-note"}
    return [
        exchange(INTERRUPTED, 0.0, f"GET {CASES}", 401, Interruption.TOKEN_REFUSED, authorization="Bearer first"),
        exchange(INTERRUPTED, 0.1, f"GET {CASES}", 429, Interruption.TOO_MANY),
        exchange(INTERRUPTED, 1.2, f"GET {CASES}", 200, Interruption.EMPTY_PAGE),
        exchange(INTERRUPTED, 1.3, f"GET {CASES}?cursor={KIT_CURSOR}", 200),
        exchange(INTERRUPTED, 1.4, f"GET {CASE}", 200),
        exchange(INTERRUPTED, 1.5, f"POST {START}", 503, Interruption.BUSY, **first),
        exchange(INTERRUPTED, 2.6, f"POST {START}", 504, Interruption.ANSWER_LOST, **first),
        exchange(INTERRUPTED, 2.8, f"POST {START}", 412, Interruption.STALE, **first),
        exchange(INTERRUPTED, 2.9, f"GET {CASE}", 200),
        exchange(INTERRUPTED, 3.0, f"POST {NOTES}", 201, **second),
        exchange(AGAIN, 4.0, f"POST {NOTES}", 201, **second),
        exchange(REFUSED, 5.0, f"POST {NOTES}", 422, Interruption.REFUSED, **second),
        exchange(CONFLICT, 6.0, f"POST {NOTES}", 409, Interruption.CONFLICT, **second),
    ]


ENDINGS: dict[str, int | None] = {INTERRUPTED: 0, AGAIN: 0, MORE_FIELDS: 0, REFUSED: 1, CONFLICT: 1}


def failing(exchanges: list[Exchange], endings: dict[str, int | None] = ENDINGS) -> list[str]:
    """The names of the rules that are broken."""
    found = findings(AdapterRuns(exchanges, endings))
    return [rule.__name__ for rule, one in zip(RULES, found, strict=True) if one.verdict == "failed"]


def with_headers(one: Exchange, **headers: str) -> Exchange:
    told = dict(one.request.headers) | {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(one, request=replace(one.request, headers=told))


def same_token(run: list[Exchange]) -> list[Exchange]:
    return [with_headers(run[0], authorization="Bearer second"), *run[1:]]


def no_key(run: list[Exchange]) -> list[Exchange]:
    return [*run, exchange(MORE_FIELDS, 9.0, f"POST {NOTES}", 201)]


def too_soon(run: list[Exchange]) -> list[Exchange]:
    return [run[0], replace(run[1], at=1.0), *run[2:]]


def another_key(run: list[Exchange]) -> list[Exchange]:
    return [*run[:6], with_headers(run[6], idempotency_key="another"), *run[7:]]


def another_key_again(run: list[Exchange]) -> list[Exchange]:
    return [with_headers(one, idempotency_key="another") if one.run == AGAIN else one for one in run]


def key_used_twice(run: list[Exchange]) -> list[Exchange]:
    other = exchange(MORE_FIELDS, 9.0, f"POST {START}", 422, idempotency_key="key-of-start")
    return [*run, replace(other, kind=rules.KEY_REUSED)]


def hammered(run: list[Exchange]) -> list[Exchange]:
    return [*run, replace(run[-1], at=7.0)]


def first_page_alone(run: list[Exchange]) -> list[Exchange]:
    return [one for one in run if not one.request.query]


def unread(run: list[Exchange]) -> list[Exchange]:
    again = exchange(INTERRUPTED, 2.85, f"POST {START}", 200, idempotency_key="a-new-one", if_match='"2"')
    return [*run[:8], again, *run[8:]]


BROKEN: dict[str, Callable[[list[Exchange]], list[Exchange]]] = {
    rules.a_new_token_is_fetched.__name__: same_token,
    rules.every_write_has_a_key.__name__: no_key,
    rules.it_waits_as_it_is_told.__name__: too_soon,
    rules.a_write_sent_again_has_its_key.__name__: another_key,
    rules.started_again_it_uses_the_same_keys.__name__: another_key_again,
    rules.a_key_is_for_one_request.__name__: key_used_twice,
    rules.a_refusal_is_final.__name__: hammered,
    rules.pages_are_followed.__name__: first_page_alone,
    rules.what_changed_is_read_again.__name__: unread,
}


def test_a_good_run_breaks_none_and_shows_all() -> None:
    assert {one.verdict for one in findings(AdapterRuns(good(), ENDINGS))} == {"passed"}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_run_that_breaks_one_rule_is_told_that_one(rule: str) -> None:
    assert failing(BROKEN[rule](good())) == [rule]


@pytest.mark.parametrize("ended", [1, None])
@pytest.mark.parametrize(("run", "rule"), [(INTERRUPTED, "ends_well"), (MORE_FIELDS, "unknown_fields_are_passed_over")])
def test_a_run_that_ends_badly_or_not_at_all_is_told(run: str, rule: str, ended: int | None) -> None:
    assert failing(good(), ENDINGS | {run: ended}) == [rule]


def test_what_never_came_again_is_told_wherever_it_should_have() -> None:
    given_up = [one for one in good() if one.interruption is not Interruption.ANSWER_LOST and one.status != 412]

    assert failing(given_up) == ["it_waits_as_it_is_told", "a_write_sent_again_has_its_key"]


def test_of_an_adapter_that_asks_nothing_nothing_is_seen() -> None:
    found = findings(AdapterRuns([], {}))

    assert {one.verdict for one in found} == {"not seen"}
    assert all(one.remedy for one in found)


def test_a_later_versions_answer_has_more_fields_and_is_else_the_same() -> None:
    assert with_more_fields(b'{"items": [{"id": 1}], "next": null}').count(b"of_a_later_version") == 2
    assert [with_more_fields(body) for body in (b"[1]", b"%PDF", b"")] == [b"[1]", b"%PDF", b""]
