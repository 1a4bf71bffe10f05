from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import trustme

from ecr_doctor.model import ConnectTo
from ecr_doctor.probes.blob import BlobAnswer, BlobProbe, BlobState
from ecr_doctor.probes.http import HttpProblem
from ecr_doctor.probes.reach import ReachState
from ecr_doctor.probes.tls import TlsState
from ecr_doctor.testing import HOST
from probes.network_machine import (
    AUTHORITY,
    LOOPBACK,
    Reply,
    Talk,
    certified,
    dead_port,
    listening,
    over_tls,
    saying,
    serving,
    stage,
    trusting,
)
from probes.registry_site import BUCKET, SIGNATURE, Cloud, digest, docker_has, running

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"layer " * 50


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trusting(monkeypatch, tmp_path, AUTHORITY)


def fetched(cloud: Cloud, data: bytes = DATA, size: int | None = None) -> BlobAnswer:
    with running(cloud):
        probe = BlobProbe(digest(data), len(data) if size is None else size)
        return cloud.stage().observe(probe)


def test_whole_and_verified() -> None:
    cloud = Cloud()
    cloud.blob(DATA)

    blob = fetched(cloud)

    assert (blob.state, blob.host, blob.received) == (BlobState.VERIFIED, BUCKET, 300)
    assert blob.came


def test_the_credential_stays_with_the_registry_and_the_address_is_not_kept() -> None:
    cloud = Cloud()
    cloud.blob(DATA)

    blob = fetched(cloud)

    ((path, headers),) = cloud.bucket.asked
    assert SIGNATURE in path
    assert "authorization" not in headers
    assert SIGNATURE.partition("=")[2] not in repr(blob)


def test_a_large_blob_is_only_begun() -> None:
    cloud = Cloud()
    cloud.blob(DATA)

    blob = fetched(cloud, size=5 << 20)

    assert blob.state is BlobState.BEGUN
    assert cloud.bucket.asked[0][1]["range"] == "bytes=0-1023"


def test_other_bytes() -> None:
    cloud = Cloud()
    cloud.blob(DATA, served=DATA.replace(b"l", b"L"))

    blob = fetched(cloud)

    assert blob.state is BlobState.CORRUPT
    assert blob.found_digest != blob.digest


def test_the_registry_may_serve_it_itself() -> None:
    cloud = Cloud()
    cloud.registry.replies[f"/v2/team/app/blobs/{digest(DATA)}"] = Reply(200, DATA)

    blob = fetched(cloud)

    assert (blob.state, blob.host) == (BlobState.VERIFIED, HOST)


def test_the_platform_of_a_config() -> None:
    cloud, config = Cloud(), b'{"os":"linux","architecture":"arm64","config":{"Env":["A=s3cret"]}}'
    cloud.blob(config)

    blob = fetched(cloud, config)

    assert str(blob.platform) == "linux/arm64"
    assert "s3cret" not in repr(blob)


@pytest.mark.parametrize("body", [b"{}", b"{bad", b"[]", b'{"os":""}'])
def test_what_is_no_config_has_no_platform(body: bytes) -> None:
    cloud = Cloud()
    cloud.blob(body)

    assert fetched(cloud, body).platform is None


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(403, b'{"errors":[{"code":"DENIED","message":"no"}]}'), "DENIED"),
        (Reply(404, b'{"errors":[{"code":"BLOB_UNKNOWN"}]}'), "BLOB_UNKNOWN"),
        (Reply(307, b"", {"Location": "http://plain.example/"}), ""),
        (Reply(307, b"", {}), ""),
    ],
)
def test_the_registry_refuses(reply: Reply, code: str) -> None:
    cloud = Cloud()
    cloud.registry.replies[f"/v2/team/app/blobs/{digest(DATA)}"] = reply

    blob = fetched(cloud)

    assert (blob.state, blob.answer.code) == (BlobState.REFUSED, code)


@pytest.mark.parametrize(
    ("reply", "code", "html"),
    [
        (Reply(403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"),
         "AccessDenied", False),
        (Reply(403, b"<html><title>Blocked</title>", {"Content-Type": "text/html"}), "", True),
        (Reply(503, b"<Error><Code>SlowDown</Code></Error>"), "SlowDown", False),
    ],
)  # fmt: skip
def test_the_bucket_refuses(reply: Reply, code: str, *, html: bool) -> None:
    cloud = Cloud()
    cloud.blob(DATA)
    cloud.bucket.replies[f"/{digest(DATA)}"] = reply

    blob = fetched(cloud)

    assert blob.state is BlobState.DENIED
    assert (blob.source.code, blob.source.is_html) == (code, html)


def test_a_page_in_the_blobs_place() -> None:
    cloud = Cloud()
    cloud.blob(DATA, served=b"<html><title>Please log in</title>")

    assert fetched(cloud).state is BlobState.DENIED


def bucket_at(cloud: Cloud, port: int) -> BlobAnswer:
    cloud.blob(DATA)
    with serving(cloud.registry, HOST):
        rules = (ConnectTo(HOST, LOOPBACK, cloud.registry.port), ConnectTo(BUCKET, LOOPBACK, port))
        scene = stage(*rules, given=docker_has("good"))
        return scene.observe(BlobProbe(digest(DATA), len(DATA)))


def test_the_bucket_is_not_reached() -> None:
    blob = bucket_at(Cloud(), dead_port())

    assert blob.state is BlobState.UNREACHABLE
    assert blob.reach is not None
    assert blob.reach.state is ReachState.REFUSED


def test_the_buckets_certificate_is_not_trusted() -> None:
    leaf = trustme.CA(organization_name="Corporate").issue_cert(BUCKET)
    with listening(over_tls(certified(leaf), saying(b""))) as port:
        blob = bucket_at(Cloud(), port)

    assert blob.state is BlobState.UNREACHABLE
    assert blob.tls is not None
    assert blob.tls.state is TlsState.UNKNOWN_AUTHORITY


@pytest.mark.parametrize(
    ("talk", "problem"),
    [
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\nlayer "), HttpProblem.ENDED),
        (saying(b""), HttpProblem.ENDED),
    ],
)
def test_the_transfer_breaks_off(talk: Talk, problem: HttpProblem) -> None:
    leaf = certified(AUTHORITY.issue_cert(BUCKET))
    with listening(over_tls(leaf, talk)) as port:
        blob = bucket_at(Cloud(), port)

    assert blob.state is BlobState.BROKEN
    assert blob.source.problem is problem


def test_a_digest_of_another_kind_is_not_judged() -> None:
    cloud = Cloud()
    name = "sha512:" + "a" * 128
    cloud.registry.replies[f"/v2/team/app/blobs/{name}"] = Reply(200, DATA)
    with running(cloud):
        blob = cloud.stage().observe(BlobProbe(name, len(DATA)))

    assert blob.state is BlobState.BEGUN
    assert replace(blob, state=BlobState.VERIFIED).came
