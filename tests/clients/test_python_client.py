"""What is written by hand in the Python client: signing in, asking again, pages, and problems as exceptions."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from outcomes_client import Feed, NeverCame, Patience, Problem, every, key_of, new_key, wait_until
from outcomes_client.problems import raise_problem
from outcomes_client.signing_in import StaysSignedIn

from tests.parts.python_client import run, why_no_client

SERVICE = "https://claims.example"
NO_CLAIM = {"type": "/problems/no-such-claim", "title": "There is none", "status": 404, "detail": "Check the id."}
REFUSED = NO_CLAIM | {
    "type": "/problems/refused",
    "status": 422,
    "refusals": [{"code": "too_early", "reason": "It is too early.", "remedy": "Wait until May."}],
    "receipt": {"rules": "v1"},
}


class Desk:
    """A service that gives the answers it was given, one after the other, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(httpx.Request(request.method, request.url, headers=request.headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def problem(status: int, told: dict[str, Any], **headers: str) -> httpx.Response:
    kind = {"content-type": "application/problem+json"}
    return httpx.Response(status, json=told, headers=kind | {k.replace("_", "-"): v for k, v in headers.items()})


def patient(desk: Desk, waited: list[float] | None = None, **more: Any) -> httpx.Client:
    kept: list[float] = [] if waited is None else waited
    return httpx.Client(transport=Patience(httpx.MockTransport(desk), sleep=kept.append, **more), base_url=SERVICE)


def test_it_waits_as_long_as_it_is_told_and_asks_again() -> None:
    desk, waited = Desk(problem(429, {}, retry_after="7"), problem(503, {}), httpx.Response(200)), list[float]()

    assert patient(desk, waited).get("/v1/claims").status_code == 200
    assert waited == [7.0, 0.8]


@pytest.mark.parametrize(("headers", "times"), [({}, 1), ({"Idempotency-Key": new_key()}, 2)])
def test_only_a_write_with_a_key_is_sent_twice(headers: dict[str, str], times: int) -> None:
    desk = Desk(httpx.ConnectError("gone"), httpx.Response(201))

    try:
        patient(desk).post("/v1/claims", headers=headers)
    except httpx.ConnectError:
        assert times == 1
    assert len(desk.asked) == times


def test_the_same_request_in_flight_is_waited_for_and_another_conflict_is_not() -> None:
    in_flight = problem(409, NO_CLAIM | {"type": "/problems/request-in-flight"})
    conflict = problem(409, NO_CLAIM | {"type": "/problems/month-is-closed"})
    desk = Desk(in_flight, conflict)

    answer = patient(desk).post("/v1/claims", headers={"Idempotency-Key": new_key()})

    assert answer.json()["type"] == "/problems/month-is-closed"


def test_patience_ends() -> None:
    desk = Desk(*(problem(503, {}) for _ in range(3)))

    assert patient(desk, tries=3).get("/v1/claims").status_code == 503


def test_an_operation_that_is_given_up_is_logged_once_without_the_ids_of_its_path(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ends = {"deprecation": "@1798761600", "sunset": "Wed, 01 Sep 2027 00:00:00 GMT"}
    desk = Desk(*(httpx.Response(200, headers=ends) for _ in range(3)), httpx.Response(200))
    client, paths = patient(desk), [f"/v1/queues/{uuid4()}", f"/v1/queues/{uuid4()}?of=me", "/v1/ways", "/v1/claims"]

    for path in paths:
        client.get(path)

    told = "is given up, and answered until Wed, 01 Sep 2027 00:00:00 GMT: /docs there says what to call instead."
    logged = [record.getMessage() for record in caplog.records if record.name == "outcomes_client"]
    assert logged == [f"GET claims.example{path} {told}" for path in ("/v1/queues/{id}", "/v1/ways")]


def test_it_signs_in_once_and_anew_when_its_token_is_not_taken_any_more() -> None:
    tokens = iter(["first", "second"])
    desk = Desk(httpx.Response(200), problem(401, {}), httpx.Response(200))
    client = httpx.Client(transport=httpx.MockTransport(desk), auth=StaysSignedIn(lambda: (next(tokens), 600)))

    assert [client.get(SERVICE).status_code for _ in range(2)] == [200, 200]
    assert [one.headers["authorization"] for one in desk.asked] == ["Bearer first", "Bearer first", "Bearer second"]


def test_it_signs_in_before_its_token_ends() -> None:
    tokens = iter(["first", "second"])
    desk = Desk(httpx.Response(200), httpx.Response(200))
    client = httpx.Client(transport=httpx.MockTransport(desk), auth=StaysSignedIn(lambda: (next(tokens), 0)))

    for _ in range(2):
        client.get(SERVICE)
    assert [one.headers["authorization"] for one in desk.asked] == ["Bearer first", "Bearer second"]


def test_a_problem_says_what_it_is_and_what_to_do() -> None:
    with pytest.raises(Problem) as raised:
        raise_problem(patient(Desk(problem(422, REFUSED))).get("/v1/claims"))
    told = raised.value

    assert (told.type, told.status, told.page) == ("refused", 422, f"{SERVICE}/problems/refused")
    assert told.remedies == ["Wait until May."]
    assert told.refusals[0].code == "too_early"
    assert told.more == {"receipt": {"rules": "v1"}}
    assert "Wait until May." in str(told)


def test_what_is_no_problem_of_ours_has_no_type() -> None:
    with pytest.raises(Problem) as raised:
        raise_problem(patient(Desk(httpx.Response(404, text="<html>"))).get("/v1/claims"))

    assert (raised.value.type, raised.value.status, raised.value.remedies) == ("", 404, ["<html>"])


def test_a_code_of_a_later_version_is_read_as_the_text_that_it_is(tmp_path: Path) -> None:
    if reason := why_no_client():
        pytest.skip(reason)
    script = tmp_path / "read.py"
    script.write_text(
        "from outcomes_client.claims.models import ClaimLineState as State\n"
        "later, known = State('paused'), State('verified')\n"
        "print(later, later == 'paused', later in list(State), known is State.VERIFIED, str(State('paused').value))\n"
    )

    done = run(script)

    assert (done.stdout, done.stderr) == ("paused True False True paused\n", "")


def test_a_list_is_read_page_by_page() -> None:
    pages: dict[str | None, tuple[list[int], str | None]] = {None: ([1, 2], "a"), "a": ([3], "b"), "b": ([], None)}

    def listed(**asked: Any) -> Any:
        items, following = pages[asked.get("cursor")]
        assert asked["state"] == "submitted"
        return SimpleNamespace(items=items, next_=following)

    assert list(every(listed, state="submitted")) == [1, 2, 3]


def test_a_key_is_the_same_for_the_same_act_alone() -> None:
    assert key_of("outcome", 7) == key_of("outcome", "7")
    assert len({key_of("outcome", 7), key_of("outcome", 8), key_of("outcome7"), new_key(), new_key()}) == 5


def waiting_for(*answers: Any) -> Callable[[], Any]:
    left = list(answers)

    def read() -> Any:
        if isinstance(found := left.pop(0), Problem):
            raise found
        return found

    return read


def test_what_is_not_there_yet_is_waited_for_and_what_is_refused_is_not() -> None:
    absent = Problem("no-such-claim", "", 404, "", "")

    assert wait_until(waiting_for(absent, [], [1]), every_seconds=0) == [1]
    with pytest.raises(Problem):
        wait_until(waiting_for(Problem("not-allowed", "", 403, "", "")), every_seconds=0)
    with pytest.raises(NeverCame):
        wait_until(waiting_for([], [], []), seconds=0.01, every_seconds=0.02)


class Log:
    """A feed as a service tells it: pages of two, the place after each, and a log that may be another from now on."""

    def __init__(self, *events: str) -> None:
        self.events = list(events)
        self.epoch = "first"
        self.asked: list[dict[str, Any]] = []

    def read(self, **asked: Any) -> Any:
        self.asked.append(asked)
        epoch, _, place = asked.get("cursor", f"{self.epoch} 0").partition(" ")
        if epoch != self.epoch:
            raise Problem("another-epoch", "The log is another", 409, "Begin again.", "")
        told = self.events[int(place) : int(place) + 2]
        items = [SimpleNamespace(event_id=event) for event in told]
        return SimpleNamespace(items=items, next_=f"{epoch} {int(place) + len(told)}")


def kept(event: Any, store: sqlite3.Connection) -> None:
    store.execute("create table if not exists done (event text)")
    store.execute("insert into done values (?)", [event.event_id])


def done(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as store:
        return [event for (event,) in store.execute("select event from done order by rowid")]


def test_a_feed_is_followed_from_where_it_was_left_and_each_event_is_handed_on_once(tmp_path: Path) -> None:
    log, path = Log("a", "b", "c"), tmp_path / "feed.sqlite"

    assert Feed(log.read, path, client="town").read_on(kept) == 3
    log.events += ["d", "e"]
    assert Feed(log.read, path, client="town").read_on(kept) == 2
    assert done(path) == ["a", "b", "c", "d", "e"]
    assert [one.get("cursor") for one in log.asked] == [
        None, "first 2", "first 3", "first 3", "first 5"
    ]  # fmt: skip
    assert {one["client"] for one in log.asked} == {"town"}


def test_a_feed_that_was_restored_is_read_again_and_what_was_handed_on_is_passed_over(tmp_path: Path) -> None:
    log, path = Log("a", "b", "c"), tmp_path / "feed.sqlite"
    feed = Feed(log.read, path)
    feed.read_on(kept)
    log.epoch, log.events = "second", ["a", "b", "x"]  # `c` was lost

    assert feed.read_on(kept) == 1
    assert done(path) == ["a", "b", "c", "x"]


def test_an_event_that_is_not_dealt_with_comes_again_with_its_page(tmp_path: Path) -> None:
    log, path = Log("a", "b", "c"), tmp_path / "feed.sqlite"
    feed = Feed(log.read, path)

    def fails(event: Any, store: sqlite3.Connection) -> None:
        kept(event, store)
        if event.event_id == "b":
            raise RuntimeError("the ledger is closed")

    with pytest.raises(RuntimeError):
        feed.read_on(fails)
    assert feed.read_on(kept) == 3
    assert done(path) == ["a", "b", "c"]


def test_a_feed_is_waited_for_and_other_problems_are_raised(tmp_path: Path) -> None:
    log = Log("a")
    feed = Feed(log.read, tmp_path / "feed.sqlite", name="claims")
    feed.follow(kept, wait_seconds=20, stop=lambda: len(log.asked) == 2)

    assert [one["wait"] for one in log.asked] == [20, 20]
    slept: list[float] = []
    feed.follow(kept, wait_seconds=0, stop=lambda: len(log.asked) == 4, sleep=slept.append)
    assert slept == [1, 1]

    def refuses(**_: Any) -> Any:
        raise Problem("not-allowed", "It is not for you", 403, "Ask another.", "")

    with pytest.raises(Problem, match="not for you"):
        Feed(refuses, tmp_path / "other.sqlite").read_on(kept)
