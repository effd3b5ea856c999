"""A fresh clone opens: in whose home it lies, whoever types the command, and whatever Python they have."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from hashlib import sha256
from itertools import product
from pathlib import Path
from signal import SIGINT

import pytest

from embedded.bound import unprivileged
from tests.parts.shared import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin", "x86_64-apple-darwin")
PACKAGERS = Path("/usr/lib/python3/dist-packages")
"""Where Debian's Python has its pip."""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be root, or another user")


@pytest.fixture
def closed() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="a home closed to others ") as folder:
        yield Path(folder)


@pytest.fixture
def clone(closed: Path) -> Path:
    """What a clone of this working copy would have, in a folder only its owner may enter."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("this is no clone of a git repository")
    for name in filter(None, found.stdout.split("\0")):
        if (ROOT / name).exists():
            (closed / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, closed / "clone" / name)
    return closed / "clone"


def plain(folder: Path) -> int:
    """A user who is not root, and owns the folder."""
    user = unprivileged()
    for one in (folder, *folder.rglob("*")):
        os.chown(one, user, user)
    return user


def python_for(user: int) -> str:
    """A Python that this user may run, which in a closed home of root they may not."""
    for python in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        try:
            ask = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
            if subprocess.run(ask, user=user, group=user, extra_groups=[], check=False).returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip("no Python 3.11 that a plain user may run is on this machine")


def environment(python: str) -> dict[str, str]:
    """What a container gives: a path, and no home. What tells pip its index stays."""
    told = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP", "NO_PROXY"))}
    return told | {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHON": python}


def opens(clone: Path, python: str, user: int | None = None) -> None:
    with subprocess.Popen(
        ["make", "up", "PORT=0", "DATA=data of mine"],
        cwd=clone,
        env=environment(python),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    ) as make:
        assert make.stdout is not None
        said = ""
        for line in make.stdout:
            said += line
            if line.startswith("The town is open"):
                os.killpg(make.pid, SIGINT)
        make.wait()
    if "No matching distribution" in said and "Retrying" in said:
        pytest.skip("no package index is in reach")
    assert "The town is open" in said, said
    assert (clone / "data of mine" / "postgres" / "PG_VERSION").exists()


@pytest.mark.town
@as_root
def test_it_opens_for_root_in_a_home_closed_to_others(clone: Path) -> None:
    opens(clone, os.path.realpath(sys.executable))


@pytest.mark.town
@as_root
def test_it_opens_for_a_plain_user(clone: Path) -> None:
    user = plain(clone.parent)

    opens(clone, python_for(user), user)


def without(*folders: Path) -> list[str]:
    """A command's world in which these folders are empty, and its user plain."""
    hidden = " && ".join(f"mount -t tmpfs none '{folder}'" for folder in folders if folder.exists())
    become = f"exec setpriv --reuid={unprivileged()} --regid={unprivileged()} --clear-groups --"
    return ["unshare", "--mount", "sh", "-c", f'{hidden} && {become} "$@"', "sh"]


def bootstrapped(clone: Path, *hidden: Path) -> "subprocess.CompletedProcess[str]":
    user = plain(clone.parent)
    within = without(*hidden)
    if subprocess.run([*within, "true"], capture_output=True, check=False).returncode:
        pytest.skip("namespaces of mounts are not allowed on this machine")
    command = [*within, "deploy/bootstrap.sh", "requirements.lock"]
    told = environment(python_for(user))
    return subprocess.run(command, cwd=clone, env=told, capture_output=True, text=True, check=False)


def ensurepip() -> Path:
    """What Debian leaves out where `python3-venv` is not installed."""
    ask = [python_for(unprivileged()), "-c", "import ensurepip; print(ensurepip.__path__[0])"]
    return Path(subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() or "/nonexistent")


@as_root
def test_without_python3_venv_it_is_installed_by_a_pip_outside(clone: Path) -> None:
    outcome = bootstrapped(clone, ensurepip())

    assert outcome.returncode == 0, outcome.stderr
    assert (clone / ".venv" / "made-of-requirements.lock").exists()


@as_root
def test_without_python3_venv_and_pip_it_says_what_to_install(clone: Path) -> None:
    outcome = bootstrapped(clone, ensurepip(), PACKAGERS)

    assert outcome.returncode == 1
    assert "install its venv module (Debian: apt-get install python3-venv)" in outcome.stderr


def test_a_python_that_is_not_there_is_named(clone: Path) -> None:
    outcome = subprocess.run(
        ["make", "up", "PYTHON=python2.7"], cwd=clone, env=environment(""), capture_output=True, text=True, check=False
    )

    assert outcome.returncode != 0
    assert "Python 3.11 or newer is needed, and python2.7 is not" in outcome.stderr


def test_every_pin_has_a_wheel_for_every_python_and_machine_we_promise() -> None:
    """`make lock` tries them all, for it has the index; here it is only seen that it tried these very locks."""
    known = Path("deploy/wheels.txt").read_text().splitlines()
    tried = {f"lock {sha256(Path(lock).read_bytes()).hexdigest()} {lock}" for lock in LOCKS}

    assert set(known) == tried | {f"wheels {' '.join(one)}" for one in product(LOCKS, PYTHONS, MACHINES)}


def test_help_fits_a_terminal() -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    told = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, env=plain).stdout.splitlines()
    assert "make demo" in told[1]
    assert [line for line in told if len(line) > 80] == []
