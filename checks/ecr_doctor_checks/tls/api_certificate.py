"""Asks whether the credential helper trusts the certificate of ECR's API."""

from __future__ import annotations

from ecr_doctor.probes.api_endpoint import ApiEndpointProbe
from ecr_doctor.probes.reach import ReachProbe
from ecr_doctor.probes.side import Side
from ecr_doctor.probes.tls import TlsProbe
from ecr_doctor.sdk import Check, Context, Verdict

from ._certificate import CAUSES, evidence, judge_tls


class ApiCertificate(Check):
    """The certificate of ECR's API is one that AWS programs trust.

    What it looks at:
        A TLS handshake with the API, verified with the authorities that a credential helper has:
        AWS_CA_BUNDLE or the profile's ca_bundle alone where they are set, else SSL_CERT_FILE or
        the system's.

    Why a pull fails:
        Without a token there is no login. The helper hides the TLS error: docker says
        "no basic auth credentials".

    When it cannot tell:
        The API is not reached.
    """

    id = "tls.api-certificate"
    title = "The certificate of ECR's API is trusted"
    requires = ("network.api-reachable", "tls.ca-bundle")
    causes = (*CAUSES, "ca-bundle-missing")

    def run(self, ctx: Context) -> Verdict:
        endpoint = ctx.observe(ApiEndpointProbe())
        reach = ctx.observe(ReachProbe(endpoint.host, endpoint.port, Side.CLIENT))
        tls = ctx.observe(TlsProbe(endpoint.host, endpoint.port, Side.CLIENT))
        bundle = tls.trust.bundle if tls.trust else None
        if tls.untrusted and bundle is not None and not bundle.good:
            words = f"{bundle.source} names {bundle.path}, which is {bundle.state.value}"
            facts = {"variable": bundle.source, "path": bundle.path}
            seen = evidence(tls, reach)
            return Verdict.failed("ca-bundle-missing", words, *seen, facts=facts)
        return judge_tls(ctx, tls, reach)
