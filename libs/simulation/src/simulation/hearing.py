"""Hearing of what other services did: looked for once, for all who wait, and only while somebody waits."""

import asyncio
from datetime import datetime

from .journal import Journal
from .path import CASES, CLAIMS
from .seats import Seats
from .waiting import BEHIND_SECONDS, NeverCame

PAUSE_SECONDS = 0.1


def case_of(referral_id: str) -> str:
    """The word that a case is open for this referral."""
    return f"case/{referral_id}"


def claim_of(outcome_id: str, revision: int = 1) -> str:
    """The word that claims has heard of this revision of an outcome."""
    return f"claim/{outcome_id}/{revision}"


class Hearing:
    """Words that have come, each with the id of what it is about. What somebody waited for is kept in the journal."""

    def __init__(self, seats: Seats, journal: Journal) -> None:
        self._seats = seats
        self.journal = journal
        self._now: datetime
        self._came = dict[str, str]()
        """This month, and nobody has waited for it yet."""
        self._waited_for = dict[str, asyncio.Future[str]]()
        self._looking: asyncio.Task[None] | None = None

    def begin(self, now: datetime) -> None:
        """Begin a month: looked at from its last day."""
        self._now, self._came = now, {}

    async def of(self, word: str) -> str:
        """The id a word is about, as soon as it comes.

        Raises:
            NeverCame: it did not within ten minutes.
        """
        if (answer := self.journal.answer(word)) is None:
            answer = self._came.pop(word, None) or await self._come(word)
            self.journal.keep(word, answer)
        return answer

    async def _come(self, word: str) -> str:
        self._waited_for[word] = comes = asyncio.get_running_loop().create_future()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_until_all_have_come())
        await asyncio.wait({comes, self._looking}, timeout=BEHIND_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if comes.done():
            return comes.result()
        if self._looking.done():
            self._looking.result()
        raise NeverCame(f"We waited {BEHIND_SECONDS:g} s for {word} to be heard: see the logs of the workers.")

    async def _look_until_all_have_come(self) -> None:
        while self._waited_for:
            await self._look()
            for word in self._came.keys() & self._waited_for.keys():
                self._waited_for.pop(word).set_result(self._came.pop(word))
            await asyncio.sleep(PAUSE_SECONDS if self._waited_for else 0)

    async def _look(self) -> None:
        prime = self._seats["prime-manager"]
        about = {word.partition("/")[0] for word in self._waited_for}
        if "case" in about:
            cases = await prime.page(f"{CASES}/cases", self._now, state="allocated")
            self._came |= {case_of(case["referral_id"]): case["id"] for case in cases}
        if "claim" in about:
            claims = await prime.page(f"{CLAIMS}/claims", self._now, state="raised")
            self._came |= {claim_of(claim["outcome_id"], claim["revision"]): claim["id"] for claim in claims}
