"""What the demo keeps beside the town's data, so that a second start knows what was walked and adds nothing."""

from datetime import date, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel

from rulebook.calendar import months_after

from .clock import at
from .path import Mark
from .seats import Json

MONTHS = 55
"""September 2019 to March 2024, the months of the published figures."""


class StepRecord(BaseModel):
    on: date
    who: str
    what: str
    mark: Mark


class PathRecord(BaseModel):
    title: str
    name: str
    provider_id: str
    steps: list[StepRecord]


class Subscription(BaseModel):
    """The council's webhook, and the secret with which its messages are signed in this town."""

    id: str
    secret: str


class Demo(BaseModel):
    """A demo begun in a data folder. One that was interrupted goes on with the same people: what was done already is in
    the journal, and what was under way has its key."""

    seed: int = 7
    participants: int = 200
    months: int = MONTHS
    paths: list[PathRecord] = []
    before: Json = {}
    """The partnership's tracker before the walk."""
    finished: bool = False
    council: Subscription | None = None
    """Who is told over HTTP; none in a demo that was begun before anybody was."""

    @property
    def last_day(self) -> date:
        """Of the last month played."""
        return months_after(date(2019, 9, 1), self.months) - timedelta(days=1)

    @property
    def looked_at(self) -> datetime:
        """When what came of it is looked at."""
        return at(self.last_day + timedelta(days=10))

    @staticmethod
    def place(data: Path) -> Path:
        return data / "demo.json"

    @staticmethod
    def journal_in(data: Path) -> Path:
        """What was done, act by act."""
        return data / "demo.acts"

    @classmethod
    def begun_in(cls, data: Path) -> "Demo | None":
        """The demo of this folder, if there is one."""
        place = cls.place(data)
        return cls.model_validate_json(place.read_text()) if place.exists() else None

    def keep(self, data: Path) -> None:
        new_file = self.place(data).with_suffix(".new")
        new_file.write_text(self.model_dump_json(indent=1))
        new_file.rename(self.place(data))
