"""Which certificates of authorities an AWS call trusts, as the programs on a machine decide it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""The files that Go programs read, the first that exists: crypto/x509/root_linux.go."""


def system_bundle() -> str:
    """The machine's own bundle; empty where there is none."""
    return next((path for path in SYSTEM_BUNDLES if Path(path).is_file()), "")


def ca_bundle(env: Mapping[str, str], configured: str = "") -> str:
    """The bundle for AWS calls; empty for the one that comes with botocore.

    AWS's own variable (or `ca_bundle` of the profile, given as `configured`) is first, then the
    one of Python programs, then Go's, then the machine's: a company's own authority is in the last.
    """
    for value in (env.get("AWS_CA_BUNDLE"), configured, env.get("REQUESTS_CA_BUNDLE"),
                  env.get("SSL_CERT_FILE")):  # fmt: skip
        if value:
            return str(Path(value).expanduser())
    return system_bundle()
