"""Settings that one SDK reads and another does not, and AWS's files as only one of them reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names, state
from lab.faults.combined import with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing

if TYPE_CHECKING:
    from lab.world import Lab

_KEYS = f"aws_access_key_id = {state.KEY_ID}\naws_secret_access_key = {state.SECRET_KEY}\n"
_CONFIG = f"[default]\nregion = {names.REGION}\n"
_PANICS = ("aws-setting-invalid",)
"""Go's SDK, second version, gives up at the setting: aws-sdk-go-v2, config/env_config.go."""


def _files(credentials: str | bytes, config: str = _CONFIG) -> Injection:
    def inject(lab: Lab) -> None:
        lab.user.write(".aws/credentials", credentials)
        lab.user.write(".aws/config", config)

    return inject


def _config(text: str) -> Injection:
    return _files(f"[default]\n{_KEYS}", text)


def _works(name: str, summary: str, inject: Injection = nothing, **env: str) -> Fault:
    return Fault(name, "none", summary, inject, pull_works=True, env=env)


def _fails(name: str, summary: str, inject: Injection, *accept: str, **env: str) -> Fault:
    return Fault(name, "aws-credentials", summary, inject, accept, says=NO_CREDENTIALS, env=env)


FAULTS = (
    _fails(
        "sdk-attempts", "AWS_MAX_ATTEMPTS is no number", nothing, *_PANICS, AWS_MAX_ATTEMPTS="many"
    ),
    _works("sdk-attempts-zero", "AWS_MAX_ATTEMPTS is 0", AWS_MAX_ATTEMPTS="0"),
    _fails(
        "sdk-retry-mode", "AWS_RETRY_MODE is unknown", nothing, *_PANICS, AWS_RETRY_MODE="fancy"
    ),
    _fails(
        "sdk-defaults-mode",
        "AWS_DEFAULTS_MODE is unknown",
        nothing,
        *_PANICS,
        AWS_DEFAULTS_MODE="fancy",
    ),
    _fails(
        "sdk-retry-legacy",
        "AWS_RETRY_MODE is one that the AWS CLI alone knows",
        nothing,
        *_PANICS,
        AWS_RETRY_MODE="legacy",
    ),
    _fails(
        "sdk-fips-number",
        "AWS_USE_FIPS_ENDPOINT is 1, which the AWS CLI takes",
        nothing,
        *_PANICS,
        AWS_USE_FIPS_ENDPOINT="1",
    ),
    _works(
        "sdk-metadata-timeout",
        "AWS_METADATA_SERVICE_TIMEOUT is no number",
        AWS_METADATA_SERVICE_TIMEOUT="soon",
    ),
    _works(
        "sdk-account-mode",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE is unknown",
        AWS_ACCOUNT_ID_ENDPOINT_MODE="x",
    ),
    _works("sdk-data-path", "AWS_DATA_PATH names no folder", AWS_DATA_PATH="/nowhere"),
    _works("sdk-sigv4a", "a list of regions for signatures", AWS_SIGV4A_SIGNING_REGION_SET="*"),
    _works(
        "sdk-compression",
        "compression's limit is no number",
        AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES="x",
    ),
    _fails(
        "config-attempts",
        "max_attempts of the profile is no number",
        _config(f"{_CONFIG}max_attempts = many\n"),
        *_PANICS,
    ),
    _works(
        "config-nested",
        "the profile has nested settings of S3",
        _config(f"{_CONFIG}s3 =\n  addressing_style = path\n  max_concurrent_requests = x\n"),
    ),
    _works(
        "config-region-comment",
        "a comment follows the profile's region",
        _config(f"[default]\nregion = {names.REGION} # main\n"),
    ),
    _works(
        "config-region-quotes",
        "the profile's region is in quotes",
        _config(f'[default]\nregion = "{names.REGION}"\n'),
    ),
    _works(
        "config-other-sections",
        "sections of plugins, services and presets",
        _config(f"[plugins]\na = b\n[services dev]\ns3 =\n  endpoint_url = http://x\n{_CONFIG}"),
    ),
    _works(
        "config-default-long",
        "the section is [profile default]",
        _config(f"[profile default]\nregion = {names.REGION}\n"),
    ),
    _works("config-empty", "~/.aws/config is empty", _config("")),
    _works(
        "keys-indented",
        "the keys are indented",
        _files("[default]\n" + "".join(f"  {line}\n" for line in _KEYS.splitlines())),
    ),
    _works(
        "keys-without-spaces",
        "no spaces stand around the equals signs",
        _files(f"[default]\n{_KEYS}".replace(" = ", "=")),
    ),
    _works(
        "keys-with-tabs",
        "tabs stand around the equals signs",
        _files(f"[default]\n{_KEYS}".replace(" = ", "\t=\t")),
    ),
    _works(
        "keys-capitals",
        "the names of the keys are in capitals",
        _files(
            f"[default]\n{_KEYS}".replace("aws_access", "AWS_ACCESS").replace(
                "aws_secret", "AWS_SECRET"
            )
        ),
    ),
    _works(
        "keys-section-spaces",
        "spaces stand in the section's brackets, which Go takes away",
        _files(f"[ work ]\n{_KEYS}"),
        AWS_PROFILE="work",
    ),
    _works(
        "keys-quoted",
        "the keys in the file are in quotes, which Go takes away",
        _files(
            f'[default]\naws_access_key_id = "{state.KEY_ID}"\n'
            f'aws_secret_access_key = "{state.SECRET_KEY}"\n'
        ),
    ),
    _fails(
        "keys-byte-order-mark",
        "the file begins with a byte order mark",
        _files(b"\xef\xbb\xbf[default]\n" + _KEYS.encode()),
        "aws-config-unparsable",
        "no-aws-credentials",
    ),
    _fails(
        "keys-utf16",
        "the file was saved as UTF-16",
        _files(f"[default]\n{_KEYS}".encode("utf-16")),
        "aws-config-unparsable",
        "no-aws-credentials",
    ),
    _fails(
        "keys-json",
        "the file is the JSON of a console",
        _files('{"AccessKey": {"AccessKeyId": "AKIAX", "SecretAccessKey": "x"}}\n'),
        "aws-config-unparsable",
        "no-aws-credentials",
    ),
    _fails(
        "keys-csv",
        "the file is the CSV of the console",
        _files(f"Access key ID,Secret access key\n{state.KEY_ID},{state.SECRET_KEY}\n"),
        "aws-config-unparsable",
        "no-aws-credentials",
    ),
    _fails(
        "keys-one-line",
        "both keys are on one line",
        _files(f"[default]\n{_KEYS}".replace("\naws_secret", " aws_secret")),
        "aws-env-incomplete",
        "aws-keys-invalid",
        "no-aws-credentials",
    ),
    _fails(
        "keys-merge-marks",
        "the marks of a merge are in the file",
        _files(f"<<<<<<< HEAD\n[default]\n{_KEYS}=======\n>>>>>>> x\n"),
        "aws-config-unparsable",
    ),
    _works(
        "sdk-sts-endpoints",
        "AWS_STS_REGIONAL_ENDPOINTS is unknown to all",
        with_role(nothing),
        AWS_STS_REGIONAL_ENDPOINTS="fancy",
    ),
)
