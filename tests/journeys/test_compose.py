"""What an ops team starts is what was tested: every service of the compose file, as it is declared there."""

import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path as Folder

import asyncpg
import httpx
import pytest
import yaml
from pydantic import SecretStr

from case_management.storage.document_store import DocumentStore, StoreUnavailable
from common.audit.keeping import CheckpointStore
from common.audit.signing import SigningKey
from common.contracts import every_topic
from common.messaging.reactions import heard_by
from common.store import Place
from common.town import Addresses
from common.web.signin import token_for_person
from console.auditing import verify
from console.doors import opened
from simulation.clock import at
from simulation.outcomes import Paper, achieved
from simulation.path import CASES, CLAIMS, Path
from simulation.seats import SeatRefused, Seats, SentFile, seated
from simulation.tables import adds_up
from simulation.walk import CLOSES_ON, MONTH
from tests.house.towns import SERVICES
from tests.journeys.parts import all_is_heard, is_loaded, kbop_is_loaded, somebody_new
from tests.journeys.test_the_thread import (
    LIFE,
    SEPTEMBER,
    a_corrected_outcome_is_verified_and_counted,
    approved,
    begun,
    placed,
)
from tests.journeys.vendor import LETTER, Vendor
from tests.parts import runbooks
from tests.parts.clamav import EICAR, why_no_clamd
from tests.parts.composed import Composed, ComposeFailed, Service, composed, declared, variables, with_what_it_needs
from tests.parts.eventually import eventually
from tests.parts.kafka import why_no_kafka
from tests.parts.papers import a_pdf_with
from tests.parts.postgres import connect, outside_the_loop
from tests.parts.sandbox import SANDBOX
from tests.parts.shared import ROOT
from tests.parts.store import why_no_store

HEARD = {
    service: {one.topic for one in heard_by(import_module(f"{service.replace('-', '_')}.events.heard").REACTIONS)}
    for service in SERVICES
}
"""The topics each service hears."""
DEVELOPMENT = variables(ROOT / "deploy" / "development.env") | {"CHECKPOINT_EVERY_SECONDS": "5"}

pytestmark = [pytest.mark.xdist_group("compose")]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder of secrets, as the ops team makes it."""
    folder = tmp_path_factory.mktemp("secrets")
    subprocess.run([sys.executable, "deploy/make-secrets.py", "--development", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def services(secrets: Folder) -> Mapping[str, Service]:
    return declared(DEVELOPMENT | {"SIMULATION": "true", "COMPOSE_PROFILES": "development,sandbox"}, secrets)


@pytest.fixture(scope="module")
def town(services: Mapping[str, Service], quick_folders: Callable[[], Folder]) -> Generator[Composed]:
    if reason := why_no_kafka() or why_no_store() or why_no_clamd():
        pytest.skip(reason)
    with composed(services, quick_folders()) as up:
        yield up


@pytest.mark.kafka
async def test_the_thread_goes_through_what_the_compose_file_starts(town: Composed) -> None:
    addresses = where(town)
    async with seated(addresses.issuer, addresses.services) as seats:
        await kbop_is_loaded(addresses)
        verified = await a_corrected_outcome_is_verified_and_counted(seats, addresses)
        await it_is_paid_by_a_statement(seats, verified["number"])
    documents = DocumentStore(in_the_store(town, "documents"))
    rows = await kept_keys(town)

    assert {one.key async for listed in documents.stored() for one in listed} == rows != set()


async def it_is_paid_by_a_statement(seats: Seats, number: str) -> None:
    finance = seats["prime-finance"]
    issued = await finance.post(f"{CLAIMS}/statements", at(CLOSES_ON), {"month": MONTH})
    statement = await finance.get(f"{CLAIMS}/statements/{issued['id']}", at(CLOSES_ON))
    lines = await finance.page(f"{CLAIMS}/statements/{issued['id']}/lines", at(CLOSES_ON))

    assert [line["claim_number"] for line in lines] == [number]
    assert adds_up(statement, lines)


@pytest.mark.kafka
async def test_malware_does_not_pass_the_scanner_that_the_compose_file_starts_nor_anything_without_it(
    town: Composed,
) -> None:
    addresses, before = where(town), await kept_keys(town)
    async with seated(addresses.issuer, addresses.services) as seats:
        await kbop_is_loaded(addresses)
        path = await begun(await placed(somebody_new(seats, SEPTEMBER)))
        found = await why_refused(path, a_pdf_with(EICAR))
        town.stop("clamav")
        unscanned = await why_refused(path, a_pdf_with(b"a letter"))
        read = await path.get(path.seat_at_provider("caseworker"), f"{CASES}/cases/{path.case_id}")
        nothing_new = await kept_keys(town) == before
        town.start("clamav")
        await path.upload(Paper("landlord-no-eviction", SEPTEMBER))

    assert (found.status, [one["code"] for one in found.refusals]) == (422, ["document_holds_malware"])
    assert (unscanned.status, unscanned.problem["type"]) == (503, "/problems/document-unscanned")
    assert (read["id"], nothing_new) == (path.case_id, True)
    assert len(await kept_keys(town) - before) == 1


@pytest.mark.kafka
async def test_the_sandbox_is_played_by_what_the_compose_file_starts(town: Composed) -> None:
    addresses = where(town)
    await is_loaded(addresses, ROOT / "programmes" / SANDBOX)
    async with httpx.AsyncClient(timeout=60) as client:
        vendor = Vendor(addresses, client, "horton")
        await vendor.set_clock("2019-09-03T08:00:00Z")
        group = await vendor.group()
        [member] = await eventually(lambda: vendor.placed_of(group), within=60)

        case = await vendor.case_of(member["participant_id"])
        document = await vendor.letter(case, Paper(LETTER, SEPTEMBER))
        facts = {"outcome": "ACC_PREV", "achieved_on": SEPTEMBER.isoformat(), "facts": {"ground": "eviction-threat"}}
        await vendor.done("POST", "case-management", f"cases/{case}/outcomes", facts | {"evidence": [document]})

        async def verified() -> bool:
            claim = await vendor.claim_of(member["participant_id"])
            return claim is not None and claim["state"] == "verified"

        assert await eventually(verified, within=60)


async def why_refused(path: Path, file: bytes) -> SeatRefused:
    form = {"kind": "landlord-no-eviction", "dated_on": SEPTEMBER.isoformat()}
    with pytest.raises(SeatRefused) as refused:
        await path.seat_at_provider("caseworker").upload(
            f"{CASES}/cases/{path.case_id}/documents", path.clock.pass_on(), SentFile("letter.pdf", file), form
        )
    return refused.value


@pytest.mark.kafka
async def test_every_audit_is_proved_by_checkpoints_in_the_store(town: Composed) -> None:
    """Signed with the keys that only the workers are given, taken there with an account of their own."""
    await kbop_is_loaded(where(town))  # reporting audits requests alone
    store = CheckpointStore(in_the_store(town, "checkpoints"))
    auditor = partial(token_for_person, town.url("issuer"), "auditor")
    keys = {
        service: SigningKey.of(SecretStr(town.secret(f"{service}-worker", "/run/secrets/audit_key"))).public
        for service in SERVICES
    }

    async def all_are_kept() -> bool:
        return all([[one async for one in store.kept(service, "kbop")] for service in SERVICES])

    await eventually(all_are_kept, within=120)
    async with opened({service: town.url(service) for service in SERVICES}, auditor) as doors:
        found = [await verify(doors, service, key, store) for service, key in keys.items()]
    assert [one for one in found if one.broken or not one.checkpoints] == []


@pytest.mark.kafka
@pytest.mark.timeout(600)
async def test_a_partnership_is_restored_as_the_runbook_says_and_goes_on(
    town: Composed, services: Mapping[str, Service], tmp_path: Folder
) -> None:
    """Backed up while people use it, everything destroyed, and its own backup all that is left."""
    stop, dump, start, pack = blocks("Back up")
    workers = [f"{service}-worker" for service in SERVICES]
    assert stop.split() == ["docker", "compose", "stop", *workers]
    assert start.split() == ["docker", "compose", "start", *workers]
    town.stop(*workers)
    town.shell(dump, tmp_path)
    kept = await everything(town)
    town.start(*workers)
    town.shell(pack, tmp_path)

    down, postgres, create, load, epochs, unpack, up = blocks("Restore")
    assert down == "docker compose down --volumes"
    assert postgres == "docker compose up --detach --wait postgres"
    assert up.startswith("ORPHANS_AFTER_HOURS=0 docker compose up")
    with ExitStack() as stack:
        again = Composed(services, tmp_path / "again", stack)
        again.start("postgres")
        for line in (create, load, epochs, unpack):
            again.shell(line, tmp_path)
        assert await everything(again) == kept
        again.up()
        addresses = where(again)
        async with seated(addresses.issuer, addresses.services) as seats:
            path = await begun(await placed(somebody_new(seats, SEPTEMBER)))
            await approved(path, achieved("ACC_PREV", SEPTEMBER, LIFE))
        found = await eventually(lambda: all_is_heard(addresses))

        assert all(tally.sound for tally in found.values())
        documents = DocumentStore(in_the_store(again, "documents"))
        rows = await kept_keys(again)
        assert {one.key async for listed in documents.stored() for one in listed} == rows != set()


def blocks(heading: str) -> list[str]:
    """The commands under a heading of the runbook, one a line."""
    first, *_ = [block for block in runbooks.blocks("compose") if block.heading == heading]
    return first.text.splitlines()


async def everything(town: Composed) -> dict[str, int]:
    """How many rows every table of every service has."""
    counted: dict[str, int] = {}
    for service in SERVICES:
        connection = await connect(database(town, service))
        for row in await connection.fetch("select relname from pg_stat_user_tables where schemaname = 'public'"):
            [[n]] = await connection.fetch(f'select count(*) from "{row["relname"]}"')  # noqa: S608 - the catalogue's own
            counted[f"{service}.{row['relname']}"] = n
        await connection.close()
    return counted


def in_the_store(town: Composed, bucket: str) -> Place:
    """A bucket as its account sees it, by the secret that the services are given."""
    secret = SecretStr(town.secret("buckets", f"/run/secrets/{bucket}_secret_key"))
    return Place(f"s3://{bucket}", f"http://{town.bootstrap('store', 7070)}", "us-east-1", bucket, secret)


async def kept_keys(town: Composed) -> set[str]:
    """Where documents' rows say that their bytes are."""
    connection = await connect(database(town, "case-management"))
    rows = await connection.fetch("select store_key from document")
    await connection.close()
    return {row["store_key"] for row in rows}


def where(town: Composed) -> Addresses:
    return Addresses(
        supervisor_pid=0,
        issuer=town.url("issuer"),
        services={service: town.url(service) for service in SERVICES},
        kafka=town.bootstrap("kafka", 9092),
        postgres="",
        logs=str(town.folder),
    )


def database(town: Composed, service: str) -> str:
    admin = town.secret("provision", "/run/secrets/admin_database_url")
    return admin.removesuffix("/postgres") + f"/{service.replace('-', '_')}"


@pytest.mark.kafka
@pytest.mark.parametrize("service", HEARD)
async def test_every_worker_reaches_the_feeds_of_whom_it_hears_with_a_token_of_its_own(
    town: Composed, service: str
) -> None:
    """A sweep has walked the announcer's log: the address in FEEDS, the client's secret, the issuer's address hold."""
    connection = await connect(database(town, service))
    try:

        async def swept() -> bool:
            found = await connection.fetch("select topic from edge where epoch is not null")
            return {row["topic"] for row in found} == HEARD[service]

        assert await eventually(swept)
    finally:
        await connection.close()


@pytest.mark.kafka
def test_processes_read_secrets_from_files_and_neither_are_told_nor_tell_them(town: Composed, secrets: Folder) -> None:
    kept = {file.read_text() for file in secrets.rglob("*") if file.is_file()}

    assert town.running
    for name, service in town.services.items():
        told = (*service.environment.values(), *service.command, *(service.health.test if service.health else ()))
        assert not [secret for secret in kept for word in told if secret in word], name
        assert not [secret for secret in kept if secret in town.log(name)], name


@pytest.mark.kafka
def test_every_topic_is_there_as_declared_before_anyone_announces(town: Composed) -> None:
    assert sorted(line.split()[2] for line in town.log("topics").splitlines() if "Created topic" in line) == sorted(
        f"{topic}." for topic in every_topic()
    )


def test_a_changed_secret_takes_effect_and_the_old_one_is_worth_nothing(
    services: Mapping[str, Service], secrets: Folder, tmp_path: Folder
) -> None:
    """As the runbook changes one: remove its files, make them again, start what reads them anew."""
    remove, make, up = blocks("Change a secret")
    few = with_what_it_needs(services, "claims", "buckets")
    old = {name: (secrets / name).read_text() for name in ("passwords/claims_main", "documents_secret_key")}
    assert remove == "rm deploy/secrets/passwords/claims_main deploy/secrets/claims_main_database_url"
    assert (make, up.split()[-1]) == ("python3 deploy/make-secrets.py", "--force-recreate")

    with composed(few, tmp_path / "composed"):
        pass
    for name in ("passwords/claims_main", "claims_main_database_url", "documents_secret_key"):
        (secrets / name).unlink()
    subprocess.run([sys.executable, *make.split()[1:], str(secrets)], cwd=ROOT, check=True)
    with composed(few, tmp_path / "composed") as again:
        admin = database(again, "claims")
        proved = outside_the_loop(may_sign_in(admin, "claims_main", (secrets / "passwords/claims_main").read_text()))
        refused = outside_the_loop(may_sign_in(admin, "claims_main", old["passwords/claims_main"]))
        place = in_the_store(again, "documents")
        former = replace(place, secret_key=SecretStr(old["documents_secret_key"]))
        looked = [outside_the_loop(may_look(one)) for one in (place, former)]

    assert (proved, refused, looked) == (True, False, [True, False])


async def may_sign_in(dsn: str, role: str, password: str) -> bool:
    where = dsn.rpartition("@")[2]
    try:
        connection = await connect(f"postgresql://{role}:{password}@{where}")
    except asyncpg.InvalidPasswordError:
        return False
    await connection.close()
    return True


async def may_look(place: Place) -> bool:
    try:
        _ = [one async for one in DocumentStore(place).stored()]
    except StoreUnavailable:
        return False
    return True


def test_every_process_of_ours_ends_by_itself_or_says_how_it_is(services: Mapping[str, Service]) -> None:
    ours = [one for one in services.values() if one.ours]

    assert [one.name for one in ours if not one.once and one.health is None] == []
    assert {one.name for one in ours} >= {
        name for service in SERVICES for name in (service, f"{service}-worker", f"{service}-migrate")
    }


def test_nobody_is_sent_to_an_address_that_leads_nowhere(services: Mapping[str, Service]) -> None:
    """In a container `localhost` is the container, outside no service has a name; some are names, not ways there."""
    for one in services.values():
        astray = {name for name, value in one.environment.items() if "localhost" in value or "127.0.0.1" in value}
        assert not one.ours or astray <= {"DOCS_ORIGINS", "ISSUER_URL", "PUBLIC_URL"}, one.name
        assert not any(f"//{other}" in one.environment.get("ISSUER_URL", "") for other in services)


@pytest.mark.parametrize("environment", ["development", "keycloak"])
def test_every_environment_offered_is_whole(environment: str, secrets: Folder) -> None:
    told = variables(ROOT / "deploy" / f"{environment}.env")
    services = declared(told, secrets)

    assert {"issuer", "keycloak"} & set(services) == {told["COMPOSE_PROFILES"].replace("development", "issuer")}
    assert [file for one in services.values() for file in one.secrets.values() if not file.exists()] == []


def test_nothing_starts_without_being_told_who_signs_people_in(secrets: Folder) -> None:
    with pytest.raises(ComposeFailed, match=r"ISSUER_URL is missing: copy deploy/development\.env"):
        declared({}, secrets)


WELL = ["CMD", "python", "-c", "pass"]
LASTING = ["python", "-c", "import time; time.sleep(60)"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"healthcheck": {"test": ["CMD", "python", "-c", "exit('ill')"], "interval": "100ms"}}, "not healthy: ill"),
        ({"healthcheck": {"test": ["CMD", "no-such-program"], "interval": "100ms"}}, "not healthy.*no-such-program"),
        ({"command": ["python", "-c", "exit(3)"], "healthcheck": {"test": ["CMD", "false"]}}, r"ended \(3\)"),
        ({"command": ["python", "-c", "import os; os.environ['LACKING']"], "restart": "no"}, "failed.*LACKING"),
        ({"command": ["cat", "/run/secrets/lacking"], "restart": "no"}, "failed.*lacking"),
        ({}, "declare a healthcheck"),
    ],
)
def test_what_does_not_come_up_as_declared_is_told(changed: dict[str, object], said: str, tmp_path: Folder) -> None:
    file = tmp_path / "compose.yml"
    one = {"image": "ours", "build": ".", "command": LASTING} | changed
    file.write_text(yaml.safe_dump({"services": {"one": one}}))
    with pytest.raises(ComposeFailed, match=f"(?s)one .*{said}"), composed(declared({}, tmp_path, file), tmp_path):
        pass


def test_who_waits_starts_when_what_it_waits_for_is_well(tmp_path: Folder) -> None:
    file = tmp_path / "compose.yml"
    ours = {"image": "ours", "build": "."}
    first = ours | {"command": ["sh", "-c", "touch /data/there; sleep 60"], "volumes": ["kept:/data"]}
    first |= {"healthcheck": {"test": ["CMD-SHELL", "test -f /data/there"]}}
    second = ours | {"command": ["cat", "/data/there"], "restart": "no", "volumes": ["kept:/data"]}
    second |= {"depends_on": {"z-first": {"condition": "service_healthy"}}}
    file.write_text(yaml.safe_dump({"services": {"a-second": second, "z-first": first}}))

    with composed(declared({}, tmp_path, file), tmp_path) as up:
        assert up.running["a-second"].returncode == 0
