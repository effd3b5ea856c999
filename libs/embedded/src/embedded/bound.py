"""Processes that end with the one that started them, however it ends."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from signal import SIGTERM, Signals

UNPRIVILEGED = "nobody"


def start(
    command: list[str],
    *,
    ending: Signals = SIGTERM,
    user_id: int | None = None,
    output: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process that is sent `ending` when we die, even by kill -9, and that Ctrl-C reaches only through us.

    `output` is a file descriptor for what it prints, or `subprocess.PIPE` to read its answers (its errors stay ours).
    `user_id` is another user to run as (needs root).

    Raises:
        RuntimeError: another user was asked for and `setpriv` is not on this machine.
    """
    return subprocess.Popen(  # noqa: S603 - every command is written in this package
        bound(command, ending, user_id),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output == subprocess.PIPE else output,
        env=environment,
        start_new_session=True,
    )


def unprivileged_user(owner_id: int) -> int | None:
    """Who runs what refuses to run as root: the folder's owner, else `nobody`; `None` when we are not root."""
    if os.geteuid() != 0:
        return None
    return owner_id or pwd.getpwnam(UNPRIVILEGED).pw_uid


def bound(command: list[str], ending: Signals = SIGTERM, user_id: int | None = None) -> list[str]:
    """The command as `start` runs it, for callers that start it themselves.

    Linux only; elsewhere the command stays as it is, and a killed parent leaves its children behind.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if user_id is not None:
            raise RuntimeError("PostgreSQL refuses to run as root, and setpriv is missing: run as another user.")
        return command
    prefix = [setpriv, f"--pdeathsig={ending.name.removeprefix('SIG')}"]
    if user_id is not None:
        # The data and the binaries may lie below a folder closed to others, such as /root.
        prefix += [f"--reuid={user_id}", f"--regid={pwd.getpwuid(user_id).pw_gid}", "--clear-groups"]
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [*prefix, "--", *command]
