# ruff: noqa: E501, Q003  errors as programs print them, each on one line
"""What is not about Amazon ECR is told to be of another registry, service or server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("ERROR: manifest for team/firewall:v2 not found: manifest unknown", "Docker Hub"),
        ("skopeo copy docker://busybox oci:x: unable to retrieve auth token: 401 unauthorized", "Docker Hub"),
        ("GET base/manifests/latest: MANIFEST_UNKNOWN: The named manifest is not known to the registry.", "another registry than Amazon ECR"),
        ("checking whether a blob sha256:aa exists in reg.example.com/a/b: unauthorized: authentication required", "the registry reg.example.com"),
        ("unable to pull secrets or registry auth: unable to get registry auth from asm: x", "AWS Secrets Manager"),
        ("CredentialsProviderError: Could not load credentials from any providers at @aws-sdk/client-sqs", "another AWS service (sqs)"),
        # a registry whose name has no dot, and the words of one program
        ("Failed to pull image \"artifacts:5006/app:4\": rpc error: code = Unknown desc = Error response from daemon: unauthorized", "the registry artifacts"),
        ("Error response from daemon: unauthorized: The client does not have permission for manifest", "a JFrog Artifactory registry"),
        ("error while getting docker repository name. Artifactory response: 403 Forbidden", "a JFrog Artifactory registry"),
        ("npm ERR! <title>401 Unauthorized</title>", "npm"),
        # a push names its registry too
        ("docker push reg.example.com:443/team/app:1\nno basic auth credentials", "the registry reg.example.com"),
        ("The push refers to a repository [reg.example.com/team/app]\nno basic auth credentials", "the registry reg.example.com"),
        ("manifest for hub.example.com/team/app:1 not found: manifest unknown: Requested image not found", "the registry hub.example.com"),
        # an image without a registry
        ("$ docker pull team/app:latest\nError response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries", "Docker Hub"),
        ("Unable to find image 'team/app:latest' locally\nfailed to register layer: no space left on device", "Docker Hub"),
        # other services of AWS
        ("(AccessDeniedException) when calling the GetAuthorizationToken operation: User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: codeartifact:GetAuthorizationToken", "AWS CodeArtifact"),
        ("AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: dynamodb:Query on resource: *", "another AWS service (dynamodb)"),
        ("Error: Post \"https://0964692BCB2A.gr7.us-east-1.eks.amazonaws.com/api/v1/namespaces\": x509: certificate signed by unknown authority", "another AWS service (eks)"),
        # a server whose name, or whose port, is no registry's
        ("Get \"https://proxy.golang.org/x/@v/v1.6.0.mod\": dial tcp 172.217.163.49:443: i/o timeout", "the server proxy.golang.org"),
        ("error connecting to DB: dial tcp 172.21.0.2:5432: connect: connection timed out", "a server on port 5432"),
        ("[mysql] read tcp 10.77.77.77:53444->10.77.77.2:3306: i/o timeout", "a server on port 3306"),
    ],
)  # fmt: skip
def test_what_others_say_is_not_taken_for_ecr(catalog: Catalog, text: str, elsewhere: str) -> None:
    reading = catalog.read(text)

    assert reading.elsewhere == elsewhere
    assert not any(catalog[m.cause].ecr_only for m in reading.matches)


@pytest.mark.parametrize(
    "text",
    [
        "proxyconnect tcp: dial tcp 10.1.1.1:3128: i/o timeout",
        'Get "https://***/v2/": dial tcp 10.0.0.5:443: i/o timeout',
        'Get "http://169.254.169.254/latest/meta-data/": dial tcp 169.254.169.254:80: i/o timeout',
        'error during connect: Get "http://docker:2375/v1.40/info": dial tcp: lookup docker on 10.0.0.2:53: no such host',
        'Post "https://sts.us-east-1.api.aws/": dial tcp 192.0.2.1:443: i/o timeout',
        'Post "https://sts.us-iso-east-1.c2s.ic.gov/": dial tcp: lookup sts.us-iso-east-1.c2s.ic.gov: no such host',
        'Get "https://team.awsapps.com/start": x509: certificate signed by unknown authority',
        "no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled",
        "operation error SSO OIDC: CreateToken, https response error StatusCode: 400, InvalidGrantException",
        "docker pull <host>/team/app:1\nx509: certificate signed by unknown authority",
        "docker pull HOST/app:1\nno basic auth credentials",
        "dial tcp 10.0.0.5:443: i/o timeout",
        "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/x",
        "is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/x",
    ],
)
def test_what_may_be_ecr_stays_so(catalog: Catalog, text: str) -> None:
    assert catalog.read(text).elsewhere == ""
