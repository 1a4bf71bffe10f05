from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from ecr_doctor.demo import bucket, registry
from ecr_doctor.demo.cloud import Cloud
from ecr_doctor.demo.images import digest_of, sample_repository
from ecr_doctor.demo.messages import Answer, Request
from ecr_doctor.demo.names import HOST, OTHER_ACCOUNT_HOST, REGION, SITES
from ecr_doctor.demo.world import USER_ARN, Layers, World

BLOB = next(iter(sample_repository().blobs))
BUCKET = SITES[f"prod-{REGION}-starport-layer-bucket.s3.{REGION}.amazonaws.com"]


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def ask(
    path: str,
    *,
    world: World | None = None,
    region: str = REGION,
    left: float = 1,
    host: str = HOST,
) -> Answer:
    """Ask for a path, with a fresh token of `left` hours."""
    cloud = Cloud(world or World())
    expires = datetime.now(UTC) + timedelta(hours=left)
    password = cloud.mint.issue(USER_ARN, region, expires)
    request = Request(method="GET", path=path, headers=basic("AWS", password))
    return registry.answer(request, cloud, SITES[host])


def error(answer: Answer) -> tuple[int, str, str]:
    (entry,) = json.loads(answer.body)["errors"]
    return answer.status, entry["code"], entry["message"]


def test_a_good_token_logs_in() -> None:
    answer = ask("/v2/")

    assert (answer.status, answer.body) == (200, b"{}")
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"


def test_without_a_login_it_asks_for_one_as_ecr_does() -> None:
    answer = registry.answer(Request(method="GET", path="/v2/"), Cloud(World()), SITES[HOST])

    assert (answer.status, answer.body) == (401, b"Not Authorized\n")
    wanted = f'Basic realm="https://{HOST}/",service="ecr.amazonaws.com"'
    assert answer.headers["Www-Authenticate"] == wanted


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param(basic("AWS", "not a token"), 400, id="not a token"),
        pytest.param({"authorization": "Basic %%%"}, 400, id="not base64"),
        pytest.param({"authorization": "Bearer abc"}, 401, id="another scheme"),
        pytest.param(basic("admin", "x"), 401, id="another user"),
    ],
)
def test_malformed_logins(headers: dict[str, str], status: int) -> None:
    request = Request(method="GET", path="/v2/", headers=headers)

    assert registry.answer(request, Cloud(World()), SITES[HOST]).status == status


def test_an_expired_token_is_refused_in_ecrs_words() -> None:
    text = "Your authorization token has expired. Reauthenticate and try again."

    assert error(ask("/v2/", left=-1)) == (403, "DENIED", text)


def test_tokens_end_by_the_clock_of_aws() -> None:
    ahead = World(clock_ahead=timedelta(hours=2))

    assert ask("/v2/", world=ahead, left=1).status == 403


def test_a_token_of_another_region_is_refused() -> None:
    assert error(ask("/v2/", region="eu-west-1"))[:2] == (403, "DENIED")


def test_a_manifest_by_tag_and_by_digest() -> None:
    by_tag = ask("/v2/team/app/manifests/latest")

    digest = by_tag.headers["Docker-Content-Digest"]
    assert digest_of(by_tag.body) == digest
    assert ask(f"/v2/team/app/manifests/{digest}").body == by_tag.body


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        pytest.param(
            "/v2/team/ap/manifests/latest",
            (404, "NAME_UNKNOWN", ("The repository with name 'team/ap' does not exist in the "
             "registry with id '123456789012'")),
            id="no such repository",
        ),
        pytest.param(
            "/v2/team/app/manifests/v9",
            (404, "MANIFEST_UNKNOWN", "Requested image not found"),
            id="no such tag",
        ),
        pytest.param(
            "/v2/team/app/blobs/sha256:00",
            (404, "BLOB_UNKNOWN", "blob unknown to registry"),
            id="no such blob",
        ),
        pytest.param(
            "/v2/team/app/tags", (404, "UNSUPPORTED", "The operation is unsupported."),
            id="no such route",
        ),
    ],
)  # fmt: skip
def test_what_is_not_there(path: str, wanted: tuple[int, str, str]) -> None:
    assert error(ask(path)) == wanted


def test_denials_name_user_action_resource_and_reason() -> None:
    reason = "because no identity-based policy allows the ecr:BatchGetImage action"
    world = World(denied={"ecr:BatchGetImage": reason})

    status, code, message = error(ask("/v2/team/app/manifests/latest", world=world))

    assert (status, code) == (403, "DENIED")
    assert message == (
        f"User: {USER_ARN} is not authorized to perform: ecr:BatchGetImage on resource: "
        f"arn:aws:ecr:us-east-1:123456789012:repository/team/app {reason}"
    )


@pytest.mark.parametrize("path", ["manifests/latest", f"blobs/{BLOB}"])
def test_other_accounts_do_not_let_us_in(path: str) -> None:
    status, code, message = error(ask(f"/v2/shared/base/{path}", host=OTHER_ACCOUNT_HOST))

    assert (status, code) == (403, "DENIED")
    assert "because no resource-based policy allows the ecr:" in message


def test_too_many_requests() -> None:
    answer = ask("/v2/", world=World(throttled=True))

    assert error(answer) == (429, "TOOMANYREQUESTS", "Rate exceeded")


def download(layers: Layers, *, forged: bool = False) -> Answer:
    """Follow the redirect for a blob."""
    cloud = Cloud(World(layers=layers))
    password = cloud.mint.issue(USER_ARN, REGION)
    request = Request(
        method="GET", path=f"/v2/team/app/blobs/{BLOB}", headers=basic("AWS", password)
    )
    redirect = registry.answer(request, cloud, SITES[HOST])
    assert (redirect.status, redirect.body) == (307, b"")
    place = urlsplit(redirect.headers["Location"])
    assert SITES[place.hostname or ""] == BUCKET
    query = place.query.replace(
        "X-Amz-Signature=", "X-Amz-Signature=0" if forged else "X-Amz-Signature="
    )
    return bucket.answer(Request(method="GET", path=place.path, query=query), cloud, BUCKET)


def test_blobs_come_from_the_bucket() -> None:
    answer = download(Layers.FINE)

    assert (answer.status, digest_of(answer.body)) == (200, BLOB)


def test_corrupt_blobs_have_their_size_and_other_bytes() -> None:
    answer = download(Layers.CORRUPT)

    assert len(answer.body) == len(sample_repository().blobs[BLOB])
    assert digest_of(answer.body) != BLOB


@pytest.mark.parametrize(
    ("layers", "forged", "text"),
    [
        (Layers.BLOCKED, False, "because no VPC endpoint policy allows the s3:GetObject action"),
        (Layers.FINE, True, "<Message>Access Denied</Message>"),
    ],
)
def test_the_bucket_refuses_in_xml(layers: Layers, forged: bool, text: str) -> None:  # noqa: FBT001
    answer = download(layers, forged=forged)

    assert answer.status == 403
    assert answer.headers["Content-Type"] == "application/xml"
    assert text in answer.body.decode()
