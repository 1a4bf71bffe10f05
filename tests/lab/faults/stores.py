"""Faults under dockerd's containerd image store, which words them otherwise, or not at all.

"Denied" is a bare 403 there, and a missing tag the same as a missing repository.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from lab.daemon import Options
from lab.faults import config, iam, image, network, tls
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing
from lab.requirements import store_dockerd

if TYPE_CHECKING:
    from lab.world import Lab

_NEEDS = ("containerd-store",)
_SAYS = {
    "no-config": NO_CREDENTIALS,
    "auths-expired": "403 Forbidden",
    "iam-no-batch-get-image": "403 Forbidden",
    "iam-no-getdownloadurl": "no identity-based policy allows the ecr:GetDownloadUrlForLayer",
    "iam-explicit-deny": "403 Forbidden",
    "repo-policy-deny": "403 Forbidden",
    "repo-missing": "not found",
    "tag-missing": "not found",
    "dkr-refused": "connection refused",
    "dns-nxdomain": "no such host",
    "s3-refused": "connection refused",
    "s3-403": "403",
    "tls-unknown-ca": "certificate",
    "platform-mismatch-list": "no match for platform",
    "layer-corrupt": "",
}
"""The faults, and part of what dockerd's containerd says; empty where it differs by version."""
_TABLES = (config, iam, image, network, tls)


def use_containerd_store(lab: Lab) -> None:
    """Start a dockerd with the containerd image store."""
    features = {"features": {"containerd-snapshotter": True}}
    lab.daemon.stop()
    lab.etc("docker/daemon.json").write_text(json.dumps(features), encoding="utf-8")
    lab.daemon.start(Options(program=store_dockerd() or ""))


def _after_it(inject: Injection) -> Injection:
    def both(lab: Lab) -> None:
        use_containerd_store(lab)
        inject(lab)

    return both


def _here(fault: Fault) -> Fault:
    """Return the same fault under the containerd store."""
    return replace(
        fault,
        name=f"containerd-{fault.name}",
        summary=f"{fault.summary} (containerd image store)",
        inject=_after_it(fault.inject),
        says=_SAYS[fault.name],
        needs=_NEEDS,
    )


_KNOWN = {fault.name: fault for table in _TABLES for fault in table.FAULTS}

FAULTS = (
    Fault(
        "containerd-store",
        "none",
        "dockerd keeps images in containerd's store",
        _after_it(nothing),
        pull_works=True,
        needs=_NEEDS,
    ),
    *(_here(_KNOWN[name]) for name in _SAYS),
)
