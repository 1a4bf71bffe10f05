"""Variables of AWS's and docker's programs that are odd, old, half or left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.combined import with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing

if TYPE_CHECKING:
    from lab.world import Lab

_KEY, _SECRET = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"
_GOOD = {_KEY: state.KEY_ID, _SECRET: state.SECRET_KEY}
_INVALID = ("aws-keys-invalid", "aws-env-shadows-profile")
_FIPS_API = f"ecr-fips.{names.REGION}.amazonaws.com"
_DUAL_API = (f"api.ecr.{names.REGION}.api.aws", f"ecr.{names.REGION}.api.aws")
_NOT_THERE = ("config-wrong-home-or-user", "never-logged-in")


def _no_keys(lab: Lab) -> None:
    (lab.user.path / ".aws/credentials").unlink()


def _dns(*hosts: str) -> Injection:
    return lambda lab: lab.update(dns=dict.fromkeys(hosts, "nxdomain"))


def _elsewhere(lab: Lab) -> None:
    """Keep the profile in another file, as CI does."""
    keys = f"aws_access_key_id = {state.KEY_ID}\naws_secret_access_key = {state.SECRET_KEY}\n"
    lab.user.write("ci/aws", f"[profile ci]\nregion = {names.REGION}\n{keys}")
    _no_keys(lab)


def _endpoint_in_profile(lab: Lab) -> None:
    text = f"[default]\nregion = {names.REGION}\nendpoint_url = http://127.0.0.1:4566\n"
    lab.user.write(".aws/config", text)


def _fails(
    name: str, summary: str, env: dict[str, str], *accept: str, inject: Injection = nothing
) -> Fault:
    return Fault(name, "environment", summary, inject, accept, says=NO_CREDENTIALS, env=env)


def _works(name: str, summary: str, env: dict[str, str], inject: Injection = nothing) -> Fault:
    return Fault(name, "none", summary, inject, pull_works=True, env=env)


FAULTS = (
    _fails(
        "env-secret-newline",
        "the secret key ends in a newline",
        {**_GOOD, _SECRET: state.SECRET_KEY + "\n"},
        *_INVALID,
    ),
    _fails(
        "env-key-newline",
        "the access key ends in a newline",
        {**_GOOD, _KEY: state.KEY_ID + "\n"},
        *_INVALID,
    ),
    _fails(
        "env-key-space",
        "a space is before the access key",
        {**_GOOD, _KEY: " " + state.KEY_ID},
        *_INVALID,
    ),
    _fails(
        "env-key-carriage-return",
        "both keys end in a carriage return of a Windows file",
        {_KEY: state.KEY_ID + "\r", _SECRET: state.SECRET_KEY + "\r"},
        *_INVALID,
    ),
    _fails(
        "env-token-newline",
        "the session token ends in a newline",
        {
            _KEY: state.SESSION_KEY_ID,
            _SECRET: state.SESSION_SECRET_KEY,
            "AWS_SESSION_TOKEN": state.SESSION_TOKEN + "\n",
        },
        *_INVALID,
    ),
    _fails(
        "env-keys-of-placeholder",
        "the variables have the text of a template",
        {_KEY: "${AWS_ACCESS_KEY_ID}", _SECRET: "${AWS_SECRET_ACCESS_KEY}"},
        *_INVALID,
    ),
    _fails(
        "env-keys-beside-profile",
        "AWS_PROFILE names a good profile, and dead keys in variables win over it",
        {"AWS_PROFILE": "default", _KEY: "AKIAGONEGONEGONEGONE", _SECRET: "zzz"},
        *_INVALID,
    ),
    _works("env-keys-empty", "the variables of the keys are empty", {_KEY: "", _SECRET: ""}),
    _works(
        "env-token-alone",
        "AWS_SESSION_TOKEN is set alone, and the file's keys are used",
        {"AWS_SESSION_TOKEN": state.SESSION_TOKEN},
    ),
    _works(
        "env-old-names",
        "the keys stand under Go's second names",
        {"AWS_ACCESS_KEY": state.KEY_ID, "AWS_SECRET_KEY": state.SECRET_KEY},
        _no_keys,
    ),
    _fails(
        "env-profile-space",
        "a space follows the name in AWS_PROFILE",
        {"AWS_PROFILE": "work "},
        "aws-profile-missing",
        inject=lambda lab: lab.user.write(".aws/config", "[profile work]\nregion = us-east-1\n"),
    ),
    _works("env-region-newline", "AWS_REGION ends in a newline", {"AWS_REGION": "us-east-1\n"}),
    _works(
        "env-region-empty",
        "the region's variables are empty",
        {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""},
    ),
    _works(
        "env-sts-legacy",
        "the role's keys come from the old global STS",
        {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"},
        with_role(nothing),
    ),
    _works(
        "env-sts-regional",
        "the role's keys come from the region's STS, the global one is gone",
        {"AWS_STS_REGIONAL_ENDPOINTS": "regional"},
        with_role(_dns("sts.amazonaws.com")),
    ),
    _fails(
        "env-fips",
        "AWS_USE_FIPS_ENDPOINT, and the FIPS endpoint has no name here",
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        "fips-endpoint-missing",
        "dns-failure",
        inject=_dns(_FIPS_API),
    ),
    _fails(
        "env-dual-stack",
        "AWS_USE_DUALSTACK_ENDPOINT, and the dual-stack endpoint has no name",
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        "dual-stack-api-endpoint-wrong",
        "dns-failure",
        inject=_dns(*_DUAL_API),
    ),
    Fault(
        "env-endpoint-of-ecr",
        "none",
        "AWS_ENDPOINT_URL_ECR is left over; this helper ignores it",
        nothing,
        ("endpoint-url-override",),
        pull_works=True,
        env={"AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:4566"},
    ),
    Fault(
        "profile-endpoint",
        "none",
        "the profile has an endpoint_url; this helper ignores it",
        _endpoint_in_profile,
        ("endpoint-url-override",),
        pull_works=True,
    ),
    _works(
        "env-config-file",
        "AWS_CONFIG_FILE and AWS_PROFILE name the good profile",
        {"AWS_CONFIG_FILE": "/home/dev/ci/aws", "AWS_PROFILE": "ci"},
        _elsewhere,
    ),
    Fault(
        "env-config-file-missing",
        "environment",
        "AWS_CONFIG_FILE names no file, and the profile was there",
        _elsewhere,
        ("aws-profile-missing",),
        says=NO_CREDENTIALS,
        env={"AWS_CONFIG_FILE": "/home/dev/ci/config", "AWS_PROFILE": "ci"},
        slow=True,
    ),
    _works("env-sdk-load-config", "AWS_SDK_LOAD_CONFIG is off", {"AWS_SDK_LOAD_CONFIG": "0"}),
    Fault(
        "env-container-local",
        "aws-credentials",
        "a local credential endpoint that nobody serves",
        _no_keys,
        ("container-credentials-unreachable",),
        says=NO_CREDENTIALS,
        env={"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:1338/role"},
        slow=True,
    ),
    Fault(
        "env-metadata-elsewhere",
        "aws-credentials",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT names an address where nothing listens",
        _no_keys,
        ("imds-unreachable", "no-aws-credentials"),
        says=NO_CREDENTIALS,
        env={"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://{names.REFUSING}"},
        slow=True,
    ),
    _works("home-slash", "HOME ends in a slash", {"HOME": "/home/dev/"}),
    _fails(
        "config-variable-tilde",
        "DOCKER_CONFIG is ~/.docker in quotes",
        {"DOCKER_CONFIG": "~/.docker"},
        *_NOT_THERE,
    ),
    _works("config-variable-relative", "DOCKER_CONFIG is relative", {"DOCKER_CONFIG": ".docker"}),
    _works(
        "config-variable-slash",
        "DOCKER_CONFIG ends in a slash",
        {"DOCKER_CONFIG": "/home/dev/.docker/"},
    ),
    _fails(
        "config-variable-space",
        "a space follows DOCKER_CONFIG's folder",
        {"DOCKER_CONFIG": "/home/dev/.docker "},
        *_NOT_THERE,
    ),
)
