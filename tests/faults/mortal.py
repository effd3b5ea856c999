"""A PostgreSQL that is killed and started again on the same folder, as a supervisor would."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals

from embedded import postgres
from tests.parts.postgres import Databases


@dataclass(slots=True)
class MortalPostgres:
    """A server of its own that writes through to the disk: what it acknowledged must be there again."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    _server: "postgres.Postgres | None" = None
    life: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        if self._server is None:
            self._server = self.life.enter_context(postgres.running(self.folder / "data", self.settings))

    def revive(self) -> None:
        """Start it again if it has ended by itself."""
        if self._server is not None and self._server.process.poll() is not None:
            self._server = None
            self.life.close()
        self.start()

    def end(self, how: Signals) -> None:
        """`SIGQUIT` is an immediate shutdown, `SIGKILL` the death of the postmaster alone."""
        server = self._running
        server.process.send_signal(how)
        server.process.wait(30)
        self._server = None
        self.life.close()

    @property
    def databases(self) -> Databases:
        return Databases(str(self._running.sockets), self.folder)

    @property
    def _running(self) -> postgres.Postgres:
        if self._server is None:
            raise RuntimeError("PostgreSQL is not running.")
        return self._server


@contextmanager
def mortal_postgres_in(folder: Path, settings: Mapping[str, str] | None = None) -> Generator[MortalPostgres]:
    """A server in a folder, running; ended in good order on leaving."""
    server = MortalPostgres(folder, settings or {})
    server.start()
    with server.life:
        yield server
