"""Have the whole of a document read in a process of its own; whether it is accepted, the domain says."""

import asyncio
import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from asyncio import Lock, Semaphore
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

import structlog
from prometheus_client import Counter

from case_management.domain.evidence import Finding
from case_management.reader.bounds import MOST_COPY_BYTES, READY, WALL_SECONDS

AT_ONCE = 2
"""Documents read at one time by one process of the service, each of another organisation.

The others wait, without a connection to the database: an organisation's documents for each other, and organisations in
turn, so that nobody's hundred slow ones make another wait for more than one of each who came before.
"""
CHUNK_BYTES = 256 * 1024
SPARE_SECONDS = 5

UNREAD = Counter("outcomes_documents_unread", "Documents not taken, because reading them went past its bounds")

log = structlog.get_logger()


class ReaderUnavailable(Exception):
    """The process that reads documents does not start."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in the whole of a document, and the copy for reading; none of a PDF, which is one."""

    found: frozenset[Finding]
    copy: bytes = b""


class Reader:
    """The process that reads documents, started when it is first asked and again if it ended."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "reader")
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)
        self._places = Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """Of the process that reads, once there is one."""
        return self._process.pid if self._process else None

    async def read(self, whose: str, media_type: str, file: BinaryIO, size: int, about: str) -> Reading:
        """Read a document of an organisation, in its turn, as what it is sent as; the file is left at its beginning.

        Raises:
            ReaderUnavailable: nobody reads documents now.
        """
        question = {"media_type": media_type, "bytes": size, "about": about}
        return await asyncio.shield(asyncio.create_task(self._in_turn(whose, question, file)))

    async def _in_turn(self, whose: str, question: Mapping[str, Any], file: BinaryIO) -> Reading:
        async with self._turns[whose], self._places:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, question, file)

    def _ask(self, question: Mapping[str, Any], file: BinaryIO) -> Reading:
        try:
            answer, copy = self._talk(question, file)
        except (OSError, ValueError, KeyError) as error:
            answer, copy = _unread(type(error).__name__), b""
        if answer["error"]:
            UNREAD.inc()
            log.warning("documents.unread", error=answer["error"])
        return Reading(frozenset(answer["found"]), copy)

    def _talk(self, question: Mapping[str, Any], file: BinaryIO) -> tuple[dict[str, Any], bytes]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._pass_on(theirs)
            ours.settimeout(WALL_SECONDS + SPARE_SECONDS)
            ours.sendall(json.dumps(question).encode() + b"\n")
            file.seek(0)
            while chunk := file.read(CHUNK_BYTES):
                ours.sendall(chunk)
            file.seek(0)
            with ours.makefile("rb") as reply:
                answer = json.loads(reply.readline())
                copy = reply.read(min(answer["bytes"], MOST_COPY_BYTES))
        if len(copy) != answer["bytes"]:
            raise ValueError("cut off")
        return answer, copy

    def _pass_on(self, theirs: socket.socket) -> None:
        with self._lock:
            try:
                if self._control is None or self._process is None or self._process.poll() is not None:
                    self._control = self._start()
                socket.send_fds(self._control, [b"d"], [theirs.fileno()])
            except OSError as error:
                raise ReaderUnavailable(type(error).__name__) from error

    def _start(self) -> socket.socket:
        """With nothing of ours in its surroundings: no secret, no folder, no setting."""
        self._end()
        control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "case_management.reader"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                cwd="/",
            )
        control.settimeout(WALL_SECONDS)
        if control.recv(len(READY)) != READY:
            control.close()
            raise ReaderUnavailable("it ended before it was ready")
        return control

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait(WALL_SECONDS)
        self._control = self._process = None

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        with self._lock:
            self._end()


def _unread(error: str) -> dict[str, Any]:
    return {"found": ["not-readable"], "error": error}


@cache
def the_reader() -> Reader:
    """One for the whole process of the service; it ends with it."""
    reader = Reader()
    atexit.register(reader.close)
    return reader
