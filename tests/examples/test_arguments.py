"""The examples as somebody meets them who has not read them: one sentence that says what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from common.ids import new_id
from tests.parts.python_client import run, why_no_client

FOLDER = Path("docs/examples").resolve()


def said(example: str, *arguments: str, cwd: Path) -> str:
    command = [sys.executable, str(FOLDER / example), *arguments]
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with a file that holds a token, as far as anyone can tell, and one that holds none."""
    (tmp_path / "token").write_text("a.b.c\n")
    (tmp_path / "picture").write_bytes(b"\xff\xd8\xff\xe0" * 100)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say where Kafka is, the topic and a file to keep"),
        (("127.0.0.1:9", "public.claims"), "Say where Kafka is"),
        (("127.0.0.1:9", "public.claims", "new"), "Kafka at 127.0.0.1:9 cannot be read"),
        (("127.0.0.1:nine", "public.claims", "new"), "Kafka at 127.0.0.1:nine cannot be read"),
        (("127.0.0.1:9", "public.claims", "picture"), "picture cannot be kept"),
        (("127.0.0.1:9", "public.claims", "nowhere/new"), "nowhere/new cannot be kept"),
    ],
)
def test_the_consumer_over_kafka_says_what_is_wrong(arguments: tuple[str, ...], sentence: str, kept: Path) -> None:
    [only] = said("council_consumer.py", *arguments, cwd=kept).splitlines()
    assert only.startswith(sentence)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say where claims is, a file with a token and a file to keep"),
        (("http://127.0.0.1:9", "token", "new"), "http://127.0.0.1:9 has no feed"),
        (("claims", "token", "new"), "claims has no feed"),
        (("http://127.0.0.1:nine", "token", "new"), "http://127.0.0.1:nine has no feed"),
        (("http://127.0.0.1:9", "nowhere", "new"), "nowhere holds no token"),
        (("http://127.0.0.1:9", "picture", "new"), "picture holds no token"),
        (("http://127.0.0.1:9", "token", "picture"), "picture cannot be kept"),
        (("http://127.0.0.1:9", "token", "nowhere/new"), "nowhere/new cannot be kept"),
    ],
)
def test_the_consumer_of_the_feed_says_what_is_wrong(arguments: tuple[str, ...], sentence: str, kept: Path) -> None:
    [only] = said("feed_consumer.py", *arguments, cwd=kept).splitlines()
    assert only.startswith(sentence)


def test_a_service_without_a_feed_or_with_another_token_is_told_by_its_answer(kept: Path, issuer: str) -> None:
    [only] = said("feed_consumer.py", issuer, "token", "new", cwd=kept).splitlines()
    assert only.startswith(f"{issuer} answered 404")


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    if reason := why_no_client():
        pytest.skip(reason)
    monkeypatch.setenv("CLIENT_SECRET", "guessed")
    return "guessed"


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    ("at", "wrong", "sentence"),
    [
        (4, "somebody", "argument participant_id: 'somebody' is no id of a participant"),
        (5, "nowhere", "nowhere is no file: name the landlord's letter"),
        (6, "yesterday", "argument day: 'yesterday' is no day: write it as 2023-05-31"),
        (0, "http://127.0.0.1:9", "No answer ("),
        (0, "issuer", "No answer ("),
        (3, "nobody", "The issuer answered 401"),
    ],
)
def test_the_providers_program_says_what_is_wrong(at: int, wrong: str, sentence: str, kept: Path, issuer: str) -> None:
    away, day = "http://127.0.0.1:9", "2019-09-03"
    told = [issuer, away, away, "provider-system.horton", str(new_id()), str(kept / "picture"), day]

    ended = run(FOLDER / "provider_client.py", *told[:at], wrong, *told[at + 1 :])

    assert ended.returncode in (1, 2)
    assert "Traceback" not in ended.stderr
    assert sentence in ended.stderr.splitlines()[-1]


def test_the_providers_program_asks_for_its_secret(secret: str, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLIENT_SECRET")
    ended = run(FOLDER / "provider_client.py", "i", "c", "c", "s", str(new_id()), str(kept / "picture"), "2019-09-03")

    assert (ended.returncode, secret in ended.stderr) == (2, False)
    assert "CLIENT_SECRET" in ended.stderr.splitlines()[-1]
