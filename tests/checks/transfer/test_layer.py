from __future__ import annotations

from typing import Any

import pytest

from ecr_doctor.model import Stage, Status, Target, parse_target
from ecr_doctor.probes.blob import BlobAnswer, BlobProbe, BlobState
from ecr_doctor.probes.certificate import Certificate
from ecr_doctor.probes.dns import DnsAnswer, DnsState
from ecr_doctor.probes.http import HttpProblem
from ecr_doctor.probes.manifest import Blob, Manifest, ManifestKind, ManifestProbe
from ecr_doctor.probes.proxy import ProxyChoice
from ecr_doctor.probes.reach import Reach, ReachProbe, ReachState
from ecr_doctor.probes.registry_api import Login, LoginProbe, RegistryAnswer, Whose
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tcp import TcpAttempt, TcpState
from ecr_doctor.probes.tls import TlsAnswer, TlsState
from ecr_doctor.testing import NOON, TARGET, context
from ecr_doctor_checks.transfer.layer import Layer

S3 = "prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com"
PUBLIC = parse_target("public.ecr.aws/nginx/nginx:latest")
OK, MOVED = RegistryAnswer(status=200), RegistryAnswer(status=307)
SMALL, LARGE = Blob(digest="sha256:a", size=10), Blob(digest="sha256:b", size=5 << 20)
NO_GET_URL = (
    "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: "
    "ecr:GetDownloadUrlForLayer on resource: "
    "arn:aws:ecr:us-east-1:123456789012:repository/team/app because no identity-based policy "
    "allows the ecr:GetDownloadUrlForLayer action"
)
NO_DECRYPT = (
    "User: arn:aws:sts::1:assumed-role/x/y is not authorized to perform: kms:Decrypt on the "
    "resource associated with this ciphertext because no identity-based policy allows it"
)
NO_GET_OBJECT = (
    "User: arn:aws:sts::123456789012:assumed-role/a/b is not authorized to perform: s3:GetObject "
    'on resource: "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/x" because no VPC endpoint '
    "policy allows the s3:GetObject action"
)


def manifest(*blobs: Blob, whose: Whose = Whose.DOCKER) -> Manifest:
    return Manifest(whose=whose, answer=OK, kind=ManifestKind.IMAGE, layers=blobs)


def blob(state: BlobState, answer: RegistryAnswer = MOVED, **more: Any) -> BlobAnswer:
    fields = {"digest": "sha256:a", "size": 10, "whose": Whose.DOCKER, "host": S3, **more}
    return BlobAnswer(state=state, answer=answer, **fields)


def unreached(state: ReachState, **more: Any) -> BlobAnswer:
    attempt = TcpAttempt("52.0.0.1", TcpState.TIMEOUT)
    reach = Reach(host=S3, port=443, side=Side.ENGINE, state=state, attempts=(attempt,), **more)
    return blob(BlobState.UNREACHABLE, reach=reach)


def unverified(state: TlsState) -> BlobAnswer:
    shown = Certificate(subject=S3, issuer="Corporate", not_before=NOON, not_after=NOON)
    reach = Reach(host=S3, port=443, side=Side.ENGINE, state=ReachState.OPEN)
    tls = TlsAnswer(host=S3, state=state, certificate=shown)
    return blob(BlobState.UNREACHABLE, reach=reach, tls=tls)


def denied(status: int, code: str = "", message: str = "", **more: Any) -> BlobAnswer:
    source = RegistryAnswer(status=status, code=code, message=message, **more)
    return blob(BlobState.DENIED, source=source)


def broken(problem: HttpProblem) -> BlobAnswer:
    return blob(BlobState.BROKEN, source=RegistryAnswer(problem=problem))


def refused(status: int, code: str = "", message: str = "") -> BlobAnswer:
    return blob(BlobState.REFUSED, RegistryAnswer(status=status, code=code, message=message))


HOSTS = DnsAnswer(
    host=S3, state=DnsState.RESOLVED, addresses=("10.0.0.9",), hosts_file="/etc/hosts:3"
)
PROXY = ProxyChoice(host="p.example", port=3128, source="proxy")
MASKED = ProxyChoice(host="p.example", port=3128, source="proxy", login_masked=True)


@pytest.mark.parametrize(
    ("seen", "cause"),
    [
        pytest.param(blob(BlobState.CORRUPT), "layer-corrupt", id="corrupt"),
        pytest.param(refused(403, "DENIED", NO_GET_URL), "iam-missing-get-download-url", id="iam"),
        pytest.param(refused(404, "BLOB_UNKNOWN"), "layer-inaccessible", id="gone"),
        pytest.param(refused(400, "", "LayerInaccessibleException"), "layer-inaccessible",
                     id="inaccessible"),
        pytest.param(refused(403, "DENIED", "Forbidden"), None, id="403 without a reason"),
        pytest.param(refused(429), "ecr-api-throttled", id="throttled"),
        pytest.param(refused(500), "ecr-service-side", id="service"),
        pytest.param(unreached(ReachState.NO_NAME), "dns-failure", id="no name"),
        pytest.param(unreached(ReachState.REFUSED), "connection-refused", id="refused"),
        pytest.param(unreached(ReachState.TIMEOUT), "s3-layer-unreachable", id="timeout"),
        pytest.param(unreached(ReachState.UNREACHABLE), "s3-layer-unreachable", id="no route"),
        pytest.param(unreached(ReachState.RESET), "s3-layer-blocked", id="reset"),
        pytest.param(unreached(ReachState.REFUSED, dns=HOSTS), "hosts-file-override", id="hosts"),
        pytest.param(unreached(ReachState.PROXY_REFUSES, proxy=PROXY), "s3-layer-blocked",
                     id="proxy refuses"),
        pytest.param(unreached(ReachState.PROXY_LOGIN, proxy=PROXY),
                     "proxy-authentication-required", id="proxy login"),
        pytest.param(unreached(ReachState.PROXY_DEAD, proxy=PROXY), "proxy-misconfigured",
                     id="proxy dead"),
        pytest.param(unverified(TlsState.UNKNOWN_AUTHORITY), "tls-untrusted-ca", id="authority"),
        pytest.param(unverified(TlsState.EXPIRED), "tls-certificate-expired", id="expired"),
        pytest.param(unverified(TlsState.WRONG_HOST), "tls-wrong-host", id="wrong host"),
        pytest.param(unverified(TlsState.ENDED), "s3-layer-blocked", id="handshake ended"),
        pytest.param(unverified(TlsState.SILENT), "s3-layer-unreachable", id="handshake silent"),
        pytest.param(denied(403, "AccessDenied", "Access Denied"), "s3-layer-policy-deny",
                     id="bucket policy"),
        pytest.param(denied(403, "AccessDenied", NO_GET_OBJECT), "s3-layer-policy-deny",
                     id="endpoint policy"),
        pytest.param(denied(403, "AccessDenied", "Request has expired"), None, id="link too old"),
        pytest.param(denied(400, "KMS.DisabledException", "arn:aws:kms:x is disabled."),
                     "kms-key-unusable", id="key disabled"),
        pytest.param(denied(403, "AccessDenied", NO_DECRYPT), "kms-key-unusable", id="key denied"),
        pytest.param(denied(407), "proxy-authentication-required", id="a proxy wants a login"),
        pytest.param(denied(403, is_html=True), "s3-layer-blocked", id="page"),
        pytest.param(denied(200, is_html=True), "s3-layer-blocked", id="portal"),
        pytest.param(denied(403), "s3-layer-blocked", id="403 without a code"),
        pytest.param(denied(404, "NoSuchKey"), "layer-inaccessible", id="no such key"),
        pytest.param(denied(503, "SlowDown"), "ecr-service-side", id="busy"),
        pytest.param(denied(403, "SignatureDoesNotMatch"), "s3-layer-blocked",
                     id="signature"),
        pytest.param(broken(HttpProblem.ENDED), "s3-layer-blocked", id="breaks off"),
        pytest.param(broken(HttpProblem.STALLED), "s3-layer-unreachable", id="stalls"),
        pytest.param(broken(HttpProblem.NOT_HTTP), "s3-layer-blocked", id="not HTTP"),
    ],
)  # fmt: skip
def test_cause(seen: BlobAnswer, cause: str | None) -> None:
    verdict = judged(seen)

    assert (verdict.status, verdict.cause) == (Status.FAIL, cause)


def judged(seen: BlobAnswer, target: Target = TARGET) -> Any:
    given: dict[Any, Any] = {ManifestProbe(): manifest(SMALL), BlobProbe("sha256:a", 10): seen}
    return Layer().run(context(given, target=target))


@pytest.mark.parametrize(
    "seen",
    [unreached(ReachState.TIMEOUT), denied(403, "AccessDenied"), denied(403, is_html=True)],
)
def test_the_public_registrys_layers_are_at_cloudfront(seen: BlobAnswer) -> None:
    assert judged(seen, PUBLIC).cause == "public-ecr-layer-host-blocked"


def test_the_name_without_an_address_is_that_of_the_layers() -> None:
    assert dict(judged(unreached(ReachState.NO_NAME)).facts)["server"] == S3


def test_a_proxy_whose_login_is_hidden_from_us() -> None:
    verdict = judged(unreached(ReachState.PROXY_LOGIN, proxy=MASKED))

    assert verdict.status is Status.INCONCLUSIVE


@pytest.mark.parametrize("whose", Whose)
def test_what_came_with_dockers_own_credential_proves_that_the_pull_works(whose: Whose) -> None:
    given: dict[Any, Any] = {
        ManifestProbe(): manifest(SMALL, LARGE, whose=whose),
        BlobProbe("sha256:a", 10): blob(BlobState.VERIFIED, received=10),
    }

    verdict = Layer().run(context(given))

    assert verdict.status is Status.PASS
    assert (Stage.CLIENT in verdict.proves) is (whose is not Whose.FETCHED)
    assert Stage.HOST not in verdict.proves


def test_small_layers_are_all_looked_at() -> None:
    other = Blob(digest="sha256:c", size=20)
    given: dict[Any, Any] = {
        ManifestProbe(): manifest(SMALL, other),
        BlobProbe("sha256:a", 10): blob(BlobState.VERIFIED),
        BlobProbe("sha256:c", 20): blob(BlobState.CORRUPT, digest="sha256:c"),
    }

    assert Layer().run(context(given)).cause == "layer-corrupt"


def test_a_slow_network_is_not_tried_further() -> None:
    given: dict[Any, Any] = {
        ManifestProbe(): manifest(SMALL, Blob(digest="sha256:c", size=20)),
        BlobProbe("sha256:a", 10): blob(BlobState.BEGUN),
    }

    assert Layer().run(context(given)).status is Status.PASS


def test_what_is_no_image_is_not_fetched() -> None:
    artifact = Manifest(whose=Whose.DOCKER, answer=OK, kind=ManifestKind.ARTIFACT, layers=(SMALL,))

    verdict = Layer().run(context({ManifestProbe(): artifact}))

    assert verdict.status is Status.NOT_APPLICABLE


def test_no_layers() -> None:
    verdict = Layer().run(context({ManifestProbe(): manifest()}))

    assert verdict.status is Status.INCONCLUSIVE


@pytest.mark.parametrize(
    ("state", "cause"), [(ReachState.TIMEOUT, "foreign-layers"), (ReachState.OPEN, None)]
)
def test_foreign_layers(state: ReachState, cause: str | None) -> None:
    host = "mcr.example"
    foreign = Blob(digest="sha256:f", size=9, urls=(f"https://{host}/layer",))
    given: dict[Any, Any] = {
        ManifestProbe(): manifest(SMALL, foreign),
        BlobProbe("sha256:a", 10): blob(BlobState.VERIFIED),
        ReachProbe(host, 443, Side.ENGINE): Reach(
            host=host, port=443, side=Side.ENGINE, state=state
        ),
    }

    assert Layer().run(context(given)).cause == cause


def test_a_registry_that_refuses_the_login_is_not_proven_by_a_layer() -> None:
    """Docker asks /v2/ before all else, and ends where that is refused."""
    refused = Login(whose=Whose.DOCKER, answer=RegistryAnswer(status=503))
    given: dict[Any, Any] = {
        ManifestProbe(): manifest(SMALL),
        BlobProbe("sha256:a", 10): blob(BlobState.VERIFIED, received=10),
        LoginProbe(Whose.DOCKER): refused,
    }

    assert Layer().run(context(given)).proves == ()
