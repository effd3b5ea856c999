"""Messages go out, to the address that was judged, and never to a machine within walls."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.x509.oid import NameOID

from common.webhooks.addresses import AddressRefused, NameUnknown, Reach, addresses_of, refuse_unreachable
from common.webhooks.posting import Poster
from common.webhooks.signing import headers
from tests.common.webhooks.parts import HORTON, Receiver, Telling, a_drop_in, courier_of, reach_of, receiving

SIGNED = headers([b"k" * 32], "a-message", datetime(2026, 1, 1, tzinfo=UTC), b"{}")
WITHIN = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::10.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2001:0:7f00:1::", "2001:db8::1",
)  # fmt: skip
OUTSIDE = ("93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822")


@pytest.mark.parametrize("address", WITHIN)
def test_no_address_within_walls_is_taken_however_it_is_written(address: str) -> None:
    assert not Reach().takes(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are(address: str) -> None:
    assert Reach().takes(ip_address(address))
    assert not Reach(plain=True).takes_plain(ip_address(address))


def test_a_network_of_our_own_is_taken_and_without_tls_only_outside_production() -> None:
    own, ours = ip_address("10.20.0.7"), (ip_network("10.20.0.0/16"),)

    assert [Reach(ours).takes(each) for each in (own, ip_address("10.21.0.7"))] == [True, False]
    assert [Reach(ours, plain=plain).takes_plain(own) for plain in (True, False)] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://2130706433/", "https://0x7f.1/",
        "https://0177.0.0.1/", "https://127.1/", "http://93.184.216.34/", "https://me:secret@93.184.216.34/",
        "https://localhost:99999/", "https://localhost:0x1/",
        f"https://{'a' * 300}/", "https://a..b/", "https://93.184.216.34/#there",
        "ftp://93.184.216.34/", "https:///there", "https://[::ffff:169.254.169.254]/",
    ],
)  # fmt: skip
async def test_a_url_that_leads_within_or_is_no_https_is_refused(url: str) -> None:
    with pytest.raises((AddressRefused, NameUnknown)):
        await refuse_unreachable(url, Reach())


async def test_a_name_is_taken_only_if_every_address_it_has_is(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["93.184.216.34", "10.0.0.1"])

    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        await addresses_of("two.example", 443, Reach(), tls=True)


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A name server of the test's own: its answers in turn, the last one for good; which names were asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        told = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in told]

    monkeypatch.setattr("common.webhooks.addresses.socket.getaddrinfo", look_up)
    return asked


async def test_a_name_that_says_another_thing_later_is_judged_again_and_never_followed(
    hub: Telling, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    webhook = await hub.subscribe(receiver.url.replace("http://localhost", "https://rebound.example"))
    [event_id] = await hub.announce(a_drop_in())

    await hub.tell(webhook, courier_of(hub.sessions, networks=()))

    assert receiver.received == []
    assert asked == ["rebound.example", "rebound.example"]
    assert (await hub.history(webhook, event_id))[0]["failure"] == "address-refused"


async def test_the_address_that_was_judged_is_the_one_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, ["127.0.0.1"], ["203.0.113.7"])
    url = receiver.url.replace("localhost", "steady.example")

    attempt = await Poster(reach_of(), seconds=3).post(url, SIGNED, b"{}")

    assert (attempt.failure, len(receiver.received), asked) == (None, 1, ["steady.example"])
    assert receiver.received[0].headers["host"].startswith("steady.example:")


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/latest/meta-data", "http://localhost:1/", "https://localhost:1/#x"]
)
async def test_a_webhook_within_walls_is_not_made(hub: Telling, url: str) -> None:
    hub.door.app.state.settings = hub.door.app.state.settings.model_copy(update={"webhook_networks": ()})

    refused = await hub.door.post("/v1/webhooks", HORTON, {"url": url})

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/address-not-taken")


def certified(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own making, and that of whoever trusts it."""
    key, subject = generate_private_key(SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = folder / f"{name}.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    return serving, ssl.create_default_context(cafile=str(certificate))


async def test_over_tls_the_name_must_be_the_certificates_own(tmp_path: Path) -> None:
    serving, trusting = certified(tmp_path)
    async with receiving(serving) as receiver:
        known = await Poster(reach_of(), trusting).post(receiver.url, SIGNED, b"{}")
        stranger = await Poster(reach_of()).post(receiver.url, SIGNED, b"{}")
        other_name = receiver.url.replace("localhost", "127.0.0.1")
        misnamed = await Poster(reach_of(), trusting).post(other_name, SIGNED, b"{}")

    assert [one.failure for one in (known, stranger, misnamed)] == [None, "not-trusted", "not-trusted"]
    assert len(receiver.received) == 1
