"""What an adapter must do, held against what passed: each rule says what it saw, and what would satisfy it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import parse_qs

from .exchanges import KIT_CURSOR, WAIT_SECONDS, Exchange, Interruption

Verdict = Literal["passed", "failed", "not seen"]
INTERRUPTED, MORE_FIELDS, AGAIN = "interrupted", "more fields", "again"
REFUSED, CONFLICT = "refused", "conflict"
KEY_REUSED = "idempotency-key-reused"
EARLY_SECONDS = 0.05
"""Of a clock's own inaccuracy."""


@dataclass(frozen=True, slots=True)
class AdapterRuns:
    """Everything that passed, and with what each run of the adapter ended; nothing where it had to be ended."""

    exchanges: Sequence[Exchange]
    endings: Mapping[str, int | None]

    def of(self, run: str) -> list[Exchange]:
        return [one for one in self.exchanges if one.run == run]

    def interrupted_by(self, *interruptions: Interruption) -> list[Exchange]:
        return [one for one in self.exchanges if one.interruption in interruptions]

    def sent_again(self, first: Exchange) -> Exchange | None:
        """The next time that the same was asked in the same run."""
        later = self.of(first.run)
        after = later[later.index(first) + 1 :]
        return next((one for one in after if one.request.what == first.request.what), None)


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """What one rule says of an adapter."""

    rule: str
    verdict: Verdict
    seen: str
    remedy: str


Objections = Iterator[str]
"""What stands against an adapter; none where the rule holds."""


def _named(exchange: Exchange) -> str:
    return f"{exchange.request.method} {exchange.request.path}"


def ends_well(recording: AdapterRuns) -> Objections | None:
    """It does its work though it is interrupted."""
    return _endings(recording, INTERRUPTED)


def unknown_fields_are_passed_over(recording: AdapterRuns) -> Objections | None:
    """Fields that it does not know are no reason to stop."""
    return _endings(recording, MORE_FIELDS)


def _endings(recording: AdapterRuns, run: str) -> Objections | None:
    if run not in recording.endings:
        return None
    code = recording.endings[run]
    ending = "was still running and was ended" if code is None else f"ended with {code}"
    return iter([] if code == 0 else [f"The run {run!r} {ending}."])


def a_new_token_is_fetched(recording: AdapterRuns) -> Objections | None:
    """A 401 is answered with the same request and another token."""
    refusals = recording.interrupted_by(Interruption.TOKEN_REFUSED)
    return _each(refusals, lambda one: _came_with_another_token(recording, one))


def _came_with_another_token(recording: AdapterRuns, refusal: Exchange) -> Objections:
    again = recording.sent_again(refusal)
    if again is None:
        yield f"{_named(refusal)} was answered 401 and never came again."
    elif again.request.headers.get("authorization") == refusal.request.headers.get("authorization"):
        yield f"{_named(refusal)} came again with the token that was not taken."


def every_write_has_a_key(recording: AdapterRuns) -> Objections | None:
    """Every write has an `Idempotency-Key`."""
    writes = [one for one in recording.exchanges if one.request.writes]
    return _each(writes, lambda one: iter([] if one.key else [f"{_named(one)} came without a key."]))


def it_waits_as_it_is_told(recording: AdapterRuns) -> Objections | None:
    """After 429 or 503 it asks again, and not before `Retry-After` is over."""
    told_to_wait = recording.interrupted_by(Interruption.TOO_MANY, Interruption.BUSY)
    return _each(told_to_wait, lambda one: _waited(recording, one))


def _waited(recording: AdapterRuns, first: Exchange) -> Objections:
    again = recording.sent_again(first)
    if again is None:
        yield f"{_named(first)} was answered {first.status} and never came again."
    elif (seconds := again.at - first.at) < WAIT_SECONDS - EARLY_SECONDS:
        yield f"{_named(first)} came again after {seconds:.2f} s; `Retry-After` said {WAIT_SECONDS} s."


def a_write_sent_again_has_its_key(recording: AdapterRuns) -> Objections | None:
    """What is sent again, because no answer came or a service was busy, has the key it had."""
    losses = recording.interrupted_by(Interruption.BUSY, Interruption.ANSWER_LOST)
    return _each(losses, lambda one: _came_with_its_key(recording, one))


def _came_with_its_key(recording: AdapterRuns, first: Exchange) -> Objections:
    again = recording.sent_again(first)
    if again is None:
        yield f"{_named(first)} was answered {first.status} and never came again."
    elif again.key != first.key or again.key is None:
        yield f"{_named(first)} came again under another key: it is carried out twice."


def started_again_it_uses_the_same_keys(recording: AdapterRuns) -> Objections | None:
    """Started again after it was stopped, it sends what it sent before under the keys it had."""
    if AGAIN not in recording.endings:
        return None
    before = {one.request.what: one.key for one in recording.of(INTERRUPTED) if one.request.writes}
    if not before:
        return None
    again = [one for one in recording.of(AGAIN) if one.request.writes and one.request.what in before]
    other = [one for one in again if one.key is None or one.key != before[one.request.what]]
    return iter([f"{_named(one)} came under another key." for one in other])


def a_key_is_for_one_request(recording: AdapterRuns) -> Objections | None:
    """Nothing else is sent under a key that was used: `If-Match` is a part of what is sent."""
    writes = [one for one in recording.exchanges if one.request.writes]
    return _each(writes, lambda one: iter([f"{_named(one)}: {KEY_REUSED}"] if one.kind == KEY_REUSED else []))


def a_refusal_is_final(recording: AdapterRuns) -> Objections | None:
    """What was refused (422, or 409 but for a request in flight) is not sent again as it was."""
    refusals = [one for one in recording.exchanges if one.request.writes and one.refuses]
    return _each(refusals, lambda one: _stays(recording, one))


def _stays(recording: AdapterRuns, refusal: Exchange) -> Objections:
    if recording.sent_again(refusal) is not None:
        yield f"{_named(refusal)} was refused with {refusal.status} and came again as it was."


def pages_are_followed(recording: AdapterRuns) -> Objections | None:
    """A list is read to its end: as long as there is a `next`, though a page is empty."""
    first_pages = recording.interrupted_by(Interruption.EMPTY_PAGE)
    return _each(first_pages, lambda one: _went_on(recording, one))


def _went_on(recording: AdapterRuns, first: Exchange) -> Objections:
    cursors = [parse_qs(one.request.query).get("cursor", []) for one in recording.of(first.run)]
    if [KIT_CURSOR] not in cursors:
        yield f"{_named(first)} had a `next`, and nobody asked for it."


def what_changed_is_read_again(recording: AdapterRuns) -> Objections | None:
    """After a 412 it reads the thing again before it writes, and names the version that it read."""
    return _each(recording.interrupted_by(Interruption.STALE), lambda one: _read_again(recording, one))


def _read_again(recording: AdapterRuns, stale: Exchange) -> Objections:
    run = recording.of(stale.run)
    for before, one in pairwise(run[run.index(stale) :]):
        if (one.request.service, one.request.method, one.request.path) == (
            stale.request.service,
            stale.request.method,
            stale.request.path,
        ):
            if before.request.writes:
                yield f"{_named(stale)} was answered 412 and came again without a read before it."
            return


def _each(these: Iterable[Exchange], objections: Callable[[Exchange], Objections]) -> Objections | None:
    """What stands against any of these; nothing to say where there are none."""
    exchanges = list(these)
    return iter([sentence for one in exchanges for sentence in objections(one)]) if exchanges else None


RULES: Mapping[Callable[[AdapterRuns], Objections | None], str] = {
    ends_well: "Ask again what was not answered, and end with 0 once the work is done.",
    a_new_token_is_fetched: "Sign in again at a 401, once, and send the same request again.",
    every_write_has_a_key: "Send `Idempotency-Key` with every write, made of what it does: system, record, version.",
    it_waits_as_it_is_told: "Wait for the seconds in `Retry-After`, then send the same again.",
    a_write_sent_again_has_its_key: "Keep the key with the request until it is answered.",
    started_again_it_uses_the_same_keys: "Make the key of what is done, or keep it before the request is sent.",
    a_key_is_for_one_request: "Keep a request whole with its key until it is answered; what differs has another key.",
    a_refusal_is_final: "Show a person `detail` and the remedies; send it again once something has changed.",
    pages_are_followed: "Ask with `cursor` as long as the answer has a `next`.",
    unknown_fields_are_passed_over: "Read the fields that you need and pass over the others.",
    what_changed_is_read_again: "Send `If-Match` with the `ETag` that you read; at a 412 read again and decide again.",
}
"""Every rule with what would satisfy it."""


def findings(recording: AdapterRuns) -> list[RuleFinding]:
    """What each rule says of an adapter."""
    return [_finding(rule, remedy, recording) for rule, remedy in RULES.items()]


def _finding(rule: Callable[[AdapterRuns], Objections | None], remedy: str, recording: AdapterRuns) -> RuleFinding:
    sentence = " ".join((rule.__doc__ or "").split())
    objections = rule(recording)
    if objections is None:
        return RuleFinding(sentence, "not seen", "It asked for nothing that shows it.", remedy)
    against = list(dict.fromkeys(objections))
    return RuleFinding(sentence, "failed", against[0], remedy) if against else RuleFinding(sentence, "passed", "", "")
