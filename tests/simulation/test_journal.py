"""The journal: an act that was answered is not sent again, and a refusal stays one."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from simulation.journal import Journal
from simulation.seats import Json, Seat, SeatRefused
from tests.simulation.parts import seats_answered_by

NOW = datetime(2019, 9, 2, 9, tzinfo=UTC)
WRITES_AND_DIES = """
import os, signal, sys
from pathlib import Path
from simulation.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in range(100):
    journal.keep(f"act {number}", {"number": number})
os.kill(os.getpid(), signal.SIGKILL)
"""


class Counter:
    """Answers each request with how many there have been, or refuses."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        problem = {"type": "/problems/refused", "title": "No", "refusals": [{"code": "no"}]}
        return httpx.Response(self.status, json={"number": self.asked} if self.status < 400 else problem)

    def seat(self, journal: Journal | None, name: str = "hub-1") -> Seat:
        return seats_answered_by(self.answer, name, journal=journal)[name]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "acts"


async def refer(seat: Seat, name: str = "Robin") -> Json:
    return await seat.post("referral-hub/v1/referrals", NOW, {"name": name})


async def test_an_act_that_was_answered_is_not_sent_again_after_an_interruption(place: Path) -> None:
    service = Counter()
    first = await refer(service.seat(Journal(place)))
    again = await refer(service.seat(Journal(place)))

    assert (again, service.asked) == (first, 1)


async def test_another_act_or_somebody_elses_is_sent(place: Path) -> None:
    service, journal = Counter(), Journal(place)
    await refer(service.seat(journal))
    await refer(service.seat(journal), "Sam")
    await refer(service.seat(journal, "hub-2"))

    assert service.asked == 3


async def test_a_refusal_is_an_answer_and_a_fault_is_none(place: Path) -> None:
    refusing, failing = Counter(422), Counter(500)
    for _ in range(2):
        with pytest.raises(SeatRefused) as refused:
            await refer(refusing.seat(Journal(place)))
        assert refused.value.refusals == [{"code": "no"}]
        with pytest.raises(SeatRefused):
            await refer(failing.seat(Journal(place)), "Sam")

    assert (refusing.asked, failing.asked) == (1, 2)


async def test_what_was_looked_at_to_act_on_it_is_seen_again_as_it_was(place: Path) -> None:
    service = Counter()
    seen = [await service.seat(Journal(place)).look("referral-hub/v1/referrals/1", NOW) for _ in range(2)]

    assert seen == [{"number": 1}] * 2


async def test_without_a_journal_everything_is_sent() -> None:
    service = Counter()
    assert [await refer(service.seat(None)) for _ in range(2)] == [{"number": 1}, {"number": 2}]


def test_what_was_written_is_there_after_the_process_is_killed(place: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", WRITES_AND_DIES, str(place)], check=False)

    assert killed.returncode == -signal.SIGKILL
    assert [Journal(place).answer(f"act {number}") for number in range(101)] == [
        *({"number": number} for number in range(100)),
        None,
    ]
