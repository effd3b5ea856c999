"""What a child does before it becomes the program it was started for: be another account, and be bound to its parent.

Run as a script, `python -I -S launch.py …`, so that it needs no tool that a small container lacks and leaves no process
of its own behind. The numbers are those of the Linux headers; Python 3.11 has no names for them.
"""

import argparse
import ctypes
import os
import pwd
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_GET_SECUREBITS, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 1, 27, 28, 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION = 0x20080522
CLONE_NEWUSER = 0x10000000
REFUSED = 126
LINUX = sys.platform == "linux"


def switch(user_id: int) -> None:
    """Become another user who, on Linux, still enters every folder: the programs may lie in one closed to others.

    Without the securebit, access(2) would forget the capability that open(2) honours, and initdb asks access(2).
    """
    group_id = group_of(user_id)
    if LINUX:
        _call(
            "prctl", PR_SET_SECUREBITS, _call("prctl", PR_GET_SECUREBITS, 0, 0, 0, 0) | SECBIT_NO_SETUID_FIXUP, 0, 0, 0
        )
    os.setgroups([])
    os.setgid(group_id)
    os.setuid(user_id)
    if LINUX:
        low = 1 << CAP_DAC_OVERRIDE
        header, sets = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)(low, low, low)
        _call("capset", header, sets)
        _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def rename(user_id: int) -> None:
    """Be called another user in a namespace of our own; every file stays ours."""
    group_id = group_of(user_id)
    own_user, own_group = os.geteuid(), os.getegid()
    _call("unshare", CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user_id} {own_user} 1")
    Path("/proc/self/gid_map").write_text(f"{group_id} {own_group} 1")


def group_of(user_id: int) -> int:
    try:
        return pwd.getpwuid(user_id).pw_gid
    except KeyError:
        return user_id


def bind(parent: int, ending: int) -> None:
    """Be sent `ending` when the parent dies; its last act, for whoever changes account is forgotten."""
    if LINUX:
        _call("prctl", PR_SET_PDEATHSIG, ending, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(REFUSED)


def _call(name: str, *arguments: object) -> int:
    answer: int = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return answer


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Start a program that ends with its parent.")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--ending", type=int, required=True)
    account = parser.add_mutually_exclusive_group()
    account.add_argument("--switch-to", type=int)
    account.add_argument("--rename-to", type=int)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    try:
        if options.switch_to is not None:
            switch(options.switch_to)
        if options.rename_to is not None:
            rename(options.rename_to)
        bind(options.parent, options.ending)
        os.execvp(options.command[0], options.command)  # noqa: S606 - every command is written in our packages
    except OSError as why:
        sys.stderr.write(f"{options.command[0]} could not be started: {why}\n")
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
