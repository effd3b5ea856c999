"""A broker that speaks Kafka on loopback and keeps everything in memory: librdkafka's own, in a process of its own.

It has one member a group, drops data past 5 MiB or 100,000 batches a partition without a word, changes port and forgets
at exit; relays stay close to their hearers and the feeds heal the rest. Python's client can only choose the number of
brokers; through the library itself topics have the partitions we want and a first hearer does not wait three seconds.
"""

import argparse
import ctypes
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from confluent_kafka import cimpl

from common.contracts import every_topic

from .bound import start

PARTITIONS = 4
TOPICS = tuple(every_topic())
PRODUCER = 0
FETCH_WAIT_MS = 20
"""It answers a waiting fetch when its wait is over, whatever came meanwhile."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker: the address clients start from, and the process to signal."""

    bootstrap: str
    process: subprocess.Popen[bytes]


@contextmanager
def running(topics: Sequence[str] = TOPICS, partitions: int = PARTITIONS) -> Generator[Broker]:
    """The in-process broker in a process of its own; ended on leaving. Other topics appear on first use, in four parts.

    Raises:
        RuntimeError: it ended before it had an address.
    """
    command = [sys.executable, "-m", "embedded.broker", "--partitions", str(partitions), *topics]
    with start(command, output=subprocess.PIPE) as process:
        try:
            bootstrap = process.stdout.readline().decode().strip() if process.stdout else ""
            if not bootstrap:
                raise RuntimeError("The broker ended before it had an address.")
            yield Broker(bootstrap, process)
        finally:
            process.terminate()


def host(topics: Sequence[str], partitions: int) -> str:
    """Host the broker in this process until it ends; returns its address."""
    library = _library()
    settings = library.rd_kafka_conf_new()
    library.rd_kafka_conf_set(settings, b"log_level", b"3", None, 0)
    cluster = library.rd_kafka_mock_cluster_new(library.rd_kafka_new(PRODUCER, settings, None, 0), 1)
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 0)
    for topic in topics:
        library.rd_kafka_mock_topic_create(cluster, topic.encode(), partitions, 1)
    return library.rd_kafka_mock_cluster_bootstraps(cluster).decode()


def _library() -> ctypes.CDLL:
    """The librdkafka that confluent-kafka carries, reached through the module that is linked to it."""
    library = ctypes.CDLL(cimpl.__file__)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, gives, takes in (
        ("rd_kafka_conf_new", pointer, []),
        ("rd_kafka_conf_set", number, [pointer, text, text, pointer, ctypes.c_size_t]),
        ("rd_kafka_new", pointer, [number, pointer, pointer, ctypes.c_size_t]),
        ("rd_kafka_mock_cluster_new", pointer, [pointer, number]),
        ("rd_kafka_mock_cluster_bootstraps", text, [pointer]),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, [pointer, ctypes.c_int32]),
        ("rd_kafka_mock_topic_create", number, [pointer, text, number, number]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = gives, takes
    return library


def main() -> None:
    """Print the address on the first line, then serve until told to end."""
    arguments = argparse.ArgumentParser(description="A Kafka broker in memory, for development and tests.")
    arguments.add_argument("--partitions", type=int, default=PARTITIONS)
    arguments.add_argument("topics", nargs="*")
    options = arguments.parse_args()
    endings = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)
    sys.stdout.write(host(options.topics, options.partitions) + "\n")
    sys.stdout.flush()
    signal.sigwait(endings)


if __name__ == "__main__":
    main()
