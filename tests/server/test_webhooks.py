"""Webhooks reach real receivers, signed, and only where they may."""

import asyncio
import base64
import contextlib
import hmac
import json
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from celltrail.errors import InvalidError, UnavailableError
from celltrail.events import now_ms
from celltrail_server.routes.services import Services
from celltrail_server.store.sql import SqlStore
from celltrail_server.store.webhooks import WebhookFields
from celltrail_server.webhooks.addresses import Allowed, is_public
from celltrail_server.webhooks.delivery import Deliverer
from celltrail_server.webhooks.events import EXAMPLES, Event
from celltrail_server.webhooks.sending import MAX_ANSWER_BYTES, Sender
from tests.server.contract.base import ADA
from tests.server.receiving import Received, Receiver

API = "/api/2.0/mlflow/webhooks"
CREATED = Event("registered_model", "created")
LOCAL = Allowed(["127.0.0.1"])


def names(*answers: list[str]) -> Callable[[str, int], Any]:
    """A name service that gives one answer after the other, the last for ever."""
    left = list(answers)

    async def resolve(host: str, port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as receiver:
        yield receiver


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    sender = Sender(LOCAL)
    yield sender
    await sender.close()


@contextlib.asynccontextmanager
async def delivering(
    store: SqlStore, sender: Sender, backoff_seconds: tuple[float, ...] = (0.01, 0.02)
) -> AsyncIterator[Deliverer]:
    deliverer = Deliverer(store, sender, backoff_seconds)
    store.on_delivery = deliverer.wake
    task = asyncio.create_task(deliverer.run())
    try:
        yield deliverer
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def hook(store: SqlStore, url: str, *events: Event, **fields: Any) -> str:
    waited = list(events or [CREATED])
    made = await store.create_webhook(
        ADA, WebhookFields(name="h", url=url, events=waited, **fields)
    )
    return made.webhook_id


async def arrived(receiver: Receiver, count: int) -> list[Received]:
    return await asyncio.to_thread(receiver.wait, count)


async def until(what: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not await what():
            await asyncio.sleep(0.005)


async def nothing_waits(store: SqlStore) -> None:
    async def probe() -> bool:
        return await store.next_delivery_ms(()) is None

    await until(probe)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200",
     "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.0.0.192",
     "198.18.0.1", "::", "::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
     "2002:7f00:1::", "64:ff9b::7f00:1", "::127.0.0.1",
     "2001:0:4136:e378:8000:63bf:80ff:fffe"],
)  # fmt: skip
def test_internal_addresses_are_not_public_however_they_are_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "cannot be empty"),
        ("ftp://example.org/x", "Invalid webhook URL scheme: 'ftp'"),
        ("file:///etc/passwd", "Invalid webhook URL scheme: 'file'"),
        ("https:///x", "must include a hostname"),
        ("https://example.org:99999/", "Invalid webhook URL"),
        ("https://[::1/", "Invalid webhook URL"),
        ("https://user:pass@example.org/", "no user or password"),
        ("https://example.org\\@127.0.0.1/", "no spaces or backslashes"),
        ("https://example.org/\r\nX: y", "no spaces or backslashes"),
        ("https://example.org/" + "x" * 2048, "at most 2048"),
        ("http://127.0.0.1/", "resolves to 127.0.0.1"),
        ("http://127.1:80/", "resolves to 127.0.0.1"),
        ("http://0x7f000001/", "resolves to 127.0.0.1"),
        ("http://[::ffff:7f00:1]/", "non-public IP address"),
        ("http://localhost/", "non-public IP address"),
        ("http://nowhere.invalid/", "Cannot resolve Webhook URL hostname 'nowhere.invalid'"),
    ],
)
async def test_a_url_that_leads_inside_or_nowhere_is_refused(url: str, reason: str) -> None:
    with pytest.raises(InvalidError) as caught:
        await Sender().check(url)
    assert reason in str(caught.value)


async def test_one_internal_address_among_public_ones_is_enough_to_refuse() -> None:
    allowed = Allowed(resolver=names(["8.8.8.8", "10.0.0.7"]))
    with pytest.raises(InvalidError, match=r"resolves to 10\.0\.0\.7"):
        await allowed.addresses("https://example.org/")


async def test_an_admin_allows_internal_hosts_by_name_and_port(receiver: Receiver) -> None:
    by_port = Allowed([f"127.0.0.1:{receiver.port}"])
    assert await by_port.addresses(receiver.url) == ["127.0.0.1"]
    with pytest.raises(InvalidError):
        await by_port.addresses("http://127.0.0.1:1/")


async def test_a_name_that_leads_elsewhere_by_the_time_of_sending_is_refused(
    receiver: Receiver,
) -> None:
    sender = Sender(Allowed(resolver=names(["8.8.8.8"], ["127.0.0.1"])))
    url = f"http://rebinding.example:{receiver.port}/"
    await sender.check(url)
    with pytest.raises(InvalidError, match=r"resolves to 127\.0\.0\.1"):
        await sender.send(url, "id", "{}", None)
    assert receiver.requests == []
    await sender.close()


async def test_a_request_goes_to_the_address_that_was_checked(receiver: Receiver) -> None:
    # The system knows no such name: only the checked addresses can have been asked.
    resolver = names(["127.0.0.2", "127.0.0.1"])
    sender = Sender(Allowed(["receiver.invalid"], resolver))
    answer = await sender.send(f"http://receiver.invalid:{receiver.port}/a?b=c", "id", "{}", None)
    assert answer == (200, "thanks")
    [request] = receiver.requests
    assert request.path == "/a?b=c"
    assert request.headers["host"] == f"receiver.invalid:{receiver.port}"
    await sender.close()


async def test_a_request_is_signed_over_its_id_time_and_body(
    receiver: Receiver, sender: Sender
) -> None:
    await sender.send(receiver.url, "d-1", '{"ü": 1}', "s3cret")
    await sender.send(receiver.url, "d-2", "{}", None)
    signed, plain = receiver.requests
    timestamp = signed.headers["x-mlflow-timestamp"]
    digest = hmac.digest(b"s3cret", f"d-1.{timestamp}.{signed.body}".encode(), "sha256")
    assert signed.headers["x-mlflow-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert signed.headers["x-mlflow-delivery-id"] == "d-1"
    assert signed.headers["content-type"] == "application/json"
    assert "s3cret" not in str(signed)
    assert "x-mlflow-signature" not in plain.headers


async def test_redirects_and_proxies_are_not_followed(
    receiver: Receiver, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    receiver.answers, receiver.headers = [307], {"Location": receiver.url}
    assert (await sender.send(receiver.url, "id", "{}", None)).status == 307
    assert len(receiver.requests) == 1


async def test_a_receiver_that_does_not_answer_is_left_in_time(receiver: Receiver) -> None:
    sender = Sender(LOCAL, timeout_seconds=0.2)
    receiver.gate.clear()
    with pytest.raises(UnavailableError, match=r"did not answer within 0\.2 s"):
        await sender.send(receiver.url, "id", "{}", None)
    with pytest.raises(UnavailableError, match="cannot be reached"):
        await sender.send("http://127.0.0.1:1/", "id", "{}", None)
    await sender.close()


async def test_of_a_long_answer_only_the_beginning_is_read(
    receiver: Receiver, sender: Sender
) -> None:
    receiver.text = "é" * 1_000_000
    answer = await sender.send(receiver.url, "id", "{}", None)
    assert len(answer.text.encode()) <= MAX_ANSWER_BYTES


async def test_https_is_verified_for_the_name_though_an_address_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path, "receiver.invalid")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    allowed = Allowed(["receiver.invalid", "other.invalid"], names(["127.0.0.1"]))
    sender = Sender(allowed)
    with Receiver(tls).running() as receiver:
        url = f"https://receiver.invalid:{receiver.port}/"
        assert (await sender.send(url, "id", "{}", None)).status == 200
        with pytest.raises(UnavailableError, match="certificate verify failed"):
            await sender.send(url.replace("receiver", "other"), "id", "{}", None)
    assert len(receiver.requests) == 1
    await sender.close()


async def test_a_change_of_the_registry_arrives(
    store: SqlStore, receiver: Receiver, sender: Sender
) -> None:
    await hook(store, receiver.url, secret="s3cret")
    async with delivering(store, sender):
        await store.create_model(ADA, "m", "words", {"k": "v"})
        [request] = await arrived(receiver, 1)
        await nothing_waits(store)
    body = json.loads(request.body)
    assert (body["entity"], body["action"]) == ("registered_model", "created")
    assert body["data"] == {"name": "m", "tags": {"k": "v"}, "description": "words"}
    assert body["timestamp"].endswith("+00:00")


async def test_what_fails_is_sent_again_with_the_same_id(
    store: SqlStore, receiver: Receiver, sender: Sender
) -> None:
    await hook(store, receiver.url)
    receiver.answers = [500, 429]
    async with delivering(store, sender):
        await store.create_model(ADA, "m", "", {})
        requests = await arrived(receiver, 3)
        await nothing_waits(store)
    assert len({one.headers["x-mlflow-delivery-id"] for one in requests}) == 1
    assert len({one.body for one in requests}) == 1


@pytest.mark.parametrize(("answers", "count"), [([400], 1), ([503] * 9, 3)])
async def test_a_receiver_that_refuses_is_given_up_with_a_line_in_the_log(
    store: SqlStore,
    receiver: Receiver,
    sender: Sender,
    caplog: pytest.LogCaptureFixture,
    answers: list[int],
    count: int,
) -> None:
    webhook_id = await hook(store, f"{receiver.url}?token=hidden", secret="s3cret")
    receiver.answers = answers
    with caplog.at_level(logging.WARNING):
        async with delivering(store, sender):
            await store.create_model(ADA, "m", "", {})
            await nothing_waits(store)
    assert len(receiver.requests) == count
    assert f"webhook {webhook_id} missed the delivery" in caplog.text
    assert f"answered {503 if count > 1 else 400}" in caplog.text
    assert "s3cret" not in caplog.text
    assert "hidden" not in caplog.text


async def test_a_slow_receiver_holds_up_itself_alone(
    store: SqlStore, receiver: Receiver, sender: Sender
) -> None:
    receiver.gate.clear()
    await hook(store, receiver.url)
    with Receiver().running() as quick:
        await hook(store, quick.url)
        async with delivering(store, sender):
            for name in "abc":
                await store.create_model(ADA, name, "", {})
            requests = await arrived(quick, 3)
            assert [json.loads(one.body)["data"]["name"] for one in requests] == list("abc")
            assert len(receiver.requests) == 1
            receiver.gate.set()
            await arrived(receiver, 3)
            await nothing_waits(store)


async def test_what_was_not_delivered_is_delivered_after_a_restart(
    store: SqlStore, receiver: Receiver, sender: Sender
) -> None:
    await hook(store, receiver.url)
    receiver.gate.clear()
    async with delivering(store, sender):
        await store.create_model(ADA, "first", "", {})
        await arrived(receiver, 1)
    await store.create_model(ADA, "second", "", {})  # nobody delivers
    receiver.gate.set()
    due = await store.next_delivery_ms(())
    assert due is not None
    assert due <= now_ms()
    async with delivering(store, Sender(LOCAL)):
        requests = await arrived(receiver, 2)
    assert json.loads(requests[1].body)["data"]["name"] == "second"
    assert await store.next_delivery_ms(()) is not None  # the first: once it is nobody's any more


async def test_a_webhook_is_made_tested_and_removed_over_http(
    ada: httpx.AsyncClient,
    receiver: Receiver,
    sender: Sender,
    app_and_services: tuple[object, Services],
) -> None:
    app_and_services[1].sender = sender
    event = {"entity": "MODEL_VERSION", "action": "CREATED"}
    made = await ada.post(
        API, json={"name": "h", "url": receiver.url, "events": [event], "secret": "s3cret"}
    )
    webhook = made.json()["webhook"]
    address = f"{API}/{webhook['webhook_id']}"
    assert (webhook["status"], webhook["events"]) == ("ACTIVE", [event])
    assert (await ada.get(address)).json() == {"webhook": webhook}
    assert (await ada.get(API)).json() == {"webhooks": [webhook]}
    tested = await ada.post(f"{address}/test")
    assert tested.json() == {
        "result": {"success": True, "response_status": 200, "response_body": "thanks"}
    }
    alias = {"event": {"entity": "PROMPT_ALIAS", "action": "DELETED"}}
    receiver.answers = [404]
    assert (await ada.post(f"{address}/test", json=alias)).json()["result"]["success"] is False
    first, second = (json.loads(one.body) for one in receiver.requests)
    assert first["data"] == EXAMPLES[Event("model_version", "created")]
    assert second["data"] == {"name": "example_prompt", "alias": "example_alias"}
    changed = await ada.patch(address, json={"status": "DISABLED", "name": "new"})
    assert (changed.json()["webhook"]["status"], changed.json()["webhook"]["name"]) == (
        "DISABLED", "new",
    )  # fmt: skip
    for answer in (made, changed, tested):
        assert "s3cret" not in answer.text
    assert (await ada.delete(address)).json() == {}
    assert (await ada.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"url": "https://127.0.0.1/x"}, "must not resolve to a non-public IP address"),
        ({"url": "http://169.254.169.254/latest/meta-data"}, "non-public IP address"),
        ({"url": ""}, "Missing value for required parameter 'url'"),
        ({"name": "-"}, "Webhook name '-' is invalid"),
        ({"events": []}, "Webhook events must be a non-empty list"),
        ({"events": [{"entity": "REGISTERED_MODEL", "action": "SET"}]},
         "Invalid action 'set' for entity 'registered_model'. Valid actions are: ['created']"),
        ({"events": [{"entity": "NOPE", "action": "SET"}]}, "Invalid action 'set'"),
        ({"status": "MAYBE"}, "Invalid value \"MAYBE\" for parameter 'status' supplied"),
        ({"secret": "x" * 1001}, "'secret' exceeds the maximum length"),
        ({"secret": "x\x00"}, "NUL"),
    ],
)  # fmt: skip
async def test_a_webhook_that_cannot_be_is_refused(
    ada: httpx.AsyncClient, fields: dict[str, Any], message: str
) -> None:
    good = {"name": "h", "url": "https://8.8.8.8/", "events": [
        {"entity": "REGISTERED_MODEL", "action": "CREATED"}]}  # fmt: skip
    answer = await ada.post(API, json=good | fields)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert message in answer.json()["message"]
    made = (await ada.post(API, json=good)).json()["webhook"]
    if url := fields.get("url"):
        changed = await ada.patch(f"{API}/{made['webhook_id']}", json={"url": url})
        assert changed.status_code == 400


def make_certificate(folder: Path, name: str) -> Path:
    """Return a file with a key and a certificate for `name` that signs itself."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
