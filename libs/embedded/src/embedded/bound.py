"""Processes that end with the one that started them, however it ends."""

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM, Signals

from . import launch

UNPRIVILEGED = "nobody"
UNPRIVILEGED_ID = 65534


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs a process that may not run as we do.

    `in_name_only`: called so in a namespace of the kernel, where every file stays ours; else truly that user.
    """

    user_id: int
    in_name_only: bool = False

    def give(self, folder: Path) -> None:
        """Make it the owner of a folder, as far as it is not us."""
        if not self.in_name_only:
            os.chown(folder, self.user_id, -1)


def start(
    command: list[str],
    *,
    ending: Signals = SIGTERM,
    account: Account | None = None,
    output: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that is sent `ending` when we die, even by kill -9, and that Ctrl-C reaches only through us.

    `output` is a file descriptor for what it prints, or `subprocess.PIPE` to read its answers (its errors stay ours).
    """
    return subprocess.Popen(  # noqa: S603 - every command is written in this package
        bound(command, ending, account),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output == subprocess.PIPE else output,
        env=environment,
        start_new_session=True,
    )


def unprivileged() -> int:
    """The user of every Unix who owns nothing."""
    try:
        return pwd.getpwnam(UNPRIVILEGED).pw_uid
    except KeyError:
        return UNPRIVILEGED_ID


def is_root() -> bool:
    return os.geteuid() == 0


def bound(command: list[str], ending: Signals = SIGTERM, account: Account | None = None) -> list[str]:
    """The command as `start` runs it, for callers that start it themselves.

    Elsewhere than on Linux a killed parent leaves its children behind.
    """
    as_whom: list[str] = []
    if account is not None:
        as_whom = ["--rename-to" if account.in_name_only else "--switch-to", str(account.user_id)]
    elif sys.platform != "linux":
        return command
    ours = ["--parent", str(os.getpid()), "--ending", str(int(ending))]
    return [sys.executable, "-I", "-S", launch.__file__, *ours, *as_whom, "--", *command]
