"""Who is signed in: kept in this process's memory alone, by ids that nobody can guess (ADR 0032)."""

import hashlib
import secrets
from asyncio import Lock
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

MOST_ATTEMPTS = 5
"""Sign-ins under way in one browser: more tabs than that, and the oldest begins again."""
MOST_UNSENT_FORMS = 3
"""Forms of one browser that wait for its person to sign in again."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The signed-in person, as their token and the issuer tell of them."""

    subject: str
    name: str
    organisation: str
    organisation_kind: str
    programme: str
    roles: frozenset[str]

    @property
    def mark(self) -> str:
        """By what a form knows whose it was, without saying who that is."""
        return hashlib.sha256(self.subject.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the issuer gave; none of it ever reaches the browser."""

    access: str
    refresh: str | None
    identity: str
    ends: float
    """By this machine's monotonic clock."""


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A person on their way to the issuer and back."""

    nonce: str
    verifier: str
    back_to: str


@dataclass(frozen=True, slots=True)
class UnsentForm:
    """A form that came when its session had ended: shown again, filled, to the person whose it was."""

    path: str
    mark: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Session:
    """One browser."""

    id: str
    began: float
    used: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    visitor: Visitor | None = None
    tokens: Tokens | None = None
    attempts: dict[str, SignInAttempt] = field(default_factory=dict[str, SignInAttempt])
    unsent: dict[str, UnsentForm] = field(default_factory=dict[str, UnsentForm])
    """Path → form."""
    notice: str | None = None
    """What is told once, on the next page."""
    now: datetime | None = None
    """The business time chosen, where something is simulated."""
    renewing: Lock = field(default_factory=Lock)

    def attempt(self, state: str, attempt: SignInAttempt) -> None:
        """Remember a sign-in, and the last few alone."""
        self.attempts[state] = attempt
        while len(self.attempts) > MOST_ATTEMPTS:
            del self.attempts[next(iter(self.attempts))]

    def keep(self, form: UnsentForm) -> None:
        """Keep a form until its person is back, and the last few alone."""
        self.unsent[form.path] = form
        while len(self.unsent) > MOST_UNSENT_FORMS:
            del self.unsent[next(iter(self.unsent))]

    def unsent_form(self, path: str) -> UnsentForm | None:
        """What was kept for a path, once, and only for whose it was."""
        form = self.unsent.pop(path, None)
        return form if form is not None and self.visitor is not None and form.mark == self.visitor.mark else None


class Sessions:
    """Every session of this process, the one that rested longest first."""

    def __init__(self, idle_seconds: float, most_seconds: float, most: int) -> None:
        self._idle_seconds = idle_seconds
        self._most_seconds = most_seconds
        self._most = most
        self._by_id: dict[str, Session] = {}

    def begin(self) -> Session:
        """A session of somebody who is not signed in yet."""
        return self._put(Session(secrets.token_urlsafe(32), monotonic(), monotonic()))

    def current(self, session_id: str | None) -> Session | None:
        """The session of an id, which rests from now on anew; none where it has ended."""
        session = self._by_id.pop(session_id or "", None)
        now = monotonic()
        if session is None or now - session.used > self._idle_seconds or now - session.began > self._most_seconds:
            return None
        session.used = now
        return self._put(session)

    def sign_in(self, session: Session, visitor: Visitor, tokens: Tokens) -> Session:
        """The session goes on under another id, with another secret in its forms: the old ones are worth nothing."""
        self.end(session)
        now = monotonic()
        return self._put(
            Session(secrets.token_urlsafe(32), now, now, visitor=visitor, tokens=tokens, unsent=session.unsent)
        )

    def end(self, session: Session) -> None:
        """Forget it."""
        self._by_id.pop(session.id, None)

    def _put(self, session: Session) -> Session:
        self._by_id[session.id] = session
        while len(self._by_id) > self._most:
            del self._by_id[next(iter(self._by_id))]
        return session
