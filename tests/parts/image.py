"""The image's recipe carried out without an engine: each stage in a root folder of its own, line by line.

A stage begins with this machine's programs, read only, and its Python, where the recipe names an image of Debian with
another one. `COPY` takes what `.dockerignore` leaves, `RUN` is run by the shell within the folder (chroot), and so is
what is asked of the finished image, as its user, with nothing to be written but /tmp.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

from tests.parts.shared import ROOT

RECIPE = ROOT / "deploy" / "Dockerfile"
IGNORED = (ROOT / ".dockerignore").read_text().split()
OF_THE_MACHINE = ("usr", "bin", "sbin", "lib", "lib64")
SETTINGS = (
    "passwd",
    "group",
    "shadow",
    "gshadow",
    "login.defs",
    "nsswitch.conf",
    "resolv.conf",
    "hosts",
    "ssl",
    "pip.conf",
)
"""Of /etc: what names people, and the way to the packages."""
PYTHON = Path(sys.base_prefix)
WAY_TO_PACKAGES = re.compile(r"PIP_(?!FIND_LINKS)\w+|SSL_CERT_FILE|(?i:https?_proxy|no_proxy)")
"""What this machine's pip is told, by its environment."""


def why_no_root_folder() -> str | None:
    """What keeps this machine from running within a folder, in a sentence, or nothing."""
    if os.geteuid() != 0:
        return "A stage is run within a folder by root alone (chroot)"
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "This machine lets nobody mount: a stage cannot be run within a folder"


@dataclass(slots=True)
class Stage:
    """A stage of the recipe in its folder, with what it says of itself."""

    folder: Path
    place: str = "/"
    user: str = "0"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/image/bin:/usr/bin:/bin:/usr/sbin"})

    def begin(self) -> None:
        """The folder as a base image is: settings, a place for temporary files, and `python`."""
        for name in ("etc", "tmp", "proc", "dev", "image/bin", *(one for one in OF_THE_MACHINE)):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "tmp").chmod(0o1777)
        for name in SETTINGS:
            source = Path("/etc", name)
            if source.is_dir():
                shutil.copytree(source, self.folder / "etc" / name, symlinks=False, ignore_dangling_symlinks=True)
            elif source.exists():
                shutil.copy(source, self.folder / "etc" / name)
        (self.folder / PYTHON.relative_to("/")).mkdir(parents=True, exist_ok=True)
        (self.folder / "image/bin/python").symlink_to(PYTHON / "bin" / "python3")

    def run(self, command: Sequence[str], *, frozen: bool = False) -> "subprocess.CompletedProcess[str]":
        """Within the folder, as its user; `frozen`: nothing but /tmp can be written."""
        root = shlex.quote(str(self.folder))
        lines = ["mount --make-rprivate /", f"mount --rbind {root} {root}"]
        lines += [f"mount --bind -o ro /{name} {root}/{name}" for name in OF_THE_MACHINE if Path("/", name).exists()]
        lines += [f"mount --bind -o ro {PYTHON} {root}{PYTHON}", f"mount --rbind /dev {root}/dev"]
        lines += [f"mount -t proc proc {root}/proc || mount --rbind /proc {root}/proc"]
        if frozen:
            lines += [f"mount -o remount,bind,ro {root}", f"mount -t tmpfs tmpfs {root}/tmp"]  # noqa: S108 - its own
        as_whom = (
            ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"] if self.user != "0" else []
        )
        told = [f"{name}={value}" for name, value in self.environment.items()]
        within = ["/usr/bin/env", "-i", "-C", self.place, *told, *as_whom, *command]
        lines += [f"exec chroot {root} {shlex.join(within)}"]
        script = ["unshare", "--mount", "--pid", "--fork", "bash", "-euc", "\n".join(lines)]
        return subprocess.run(script, capture_output=True, text=True, check=False)

    def path(self, said: str) -> Path:
        """A path of the recipe, where it is on this machine."""
        return self.folder / os.path.normpath(os.path.join(self.place, said)).lstrip("/")  # noqa: PTH118 - the image's own


class RecipeFailed(Exception):
    """A line of the recipe cannot be carried out; the sentence says which, and why."""


def carried_out(folder: Path) -> Stage:
    """Every line of the recipe, one after the other; the last stage.

    Raises:
        RecipeFailed: a line fails, or asks for what is not there.
    """
    stages: dict[str, Stage] = {}
    stage = Stage(folder)
    for line in lines_of(RECIPE.read_text()):
        word, _, rest = line.partition(" ")
        match word:
            case "FROM":
                name = rest.partition(" AS ")[2] or "last"
                stage = stages[name] = Stage(folder / name)
                stage.begin()
            case "WORKDIR":
                stage.place = rest
                stage.path(".").mkdir(parents=True, exist_ok=True)
            case "ENV":
                for name, value in (one.split("=", 1) for one in shlex.split(rest)):
                    stage.environment[name] = value.replace("$PATH", stage.environment["PATH"])
            case "COPY":
                _copy(stage, stages, rest)
            case "USER":
                stage.user = rest
            case "RUN":
                _run(stage, rest)
            case "EXPOSE" | "CMD":
                pass
            case _:
                raise RecipeFailed(f"{line}: nothing here knows how to carry it out.")
    return stage


def _run(stage: Stage, said: str) -> None:
    packages = {name: value for name, value in os.environ.items() if WAY_TO_PACKAGES.fullmatch(name)}
    done = replace(stage, environment=packages | stage.environment).run(["/bin/sh", "-ec", said])
    if done.returncode:
        raise RecipeFailed(f"RUN {said}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def lines_of(recipe: str) -> list[str]:
    """Its instructions, each in one line."""
    whole = re.sub(r"\\\n\s*", "", recipe)
    return [line for line in whole.splitlines() if line and not line.startswith("#")]


def _copy(stage: Stage, stages: Mapping[str, Stage], said: str) -> None:
    *options, source, target = said.split()
    there = stages[options[0].removeprefix("--from=")].path(source) if options else ROOT / source
    if not options and f"!{source.split('/')[0]}" not in IGNORED:
        raise RecipeFailed(f"COPY {said}: .dockerignore leaves it out.")
    if not there.exists():
        raise RecipeFailed(f"COPY {said}: there is none.")
    here = stage.path(target)
    if there.is_dir():
        left_out = [one.removeprefix("**/") for one in IGNORED if one.startswith("**/") and not options]

        def ignored(_: str, names: list[str]) -> set[str]:
            return {name for name in names if any(fnmatch(name, pattern) for pattern in left_out)}

        shutil.copytree(there, here, symlinks=True, ignore=ignored, dirs_exist_ok=True)
    else:
        shutil.copy(there, here / there.name if target.endswith("/") else here)
