"""Waits for documents and reads each in a child of its own, which can do nothing but read it.

`python -m case_management.reader`, its standard input a socket over which come the sockets of those who ask. It knows
no secret, and ends with whoever started it.
"""

import encodings
import gc
import importlib
import io
import json
import os
import pkgutil
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from case_management.domain.evidence import PDF

from .bounds import CPU_SECONDS, MEMORY_BYTES, READY, WALL_SECONDS
from .copy import Sheet, copy_of
from .look import look
from .pieces import Heading, Picture


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    prepare()
    control.send(READY)
    while True:
        message, descriptors, *_ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            read_one(socket.socket(fileno=descriptors[0]))
        for one in descriptors:
            os.close(one)


def prepare() -> None:
    """Have everything a child may need in memory: it opens no file."""
    Image.init()
    for one in pkgutil.iter_modules(encodings.__path__):
        with suppress(ImportError):
            importlib.import_module(f"encodings.{one.name}")
    copy_of([Heading("ready"), Picture(Image.new("RGB", (8, 8)))], Sheet(""))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()


def read_one(asker: socket.socket) -> None:
    """Read what is asked, answer, and end, whatever comes of it."""
    try:
        with asker.makefile("rwb") as talk:
            question = json.loads(talk.readline())
            content = talk.read(question["bytes"])
            sheet = Sheet(question["about"])
            bound()
            answer(talk, question["media_type"], content, sheet)
    finally:
        os._exit(0)


def bound() -> None:
    """No file or connection can be opened, nothing written, no process begun; so much time and memory, and no more."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # where memory is short, let it be this one
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        with suppress(ValueError, OSError):  # what a system does not bound
            resource.setrlimit(what, (most, most))


def answer(talk: io.BufferedRWPair | BinaryIO, media_type: str, content: bytes, sheet: Sheet) -> None:
    error, copy = "", b""
    try:
        document = look(media_type, content)
        findings = sorted(document.found)
        if not findings and media_type != PDF:
            copy = copy_of(document.pieces, sheet)
    except (Exception, MemoryError) as stumbled:
        findings, error = ["not-readable"], type(stumbled).__name__
    talk.write(json.dumps({"found": findings, "bytes": len(copy), "error": error}).encode() + b"\n" + copy)
    talk.flush()


if __name__ == "__main__":
    sys.exit(main())
