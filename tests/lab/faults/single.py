"""All faults that come alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.faults import (
    addresses,
    answers,
    bucket,
    clients,
    config,
    containers,
    credentials,
    daemon,
    engines,
    helper,
    iam,
    image,
    manifests,
    metadata,
    network,
    nodes,
    odd_files,
    odd_helpers,
    places,
    proxies,
    public,
    references,
    settings,
    slowness,
    stores,
    tls,
    tokens,
    trust,
)

if TYPE_CHECKING:
    from lab.faults.model import Fault

SINGLE: tuple[Fault, ...] = (
    *config.FAULTS,
    *helper.FAULTS,
    *credentials.FAULTS,
    *metadata.FAULTS,
    *iam.FAULTS,
    *image.FAULTS,
    *network.FAULTS,
    *tls.FAULTS,
    *daemon.FAULTS,
    *odd_files.FAULTS,
    *odd_helpers.FAULTS,
    *tokens.FAULTS,
    *proxies.FAULTS,
    *slowness.FAULTS,
    *addresses.FAULTS,
    *answers.FAULTS,
    *bucket.FAULTS,
    *manifests.FAULTS,
    *places.FAULTS,
    *public.FAULTS,
    *engines.FAULTS,
    *trust.FAULTS,
    *references.FAULTS,
    *settings.FAULTS,
    *stores.FAULTS,
    *clients.FAULTS,
    *containers.FAULTS,
    *nodes.FAULTS,
)
