"""Folders that live as long as a run, in memory where there is plenty: a busy disk takes twenty times as long.

A database of a test's own is some hundred files, and a town waits for the disk at each commit.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import psutil
import pytest

MEMORY, PLENTY = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - a folder of a name nobody knows is made in it


@contextmanager
def in_memory(otherwise: Path) -> Generator[Path]:
    """A folder in memory, or else the one given."""
    if MEMORY.is_dir() and min(psutil.virtual_memory().available, psutil.disk_usage(str(MEMORY)).free) > PLENTY:
        with TemporaryDirectory(dir=MEMORY, prefix="tests-", ignore_cleanup_errors=True) as place:
            yield Path(place)
    else:
        yield otherwise


@pytest.fixture(scope="session")
def quick_folders(tmp_path_factory: pytest.TempPathFactory) -> Generator[Callable[[], Path]]:
    """Makes folders as `tmp_path` is one, for what writes much."""
    with in_memory(tmp_path_factory.getbasetemp()) as base:
        yield lambda: Path(mkdtemp(dir=base))


@pytest.fixture
def quick_folder(quick_folders: Callable[[], Path]) -> Path:
    """One of a test's own."""
    return quick_folders()
