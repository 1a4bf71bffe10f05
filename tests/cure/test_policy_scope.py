from __future__ import annotations

import pytest

from ecr_doctor.cure.policy_scope import merge_scopes, parse_scope
from ecr_doctor.errors import UsageError

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ARN = "arn:aws:ecr:us-east-1:123456789012:repository/"
DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("text", "arn"),
    [
        (f"{HOST}/team/app", ARN + "team/app"),
        (f"{HOST}/team/app:1.2", ARN + "team/app"),
        (f"{HOST}/team/app:1.2@{DIGEST}", ARN + "team/app"),
        (f"{HOST}:443/team/app", ARN + "team/app"),
        (f"{HOST}/team/*", ARN + "team/*"),
        (f"{HOST}/team/*:latest", ARN + "team/*"),
        (f"{HOST}/team/app:*", ARN + "team/app"),
        (f"{HOST}/team-*/app", ARN + "team-*/app"),
        (f"{HOST}/*", ARN + "*"),
        (ARN + "team/*", ARN + "team/*"),
        ("123456789012.dkr-ecr.us-east-1.on.aws/app", ARN + "app"),
        ("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app", ARN + "app"),
        (
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app",
            "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app",
        ),
        (
            "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/app",
            "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app",
        ),
        (
            "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/app",
            "arn:aws-iso:ecr:us-iso-east-1:123456789012:repository/app",
        ),
        (
            "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov/app",
            "arn:aws-iso-b:ecr:us-isob-east-1:123456789012:repository/app",
        ),
        (
            "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/app",
            "arn:aws-eusc:ecr:eusc-de-east-1:123456789012:repository/app",
        ),
    ],
)
def test_what_an_argument_stands_for(text: str, arn: str) -> None:
    assert parse_scope(text).arn == arn


@pytest.mark.parametrize("host", ["public.ecr.aws", "ecr-public.aws.com"])
def test_public_images_have_no_arn(host: str) -> None:
    scope = parse_scope(f"{host}/alias/app:1")

    assert (scope.is_public, scope.arn, scope.partition) == (True, "", "aws")


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("nginx", "names no registry", "REGION.amazonaws.com/nginx"),
        ("team/*", "names no registry", "REGION.amazonaws.com/team/*"),
        ("ghcr.io/team/app", "not an Amazon ECR registry", ""),
        (HOST, "names no repository", f"{HOST}/NAMESPACE/*"),
        (f"{HOST}/", "names no repository", f"{HOST}/*"),
        (f"{HOST}/team/", "team/", f"Write {HOST}/team/*"),
        (f"{HOST}/Team/app", "lowercase", f"Write {HOST}/team/app"),
        (f"{HOST}/Team/*", "lowercase", ""),
        (f"https://{HOST}/app", "no scheme", f"Write {HOST}/app"),
        ("*.dkr.ecr.us-east-1.amazonaws.com/app", "an account and a region", ""),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.eu/team/*", "end in", f"{HOST}/team/*"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.eu", "end in", f"{HOST}/*"),
        ("123456789012.dkr.ecr.us-east1.amazonaws.com/app", "not the name of", f"{HOST}/app"),
        ("1234-5678-9012.dkr.ecr.us-east-1.amazonaws.com/a", "account id", f"{HOST}/a"),
        ("arn:aws:ecr:cn-north-1:123456789012:repository/a", "aws-cn", "arn:aws-cn:ecr:cn-north"),
        ("arn:aws:ecr:us-east-1:123456789012:repository/", "not the ARN", "arn:aws:ecr:REGION"),
        ("arn:aws:s3:::bucket", "not the ARN", "arn:aws:ecr:REGION"),
        ("", "empty", "Write it as HOST/REPOSITORY."),
        (f"{HOST}/a b", "white space", f"{HOST}/ab"),
    ],
)
def test_what_cannot_be_is_refused_with_the_likely_right_one(
    text: str, what: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        parse_scope(text)

    assert hint in caught.value.hint
    assert bool(hint) == bool(caught.value.hint)


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (["b", "a", "b"], ["a", "b"]),
        (["team/app", "team/*", "teams/x"], ["team/*", "teams/x"]),
        (["team/*", "team/a/*", "*"], ["*"]),
        (["team/*-api", "team/x-api", "team/x"], ["team/*-api", "team/x"]),
        (["team/*", "team"], ["team", "team/*"]),
        (["a.b", "a-b"], ["a-b", "a.b"]),
    ],
)
def test_merged_sorted_and_without_what_is_covered(names: list[str], left: list[str]) -> None:
    scopes = merge_scopes([parse_scope(f"{HOST}/{name}") for name in names])

    assert [scope.pattern for scope in scopes] == left


def test_a_registry_covers_only_itself() -> None:
    others = ["123456789012.dkr.ecr.eu-west-1.amazonaws.com",
              "210987654321.dkr.ecr.us-east-1.amazonaws.com"]  # fmt: skip
    scopes = [parse_scope(f"{HOST}/*"), *(parse_scope(f"{other}/app") for other in others)]

    assert len(merge_scopes(scopes)) == 3


def test_partitions_do_not_mix() -> None:
    china = parse_scope("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app")

    with pytest.raises(UsageError, match="aws and aws-cn"):
        merge_scopes([parse_scope(f"{HOST}/app"), china])
