# ruff: noqa: E501, Q003  errors as programs print them, each on one line
"""The ways in which clients say a thing: what they wrap, hide, try in turn, or take for a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecr_doctor.catalog import Catalog

HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
IMAGE = f"{HOST}/team/app:1"
NBAC = f'Head "https://{HOST}/v2/team/app/manifests/1": no basic auth credentials'
SCANNER = (
    f"unable to inspect the image ({IMAGE}): Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n"
    f"Error response from daemon: No such image: {IMAGE}\n"
    "* containerd socket not found: /run/containerd/containerd.sock\n"
    "* unable to initialize Podman client: no podman socket found: stat podman/podman.sock: no such file or directory\n"
    f"* GET https://{HOST}/v2/team/app/manifests/1: "
)


def first(catalog: Catalog, text: str) -> str:
    matches = catalog.match(text)
    return matches[0].cause if matches else ""


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        # a scanner tries docker, containerd and podman before the registry
        (SCANNER + "unexpected status code 401 Unauthorized: Not Authorized", "never-logged-in"),
        (SCANNER + "DENIED: Your authorization token has expired. Reauthenticate and try again.", "stored-login-expired"),
        # the engine's API answers 500, whatever the registry said
        (f"(HTTP code 500) server error - failed to resolve reference \"{IMAGE}\": unexpected status from HEAD request: 401 Unauthorized", "never-logged-in"),
        (f"500 Server Error for http+docker://localhost/v1.43/images/create: Internal Server Error (\"{NBAC}\")", "never-logged-in"),
        # nomad says "Failed to pull" too
        (f"Driver Failure: failed to pull image: Failed to pull `{IMAGE}`: API error (500): {NBAC} nomad", "config-wrong-home-or-user"),
        # status codes in every spelling
        (f"GET https://{HOST}/v2/team/app/tags/list = (code=ERR_NON_2XX_3XX_RESPONSE, statusCode=403 retryCount=0)", "iam-missing-batch-get-image"),
        (f"level=error msg=\"HTTP Error\" image={IMAGE} statusCode=404", "repository-not-found"),
        # ... and as people say them
        (f"our builder says it got a 403 error when it pushes to {HOST}/team/app", "iam-missing-batch-get-image"),
        (f"docker push to {HOST}/team/app always returns 401", "never-logged-in"),
        ("403 error when trying to download the chart oci://public.ecr.aws/karpenter/karpenter", "public-ecr-stale-login"),
        ("GET https://public.ecr.aws/v2/nginx/nginx/tags/list: unexpected answer", "client-lacks-ecr-support"),
        (f"docker-compose lacks basic auth credentials for {HOST}", "never-logged-in"),
        (f"pushes to {HOST} sometimes end in TLS handshake timeout", "network-timeout"),
        ("Could not log in (please check credentials) amazon-ecr-login", "login-password-wrong"),
        # Kubernetes' word for "not pulled", and as people recall it
        (f"Error: ImagePullBackOff for {IMAGE}", "kubelet-credential-provider"),
        (f"the init container of {IMAGE} ends in ImagePullErr", "image-tag-not-found"),
        # the engine's API, as ECS tells it
        ("CannotPullContainerError: API error (404)", "image-tag-not-found"),
        # a wrapper that hides what docker said
        (f"CalledProcessError: Command 'docker pull {IMAGE}' returned non-zero exit status 1.", "never-logged-in"),
        # wrappers around the token call
        ("WARN: ECR getAuthorizationToken error (repository=org/repo)", "iam-missing-get-authorization-token"),
        ("##[error]Failed to obtain authorization token to log in to ECR, error: UnrecognizedClientException: The security token included in the request is invalid", "aws-keys-invalid"),
        # services with a sentence of their own
        (f"The repository of your image {IMAGE} does not grant ecr:GetDownloadUrlForLayer, ecr:BatchGetImage permission to sagemaker.amazonaws.com service principal.", "repo-policy-missing-cross-account"),
        (f"The role 'arn:aws:iam::123456789012:role/x' does not have BatchGetImage permission for the image: '{IMAGE}'.", "iam-missing-batch-get-image"),
        (f"Image repository must be in the same account as the caller: {IMAGE}", "image-in-other-region-or-account"),
        # ECS shortens
        (f"failed to resolve ref {IMAGE}: {IMAGE}: not found", "image-tag-not-found"),
        ("ResourceInitializationError: unable to pull secrets or registry auth", "network-no-route"),
        ("CannotPullContainerError: AccessDeniedException", "iam-missing-batch-get-image"),
        ("STOPPED (CannotPullContainerError: Error response from daem)", "iam-missing-batch-get-image"),
        ("CannotPullContainerError: KMSInvalidStateException: arn:aws:kms:eu-west-1:123456789012:key/a is pending deletion.", "kms-key-unusable"),
        ("An error occurred (KMSInvalidStateException) when calling the BatchGetImage operation: x", "kms-key-unusable"),
        (f'level=error msg="HTTP Error" err="No such image: {IMAGE} (tag: 1)" statusCode=404', "image-tag-not-found"),
        ("docker swarm: No such image: app", "swarm-registry-auth"),
        ("CannotPullContainerError: Error response from daemon: repository does not exist", "repository-not-found"),
        # Lambda says little of images, and takes them from ECR alone
        ("(InvalidParameterValueException) when calling the CreateFunction operation: Image repository must be in the same account as the caller", "image-in-other-region-or-account"),
        (f"Source image {IMAGE} is not valid. Provide a valid source image.", "image-in-other-region-or-account"),
        ("Source image app:latest is not valid. Provide a valid source image.", "image-reference-invalid"),
        # CodeBuild's wrapper, alone
        ("BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull customer's container image. ECR", "iam-missing-batch-get-image"),
        # what is not found for a blob that is sent is where it should go
        (f"Failed to push blob: failed to send blob post, ref {HOST}/team/app@sha256:{'c0' * 32}: not found", "repository-not-found"),
        # docker was given no password: the command before it printed none
        ("Error: Cannot perform an interactive login from a non TTY device", "no-aws-credentials"),
        # a push that hides why it is tried again: ECR knows no such repository
        (f"The push refers to repository [{HOST}/team/app]\n763ac63792f3: Retrying in 5 seconds\nEOF", "repository-not-found"),
        # the token call got no answer; that there are no credentials is its consequence
        (f"aws_credentials.go:194] while requesting ECR authorization token RequestError: send request failed caused by: Post https://api.ecr.us-east-1.amazonaws.com/: dial tcp i/o timeout\nRunPodSandbox failed: {HOST}/eks/pause-amd64:3.1: {NBAC}", "network-timeout"),
        ("aws_credentials.go:199] while requesting ECR authorization token ThrottlingException: Rate exceeded", "ecr-api-throttled"),
        ("aws_credentials.go:194] while requesting ECR authorization token: unknown", "kubelet-credential-provider"),
        # names with the quotation marks that hide what was in them
        ('dial tcp: lookup "account".dkr.ecr."region".amazonaws.com on 10.1.1.1:53: read udp 10.1.1.2:34340->10.1.1.1:53: i/o timeout', "dns-failure"),
        # kubelet's last line alone
        (f"Back-off pulling image \"{IMAGE}\"", "image-tag-not-found"),
        (f"Failed create pod sandbox: failed pulling image {HOST}/eks/pause-amd64:3.1: {NBAC}", "sandbox-image-no-credentials"),
        # the client's own trouble
        ("docker login: panic: assignment to entry in nil map", "config-json-invalid"),
        ("Get https://https//123456789012.dkr.ecr.us-west-2.amazonaws.com/v2/: dial tcp: lookup https on 192.168.73.1:53: no such host", "image-reference-invalid"),
        ("failed to authorize: failed to fetch oauth token: GET request to https://auth.docker.io/token?scope=library: 401 Unauthorized ecr", "registry-prefix-missing"),
        (f"Post \"https://{HOST}/v2/team/app/blobs/uploads/\": EOF", "connection-reset"),
        ("failed to register layer: re-exec error: exit status 1: output: ProcessUtilityVMImage \\\\?\\C:\\ProgramData", "windows-version-mismatch"),
        ("client version 1.43 is too new. Maximum supported API version is 1.42", "docker-too-old"),
        # the sentences of the SDKs
        ("Unable to load region from any of the providers in the chain DefaultAwsRegionProviderChain", "aws-region-missing"),
        ("Aws::Errors::MissingRegionError: missing region; use :region option", "aws-region-missing"),
        ("AmazonECRException: Missing Authentication Token (Error Code: MissingAuthenticationTokenException)", "no-aws-credentials"),
        ("CredentialsProviderError: Token is expired. To refresh this SSO session run 'aws sso login'", "aws-session-expired"),
        # a program that is not there, as Java, Python and Windows say it
        ('java.io.IOException: Cannot run program "docker-credential-ecr-login": error=2, No such file or directory', "helper-not-on-path"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'docker-credential-ecr-login'", "helper-not-on-path"),
        ("BuildStepsExecutionException: The system does not have docker-credential-ecr-login CLI", "helper-not-on-path"),
        ('"docker-credential-ecr-login": CreateProcess error=2, The system cannot find the file specified', "helper-not-on-path"),
        # who asks for lists of tags is no kubelet, though it speaks of Kubernetes
        (f'Creating in-cluster Kubernetes client\ncould not get tags: Get "https://{HOST}/v2/team/app/tags/list": no basic auth credentials', "never-logged-in"),
        (f"kubernetes controller: GET https://{HOST}/v2/team/app/tags/list: DENIED: Your Authorization Token is invalid.", "client-lacks-ecr-support"),
        # a mirror's own log, and a proxy that was spoken to in plain text
        ('level=error msg="response completed with error" err.code=unknown err.detail="Head \\"https://public.ecr.aws/v2/nginx/nginx/blobs/sha256:aa\\": unexpected EOF" 500 Internal Server Error', "registry-mirror-broken"),
        ("docker push to ECR: error parsing HTTP 400 response body: invalid character '<' looking for beginning of value: \"<html><title>400 The plain HTTP request was sent to HTTPS port</title>", "registry-mirror-broken"),
        ("Get \"https://public.ecr.aws/v2/\": rejecting public.ecr.aws:443 because traffic from evaluating PAC file", "proxy-misconfigured"),
        # credentials of a container, for a program too old to ask there
        ('panic: invalid endpoint host, "169.254.170.23", only loopback hosts are allowed amazon-ecr-credential-helper', "container-credentials-unreachable"),
        ("CannotPullECRContainerError: engine ecr credentials: not found", "ecs-execution-role-missing"),
        ("InvalidRequestException: Error in assuming access role arn:aws:iam::123456789012:role/apprunner", "assume-role-refused"),
        # docker from snap, and a store of Windows, told in words only
        (f"docker was installed as a snap package; {NBAC}", "docker-snap-confinement"),
        ('"credsStore": "wincred" and ECR: no basic auth credentials', "wincred-store-limits"),
        # the image was built, so that a build's pitfalls do not matter any more
        (f"docker build .\nStep 1/6 : FROM alpine\nThe push refers to repository [{HOST}/team/app]\nno basic auth credentials", "never-logged-in"),
        # a login alone asks for the root of the registry: what was refused is its password
        ("Error response from daemon: Get https://public.ecr.aws/v2/: denied: Not Authorized", "aws-cli-version"),
        # with the only right user's name, the password is the wrong part
        (f"docker login -u AWS -p x https://{HOST}\nError response from daemon: Get https://{HOST}/v2/: unauthorized: authentication required", "login-password-wrong"),
        # nothing was sent, so that nobody can have been refused
        (f"pull access denied for {HOST}/team/app, repository does not exist or may require authorization: authorization failed: no basic auth credentials", "never-logged-in"),
        # the login was refused by its store, and the pull for want of it
        ("error storing credentials - err: exit status 1, out: `not implemented`\nError response from daemon: pull access denied for app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", "creds-store-set-for-all-registries"),
        # the image of a registry that was never asked
        ("Builder not using ECR configuration: HEAD https://index.docker.io/v2/library/builder/blobs/sha256:aa: unexpected status code 401 Unauthorized", "registry-prefix-missing"),
        ('Failed to pull image "public.ecr.aws/nginx/nginx:1": rpc error: code = Canceled desc = failed to pull and unpack image: context canceled', "pull-concurrency"),
        # the last letter of a line is what a cut or a wrapped text lacks
        (f"Failed to create sandbox for pod: failed to pull image {HOST}/eks/pause:3.9: no basic auth credential\ns", "sandbox-image-no-credentials"),
        # a policy that says no goes before one that says nothing
        ("(AccessDeniedException) when calling the GetAuthorizationToken operation: User: arn:aws:iam::123456789012:user/x is not authorized to perform: ecr:GetAuthorizationToken on resource: * with an explicit deny", "iam-explicit-deny"),
    ],
)  # fmt: skip
def test_every_client_is_understood(catalog: Catalog, text: str, cause: str) -> None:
    assert first(catalog, text) == cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Could not connect to the endpoint URL: \"https://api.ecr.eu-wset-1.amazonaws.com/\"", "aws-region-missing"),
        ("Unable to execute HTTP request: api.ecr.us-esat-1.amazonaws.com: Name or service not known", "aws-region-missing"),
        ("lookup 123456789012.dkr.ecr.cn-north-1.amazonaws.com on 10.0.0.2:53: no such host", "registry-host-impossible"),
        ("lookup ************.dkr.ecr.cn-north-1.amazonaws.com: no such host", "registry-host-impossible"),
        ("lookup 123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn on 10.0.0.2:53: no such host", "dns-failure"),
        ("lookup 123456789012.dkr.ecr.eu-west-1.amazonaws.com on 10.0.0.2:53: no such host", "dns-failure"),
    ],
)  # fmt: skip
def test_names_that_cannot_be_are_seen(catalog: Catalog, text: str, cause: str) -> None:
    assert first(catalog, text) == cause


def test_a_cut_text_may_lack_the_last_letter(catalog: Catalog) -> None:
    assert catalog.read(NBAC[:-1]).symptoms == ("no basic auth credentials",)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        # docker's refusal, cut before its reason
        (f"pull access denied for {HOST}/team/app", "iam-missing-batch-get-image"),
        (f"access denied when pulling {IMAGE}", "iam-missing-batch-get-image"),
        ("ECR login failed", "login-password-wrong"),
        (f"image {IMAGE} not found", "image-tag-not-found"),
        (f"{IMAGE}: tag does not exist", "image-tag-not-found"),
        (f"docker pull {IMAGE} hangs", "network-timeout"),
        (f"got a 429 from {HOST}", "ecr-api-throttled"),
        ("public.ecr.aws answers with 429", "public-ecr-rate-limit"),
        (f"certificate is valid for *.dkr.ecr.us-east-1.amazonaws.com, not {HOST}", "tls-wrong-host"),
        (f"crictl pull {IMAGE}: pulling image: failed to authorize", "never-logged-in"),
        (f"** server can't find {HOST}: NXDOMAIN", "dns-failure"),
        ("aws ecr get-login-password timed out", "network-timeout"),
        (f"no such manifest: {IMAGE}", "image-tag-not-found"),
        (f"Failed to pull {IMAGE}: rpc error: code = PermissionDenied", "iam-missing-batch-get-image"),
        ("ECR pull fails with `denied`", "iam-missing-batch-get-image"),
        ("our ECR pull fails since this morning", "never-logged-in"),
        (f"BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE for image {IMAGE}", "iam-missing-batch-get-image"),
        ("no authorization data returned from AWS ECR", "ecr-service-side"),
        ("Failure reason : Failed to copy the image from ECR", "iam-missing-batch-get-image"),
        ("Log in to registry... No credentials provided. ECR", "no-aws-credentials"),
        ("aws ecr get-login --region us-east-1\nCould not find a docker config. Please run 'docker login' to create one", "never-logged-in"),
        ("minikube addons configure registry-creds\nsecrets \"registry-creds-ecr\" not found", "kubernetes-pull-secret"),
        ("xxx is not a valid repository URI for Amazon Elastic Container Registry", "helper-rejects-host"),
        # the status of a proxy's answer to CONNECT: Go leaves out its number
        (f'Error response from daemon: Get "https://{HOST}/v2/": Forbidden', "proxy-misconfigured"),
        (f"Error response from daemon: Get https://{HOST}/v2/: Service Unavailable", "proxy-misconfigured"),
        # ECR's errors, whichever operation was called
        ("An error occurred (RepositoryNotFoundException) when calling the DescribeImages operation: x", "repository-not-found"),
        ("An error occurred (ImageNotFoundException) when calling the DescribeImages operation: x", "image-tag-not-found"),
        ("An error occurred (InvalidParameterException) when calling the BatchGetImage operation: x", "image-reference-invalid"),
        ("failed to pull: layers from manifest don't match image configuration", "artifact-not-an-image"),
    ],
)  # fmt: skip
def test_few_words_are_an_answer_too(catalog: Catalog, text: str, cause: str) -> None:
    assert first(catalog, text) == cause


def test_a_mask_is_no_wildcard(catalog: Catalog) -> None:
    masked = NBAC.replace("123456789012", "***")

    assert "credhelpers-wildcard-key" not in {m.cause for m in catalog.match(masked)[:3]}
    assert first(catalog, NBAC.replace("123456789012", "*")) == "credhelpers-wildcard-key"


def test_a_registry_that_answers_has_a_name(catalog: Catalog) -> None:
    hidden = "HEAD request to https://.dkr.ecr.us-west-2.amazonaws.com/v2/app/manifests/1: "

    assert first(catalog, hidden + "403 Forbidden") != "registry-host-impossible"
    assert first(catalog, hidden + "no such host") == "registry-host-impossible"


def test_a_login_that_just_succeeded_has_not_expired(catalog: Catalog) -> None:
    refused = f"unexpected status from HEAD request to https://{HOST}/v2/team/app/manifests/1: 403 Forbidden"

    assert first(catalog, refused) == "stored-login-expired"
    assert first(catalog, f"Login Succeeded\n{refused}") == "iam-missing-batch-get-image"


@pytest.mark.parametrize(
    "tool", ["Logging in... ", "Logging into registry ", "Authenticating ", "docker login -u AWS "]
)
def test_every_tool_s_login_is_compared_with_the_pull(catalog: Catalog, tool: str) -> None:
    text = f"{tool}210987654321.dkr.ecr.eu-central-1.amazonaws.com\nLogin Succeeded\n{NBAC}"

    assert first(catalog, text) == "login-for-other-registry"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'Back-off pulling image "{HOST}/api:1"', "kubectl describe pod"),
        (
            f"CannotPullContainerError: pull of {HOST}/api:1 (Error response from daem",
            "describe-tasks",
        ),
        (
            "denied: User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-west-1:123456789012:repository/a",
            "ecr:PutImage",
        ),
        (f"{HOST}/api:1: no basic auth credentials", ""),
    ],
)
def test_the_end_of_a_story_is_told_to_be_one(text: str, said: str, catalog: Catalog) -> None:
    hint = catalog.read(text).hint
    assert said in hint
    assert bool(hint) == bool(said)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "Aws\\Exception\\CredentialsException: Cannot read credentials from /root/.aws/credentials",
            "no-aws-credentials",
        ),
        ("java.lang.NullPointerException: Access key ID cannot be blank.", "aws-env-incomplete"),
        (
            "EC2 Metadata roleName request returned error: connect ETIMEDOUT 169.254.169.254:80",
            "imds-unreachable",
        ),
        (
            "The remote certificate is invalid because of errors in the certificate chain: PartialChain",
            "tls-untrusted-ca",
        ),
        (
            f"{HOST}/api:1: image index contains no manifests for linux/arm64",
            "platform-not-in-image",
        ),
        (f"rpc error: code = NotFound desc = {HOST}/api:1: not found", "image-tag-not-found"),
        (
            "The function does not have permission to access the specified image.",
            "lambda-not-in-repo-policy",
        ),
        (
            "docker-credential-ecr-login can only be used with Amazon EC2 Container Registry.",
            "helper-rejects-host",
        ),
        (
            "Error: getting username and password: reading password: inappropriate ioctl for device",
            "login-password-wrong",
        ),
        (f"Build image failed: Unauthorized for {HOST}/app", "never-logged-in"),
        (
            f"error fetching image to cache: docker://{HOST}/app:1: reading manifest: unauthorized",
            "never-logged-in",
        ),
        (
            "dial tcp: lookup 123456789012.dkr.ecr..amazonaws.com: no such host",
            "registry-host-impossible",
        ),
        (
            f"ERROR: failed to solve: {HOST}/base:1: authorization failed: no basic auth credentials",
            "never-logged-in",
        ),
        (
            "Error getting the version of the configured credential helper [Process 'docker-credential-ecr-login version' exited with status 1]",
            "helper-protocol-broken",
        ),
        (
            f"Error getting the credentials for {HOST} from the configured credential helper",
            "no-aws-credentials",
        ),
        (
            f"[error] 68#68 {HOST} could not be resolved (110: Operation timed out)",
            "dns-failure",
        ),
        (
            '"error":"x is null", "level":"error", "message":"Failed to assume role"',
            "assume-role-refused",
        ),
        (
            "panic: SharedConfigAssumeRoleError: failed to load assume role for x source profile has no shared credentials",
            "aws-profile-incomplete",
        ),
        ("Please login prior to push:\nUsername: EOF", "never-logged-in"),
        (
            "Error response from daemon: Bad parameters and missing X-Registry-Auth: EOF",
            "never-logged-in",
        ),
        (
            "UnsupportedUpstreamRegistryException: The specified upstream registry requires authentication.",
            "pull-through-upstream-auth",
        ),
        (
            "(ValidationException) when calling the CreateTrainingJob operation: Access denied for repository: spark in registry ID: 123456789012. ECR",
            "repo-policy-missing-cross-account",
        ),
        (
            "Error executing 'push': Please specify the image name in the correct format [ECR_REPOSITORY[:TAG]]",
            "image-reference-invalid",
        ),
        (
            "Replication: failed to check the existence of the manifest, ECR",
            "client-lacks-ecr-support",
        ),
    ],
)
def test_sentences_of_one_program_are_known(text: str, cause: str, catalog: Catalog) -> None:
    assert first(catalog, text) == cause
