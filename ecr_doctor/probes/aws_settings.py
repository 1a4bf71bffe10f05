"""Settings of AWS's SDKs with values that these refuse: what starts with them ends at once.

Amazon's helper is a Go program, which stops with a panic: aws-sdk-go-v2, config/env_config.go and
config/shared_config.go; measured with the helper 0.6.0. The AWS CLI is built on botocore, which
takes other values: botocore/args.py, botocore/configprovider.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .aws_config_files import AwsFilesProbe
from .aws_credentials import profile_in_force
from .aws_profile_faults import role_chain
from .base import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .base import Scene

_LONGEST = 100
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSetting:
    """A setting that an SDK refuses."""

    name: str
    """As it is written: a variable, or a name of the profile."""
    value: str
    origin: str
    """`environment`, or `path:line`."""
    wanted: str
    """What may stand there, in words."""
    go_refuses: bool = False
    """Whether Amazon's helper ends with it."""
    python_refuses: bool = False
    """Whether the AWS CLI does."""


@dataclass(frozen=True, slots=True)
class AwsSettingsProbe(Probe[tuple[AwsSetting, ...]]):
    """Looks at variables and profile; nothing is asked of AWS."""

    def look(self, scene: Scene) -> tuple[AwsSetting, ...]:
        """Every setting that one of the SDKs refuses."""
        return tuple(_refused(scene))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What the SDKs take for one setting; patterns are compared without regard to case."""

    go: str
    python: str
    wanted: str
    in_profile: bool = True
    """Whether Go refuses it in a profile too: there booleans are read without an error."""


_BOOLEAN: Final = _Rule(go="true|false", python=".*", wanted="true or false", in_profile=False)
_MODES: Final = "auto|cross-region|in-region|legacy|mobile|standard"
_RULES: Final = {
    "max_attempts": _Rule(
        go=r"[+-]?\d+", python=r"\s*\+?0*[1-9]\d*\s*", wanted="a whole number from 1 on"
    ),
    "retry_mode": _Rule(
        # Both mind the case here.
        go="(?-i:standard|adaptive)",
        python="(?-i:legacy|standard|adaptive)",
        wanted="standard or adaptive",
    ),
    "defaults_mode": _Rule(go=_MODES, python=_MODES, wanted="standard, auto or legacy"),
    "ec2_metadata_service_endpoint_mode": _Rule(
        go="ipv4|ipv6", python="ipv4|ipv6", wanted="IPv4 or IPv6"
    ),
    "use_fips_endpoint": _BOOLEAN,
    "use_dualstack_endpoint": _BOOLEAN,
    "s3_use_arn_region": _BOOLEAN,
}
"""By the name in a profile; the variable is the same in capitals, with `AWS_` before it."""


def _refused(scene: Scene) -> Iterator[AwsSetting]:
    for key, rule in _RULES.items():
        name = f"AWS_{key.upper()}"
        if found := _judge(rule, name, scene.env.get(name, ""), "environment"):
            yield found
    files = scene.observe(AwsFilesProbe())
    profile = files.profile(profile_in_force(scene)[0])
    for link in role_chain(files, profile) if profile else ():
        for key, rule in _RULES.items():
            setting = link.get(key) if rule.in_profile else None
            if setting and (found := _judge(rule, key, setting.value, setting.origin)):
                yield found


def _judge(rule: _Rule, name: str, value: str, origin: str) -> AwsSetting | None:
    """None where both take it, and for an empty one, which counts as not set."""
    go, python = (not re.fullmatch(p, value, re.IGNORECASE) for p in (rule.go, rule.python))
    if not value or not (go or python):
        return None
    return AwsSetting(
        name=name,
        value=value[:_LONGEST],
        origin=origin,
        wanted=rule.wanted,
        go_refuses=go,
        python_refuses=python,
    )
