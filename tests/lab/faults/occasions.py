"""Clocks, hosts of other partitions, images as people paste them, and ECR Public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab import names
from lab.faults.combined import with_login, with_role
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing, works
from lab.faults.places import PUBLIC
from lab.home import auths

if TYPE_CHECKING:
    from lab.world import Lab

_HOST = names.HOST
_GOV = f"{names.ACCOUNT}.dkr.ecr.us-gov-west-1.amazonaws.com"
_CHINA = f"{names.ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn"
_FIPS = f"{names.ACCOUNT}.dkr.ecr-fips.{names.REGION}.amazonaws.com"
_FOREIGN = ("partition-mismatch", "dns-failure", "registry-host-impossible", "aws-keys-invalid")
_DAY = 24 * 3600


def _helper_for(host: str) -> Injection:
    return lambda lab: lab.user.write_config({"credHelpers": {host: "ecr-login"}})


def _clock(seconds: int) -> Injection:
    return lambda lab: lab.update(clock_offset=seconds)


def _public(answer: str) -> Injection:
    """Return an injection of an answer of DNS for ECR Public, to one without a login."""

    def inject(lab: Lab) -> None:
        lab.user.write_config({})
        lab.update(dns={names.PUBLIC_HOST: answer})

    return inject


def _public_login(password: str) -> Injection:
    return lambda lab: lab.user.write_config(auths(password, names.PUBLIC_HOST))


def _public_dead_keys(lab: Lab) -> None:
    _helper_for(names.PUBLIC_HOST)(lab)
    lab.user.write_keys("AKIAGONEGONEGONEGONE", "zzz")


FAULTS = (
    *(
        works(
            f"clock-{abs(minutes)}m-{('behind' if minutes > 0 else 'ahead')}",
            f"the clock is {abs(minutes)} minutes {('behind' if minutes > 0 else 'ahead')}",
            _clock(minutes * 60),
        )
        for minutes in (4, -4, 14, -14)
    ),
    Fault(
        "clock-year-behind",
        "clock",
        "the clock is a year behind",
        _clock(365 * _DAY),
        ("clock-skew",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "clock-year-ahead",
        "clock",
        "the clock is a year ahead",
        _clock(-365 * _DAY),
        ("clock-skew",),
        says=NO_CREDENTIALS,
    ),
    Fault(
        "clock-20m-role",
        "clock",
        "the clock is 20 minutes behind, and a role is assumed",
        with_role(_clock(20 * 60)),
        ("clock-skew",),
        says=NO_CREDENTIALS,
    ),
    works(
        "clock-20m-ahead-beside-login",
        "the clock is 20 minutes ahead, and a login is stored",
        with_login(_clock(-20 * 60)),
    ),
    Fault(
        "clock-13h-beside-login",
        "clock",
        "the clock is 13 hours behind: a login lives 12",
        with_login(_clock(13 * 3600)),
        ("stored-login-expired", "clock-skew"),
        says="authorization token has expired",
    ),
    Fault(
        "host-of-gov",
        "region",
        "the host is GovCloud's, the keys are not",
        _helper_for(_GOV),
        (*_FOREIGN,),
        image=f"{_GOV}/team/app:latest",
        says="no such host",
    ),
    Fault(
        "host-of-china",
        "region",
        "the host is China's, the keys are not",
        _helper_for(_CHINA),
        (*_FOREIGN,),
        image=f"{_CHINA}/team/app:latest",
        says="no such host",
    ),
    Fault(
        "host-of-fips",
        "dns",
        "the host is the FIPS one, the helper is for the other",
        nothing,
        (
            "credhelpers-key-mismatch",
            "fips-endpoint-missing",
            "dns-failure",
            "registry-without-login",
        ),
        image=f"{_FIPS}/team/app:latest",
    ),
    Fault(
        "host-ends-in-dot",
        "image",
        "the image's host ends in a dot",
        nothing,
        (
            "credhelpers-key-mismatch",
            "image-reference-invalid",
            "registry-host-impossible",
            "never-logged-in",
        ),
        image=f"{_HOST}./team/app:latest",
    ),
    Fault(
        "image-newline",
        "image",
        "a newline follows the image",
        nothing,
        ("image-reference-invalid",),
        image=f"{names.IMAGE}\n",
    ),
    Fault(
        "image-no-break-space",
        "image",
        "a no-break space follows the image",
        nothing,
        ("image-reference-invalid",),
        image=f"{names.IMAGE}\xa0",
    ),
    Fault(
        "image-backslash",
        "image",
        "the image has a backslash",
        nothing,
        ("image-reference-invalid",),
        image=f"{_HOST}\\team\\app:latest",
    ),
    Fault(
        "image-in-quotes",
        "image",
        "the image is in quotes",
        nothing,
        ("image-reference-invalid",),
        image=f'"{names.IMAGE}"',
    ),
    Fault(
        "image-with-docker-pull",
        "image",
        "the command stands before the image",
        nothing,
        ("image-reference-invalid",),
        image=f"docker pull {names.IMAGE}",
    ),
    Fault(
        "image-long-tag",
        "image",
        "the tag has 129 characters",
        nothing,
        ("image-reference-invalid",),
        image=f"{_HOST}/team/app:{'a' * 129}",
    ),
    Fault(
        "image-tag-capitals",
        "image",
        "the tag is Latest",
        nothing,
        ("image-tag-not-found",),
        image=f"{_HOST}/team/app:Latest",
        says="not found",
    ),
    Fault(
        "public-tag-missing",
        "image",
        "ECR Public has no such tag",
        nothing,
        ("image-tag-not-found",),
        image=f"{names.PUBLIC_HOST}/team/app:v9",
    ),
    Fault(
        "public-nxdomain",
        "dns",
        "ECR Public has no name",
        _public("nxdomain"),
        ("dns-failure",),
        says="no such host",
        image=PUBLIC,
    ),
    Fault(
        "public-refused",
        "network",
        "ECR Public refuses",
        _public(names.REFUSING),
        ("connection-refused",),
        says="refused",
        image=PUBLIC,
    ),
    Fault(
        "public-intercepted",
        "tls",
        "a corporate CA signed ECR Public's certificate",
        lambda lab: lab.update(tls={names.PUBLIC_HOST: "unknown-ca"}),
        ("tls-untrusted-ca",),
        says="x509",
        image=PUBLIC,
    ),
    Fault(
        "public-wrong-login",
        "token",
        "the stored password for ECR Public is no token",
        _public_login("hello"),
        ("public-ecr-stale-login", "login-password-wrong", "stored-login-malformed"),
        image=PUBLIC,
    ),
    works(
        "public-helper-without-keys",
        "the helper has no keys for ECR Public: anonymous works",
        _public_dead_keys,
        image=PUBLIC,
    ),
    works(
        "public-config-invalid",
        "config.json is invalid, and ECR Public needs no login",
        lambda lab: lab.user.write_config("{,}"),
        image=PUBLIC,
    ),
)
