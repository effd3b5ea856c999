"""A session ends by rest and by age, is another one after sign-in, and keeps what was being written for its person."""

import pytest

from portal import sessions as module
from portal.door import own_path
from portal.sessions import Session, Sessions, Tokens, UnsentForm, Visitor

ROBIN = Visitor("robin", "Robin", "horton", "provider", "kbop", frozenset({"caseworker"}))
ALEX = Visitor("alex", "Alex", "horton", "provider", "kbop", frozenset({"caseworker"}))
TOKENS = Tokens("access", None, "identity", 1e9)


class Clock:
    """A clock that the test winds."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    return clock


def test_a_session_ends_when_it_rested_too_long_and_not_while_it_is_used(clock: Clock) -> None:
    sessions = Sessions(60, 1000, 10)
    session = sessions.begin()
    for _ in range(3):
        clock.now += 59
        assert sessions.current(session.id) is session
    clock.now += 61

    assert sessions.current(session.id) is None


def test_a_session_ends_when_it_is_old_however_busy(clock: Clock) -> None:
    sessions = Sessions(60, 100, 10)
    session = sessions.begin()
    clock.now += 50
    assert sessions.current(session.id) is session
    clock.now += 51

    assert sessions.current(session.id) is None


def test_signing_in_gives_another_id_and_another_secret_and_the_old_id_is_worth_nothing() -> None:
    sessions = Sessions(60, 100, 10)
    before = sessions.begin()
    after = sessions.sign_in(before, ROBIN, TOKENS)

    assert after.id != before.id
    assert after.csrf != before.csrf
    assert (sessions.current(before.id), sessions.current(after.id)) == (None, after)
    assert sessions.current(None) is sessions.current("guess") is None


def test_the_session_that_rested_longest_makes_room() -> None:
    sessions = Sessions(60, 100, 2)
    first, second = sessions.begin(), sessions.begin()
    sessions.current(first.id)
    third = sessions.begin()

    assert [sessions.current(one.id) for one in (first, second, third)] == [first, None, third]


@pytest.mark.parametrize(("who", "is_shown"), [(ROBIN, True), (ALEX, False)])
def test_a_form_that_came_too_late_is_shown_once_and_to_its_own_person_alone(who: Visitor, is_shown: bool) -> None:
    sessions = Sessions(60, 100, 10)
    before = sessions.begin()
    before.keep(UnsentForm("/notes", ROBIN.mark, {"text": ("We met.",)}))
    after = sessions.sign_in(before, who, TOKENS)

    assert (after.unsent_form("/notes") is not None) is is_shown
    assert after.unsent_form("/notes") is None


def test_a_browser_keeps_the_last_few_forms_and_sign_ins_alone() -> None:
    session = Session("id", 0, 0)
    for number in range(10):
        session.keep(UnsentForm(f"/{number}", "mark", {}))
        session.attempt(str(number), module.SignInAttempt("n", "v", "/"))

    assert list(session.unsent) == ["/7", "/8", "/9"]
    assert len(session.attempts) == module.MOST_ATTEMPTS


@pytest.mark.parametrize("path", ["/", "/hub/referrals?state=received", "/a%2fb"])
def test_people_go_back_to_a_page_of_ours(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "\\\\evil",
        "/a\nb",
        "",
        None,
        "javascript:x",
        "/\t/evil.example",
    ],
)
def test_nobody_is_sent_on_to_another_site(path: str | None) -> None:
    assert own_path(path) == "/"
