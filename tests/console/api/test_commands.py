import json
import shutil
import sys
from pathlib import Path

import jwt
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from typer.testing import CliRunner, Result

from console.addresses import SERVICES
from console.main import app
from tests.parts.live import live

KBOP = Path(__file__).parents[3] / "programmes/kbop"
NOBODY_HOME = {"OUTCOMES_ISSUER": "http://127.0.0.1:9", "COLUMNS": "200"}


def outcomes(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env=NOBODY_HOME | environment)


def test_signing_in_prints_a_token_of_that_person(issuer: str) -> None:
    signed_in = outcomes("sign-in", "caseworker.horton", OUTCOMES_ISSUER=issuer)

    claims = jwt.decode(signed_in.stdout.strip(), options={"verify_signature": False})
    assert (claims["org"], claims["roles"]) == ("horton", ["caseworker"])


def test_nobody_signs_in_as_nobody(issuer: str) -> None:
    refused = outcomes("sign-in", "nobody", OUTCOMES_ISSUER=issuer)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "nobody" in refused.stderr


@pytest.mark.parametrize("command", [("sign-in", "hub-1"), ("reconcile",), ("events", "list", "--state", "parked")])
def test_without_a_town_each_command_says_who_did_not_answer(command: tuple[str, ...]) -> None:
    ended = outcomes(*command)

    assert ended.exit_code == 1
    assert "No answer from 127.0.0.1:9:" in ended.stderr


def test_the_shipped_programme_is_sound() -> None:
    checked = outcomes("programme", "check", str(KBOP))

    assert (checked.exit_code, checked.stdout) == (0, f"{KBOP} is sound.\n")


def test_a_fault_in_a_folder_is_named_with_its_place_and_its_remedy(tmp_path: Path) -> None:
    shutil.copytree(KBOP, tmp_path, dirs_exist_ok=True)
    providers = tmp_path / "providers.toml"
    providers.write_text(providers.read_text().replace('rate_card = "pdap"', 'rate_card = "none"\nsurprise = 1'))

    checked = outcomes("programme", "check", str(tmp_path))
    loaded = outcomes("programme", "load", str(tmp_path))
    assert (checked.exit_code, loaded.exit_code) == (1, 1)
    assert "providers.toml" in checked.stdout
    assert ".surprise" in checked.stdout
    assert "Remove it, or correct its name." in checked.stdout
    assert "to put right first" in loaded.stderr


def test_addresses_that_cannot_be_meant_are_refused() -> None:
    ended = outcomes("reconcile", OUTCOMES_URLS="claims=http://elsewhere")

    assert ended.exit_code == 2
    assert "OUTCOMES_URLS" in ended.stderr


NOWHERE = "/dev/null/nowhere"
AN_ID = "0197a5c2-7f1e-7b1a-9c55-0a5d7b6f8e01"
A_STREAM = ("--topic", "cases", "--subject", "participant/x")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("--town", NOWHERE, "reconcile"), "No town is open in"),
        (("--issuer", "nonsense", "sign-in", "hub-1"), "is no address"),
        (("--urls", '{"clams": "http://x"}', "reconcile"), "There is no service called clams"),
        (("programme", "check", NOWHERE), "does not exist"),
        (("programme", "load", NOWHERE), "does not exist"),
        (("rate-card", "simulate", NOWHERE), "does not exist"),
        (("rate-card", "simulate", "--from", "yesterday"), "does not match the"),
        (("rate-card", "simulate", "--change", "x"), "valid UUID"),
        (("rate-card", "show", "../rate-cards"), "valid UUID"),
        (("rate-card", "accept", "x"), "valid UUID"),
        (("rate-card", "withdraw", "x", "--reason", "y"), "valid UUID"),
        (("audit", "who-saw", "x"), "valid UUID"),
        (("audit", "verify", "--checkpoints", NOWHERE), "There is no folder"),
        (("audit", "verify", "--checkpoints", "gopher://x"), "Checkpoints cannot be read from gopher://x"),
        (("audit", "public-key", NOWHERE), "cannot be read"),
        (("audit", "public-key", sys.executable), "is no signing key"),
        (("events", "retry", "--service", "clams", *A_STREAM), "clams does not hear cases"),
        (("events", "hear-again", "--service", "claims", "--topic", "clams"), "claims does not hear clams"),
        (("events", "list", "--state", "lost"), "is not one of"),
        (("rate-card", "show", AN_ID), "No answer from 127.0.0.1:9: ConnectError. Open the town"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(command: tuple[str, ...], told: str) -> None:
    ended = outcomes(*command)

    assert (ended.exit_code in (1, 2), type(ended.exception)) == (True, SystemExit)
    assert told in " ".join(ended.stderr.replace("│", " ").split())


@pytest.mark.parametrize("token", ["two words", "töken", "two\nlines"])
def test_what_is_no_token_is_sent_to_nobody(token: str) -> None:
    ended = outcomes("reconcile", OUTCOMES_TOKEN=token)

    assert (ended.exit_code, type(ended.exception)) == (1, SystemExit)
    assert "OUTCOMES_TOKEN holds no token" in ended.stderr


def test_an_address_where_something_else_answers_is_no_issuer_and_no_service(issuer: str) -> None:
    """A web page is at both; and what signs people in is no service."""
    page = FastAPI()

    @page.get("/{path:path}", response_class=HTMLResponse)
    def welcome(path: str) -> str:
        return f"<h1>Welcome to {path}</h1>"

    with live(page) as there:
        nobody = outcomes("sign-in", "hub-1", OUTCOMES_ISSUER=there)
        urls = json.dumps(dict.fromkeys(SERVICES, there))
        nothing = outcomes("rate-card", "list", OUTCOMES_ISSUER=issuer, OUTCOMES_URLS=urls)
    with live(FastAPI()) as empty:
        absent = outcomes("sign-in", "hub-1", OUTCOMES_ISSUER=empty)

    assert [type(one.exception) for one in (nobody, nothing, absent)] == [SystemExit] * 3
    assert "is no issuer" in nobody.stderr
    assert "is not claims: say where it is" in nothing.stderr
    assert "signs nobody in" in absent.stderr


SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
"""The first pair of RFC 8032 §7.1."""


def test_the_public_half_of_a_signing_key_is_printed_and_never_the_secret_one(tmp_path: Path) -> None:
    secret, short = tmp_path / "claims_audit_key", tmp_path / "short"
    secret.write_text(f"{SEED}\n")
    short.write_text(SEED[:20])

    printed = outcomes("audit", "public-key", str(secret))
    unusable = outcomes("audit", "public-key", str(short))
    absent = outcomes("audit", "public-key", str(tmp_path / "absent"))

    assert (printed.exit_code, printed.stdout) == (0, f"{PUBLIC}\n")
    assert (unusable.exit_code, unusable.stdout, SEED[:20] in unusable.stderr) == (1, "", False)
    assert "64 hexadecimal digits" in unusable.stderr
    assert (absent.exit_code, "absent" in absent.stderr) == (1, True)


def test_keys_that_cannot_be_read_verify_nothing(tmp_path: Path) -> None:
    refused = outcomes("audit", "verify", "--checkpoints", str(tmp_path), "--keys", "claims")

    assert (refused.exit_code, "JSON object" in refused.stderr) == (2, True)
