from pathlib import Path

import pytest

from common.town import Addresses, announce_addresses, announcement_in
from console.addresses import ISSUER, SERVICES, Here, UnreadableAddresses, edges, find_town

OPEN = Addresses(
    supervisor_pid=1,
    issuer="http://127.0.0.1:40000",
    services={service: f"http://127.0.0.1:{40010 + at}" for at, service in enumerate(SERVICES)},
    kafka="127.0.0.1:40020",
    postgres="",
    logs="",
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whoever asks stands in a folder without a town."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def open_town(data: Path) -> Path:
    data.mkdir()
    announce_addresses(announcement_in(data), OPEN)
    return data


def test_the_usual_addresses_hold_where_no_others_are_told() -> None:
    assert find_town(None, None, None) == Here(ISSUER, dict(SERVICES))
    told = find_town(None, None, '{"claims": "https://claims.example"}')
    assert told == Here(ISSUER, {**SERVICES, "claims": "https://claims.example"})


def test_a_town_is_found_by_its_folder_on_any_ports() -> None:
    data = open_town(Path("there"))

    assert find_town(data, None, None) == find_town(data / "town.json", None, None) == Here(OPEN.issuer, OPEN.services)
    assert find_town(data, None, '{"claims": "http://x.example"}').urls == OPEN.services | {
        "claims": "http://x.example"
    }


def test_without_a_word_it_is_the_town_open_in_the_usual_folder() -> None:
    open_town(Path(".outcomes"))

    assert find_town(None, None, None) == Here(OPEN.issuer, OPEN.services)
    assert find_town(None, ISSUER, None) == Here(ISSUER, dict(SERVICES))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_on_one_machine_services_follow_their_issuer(host: str) -> None:
    found = find_town(None, f"http://{host}:9000", None)

    assert found.urls["referral-hub"] == f"http://{host}:9001"
    assert found.urls["reporting"] == f"http://{host}:9004"


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:8080/realms/partnership", "https://issuer.example:9000"])
def test_services_do_not_follow_an_issuer_that_is_no_towns(issuer: str) -> None:
    assert find_town(None, issuer, None) == Here(issuer, dict(SERVICES))


def test_a_folder_without_an_open_town_is_named_with_what_to_do(elsewhere: Path) -> None:
    (elsewhere / "torn").write_text("{")
    (elsewhere / "other").write_text('{"a": 1}')

    with pytest.raises(UnreadableAddresses, match=r"No town is open in nowhere: open it \(`make demo DATA=nowhere`\)"):
        find_town(Path("nowhere"), None, None)
    for wrong in ("torn", "other"):
        with pytest.raises(UnreadableAddresses, match=f"{wrong} is not what a town wrote"):
            find_town(Path(wrong), None, None)


WRONG = ["claims=x", "[]", '"x"', '{"claims": 8103}', '{"clams": "https://x.example"}', '{"claims": "8103"}']


@pytest.mark.parametrize("told", WRONG)
def test_addresses_that_cannot_be_meant_are_refused(told: str) -> None:
    with pytest.raises(UnreadableAddresses):
        find_town(None, None, told)


@pytest.mark.parametrize("issuer", ["9000", "127.0.0.1:9000", "http://", "http://[", "http://x:port", "ftp://x"])
def test_an_issuer_that_is_no_address_is_refused_with_an_example(issuer: str) -> None:
    with pytest.raises(UnreadableAddresses, match=r"is no address: write it as http://127\.0\.0\.1:8100\."):
        find_town(None, issuer, None)


def test_every_edge_leads_from_one_service_to_another() -> None:
    river = list(edges())

    assert len(river) == 7
    assert all(edge.announcer != edge.hearer for edge in river)
