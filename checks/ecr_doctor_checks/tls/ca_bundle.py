"""Asks whether the bundles of authorities that the user's variables name can be read."""

from __future__ import annotations

from ecr_doctor.probes.trust import BundleState, CaVariablesProbe
from ecr_doctor.sdk import Check, Context, Evidence, Verdict

_WORDS = {
    BundleState.MISSING: "does not exist",
    BundleState.UNREADABLE: "cannot be read by this user",
    BundleState.DIRECTORY: "is a folder",
    BundleState.NO_CERTIFICATES: "holds no certificate",
}


class CaBundle(Check):
    """Every file of authorities that a variable names exists and holds certificates.

    What it looks at:
        AWS_CA_BUNDLE, the profile's ca_bundle, SSL_CERT_FILE, REQUESTS_CA_BUNDLE and
        CURL_CA_BUNDLE: the files that they name are opened and read.

    Why a pull fails:
        AWS programs stop at a missing AWS_CA_BUNDLE (older credential helpers crash), docker
        hides what they say and goes on without a login. The other variables break other programs:
        REQUESTS_CA_BUNDLE the AWS CLI and so `aws ecr get-login-password`.

    When it cannot tell:
        The docker daemon's own variables are not visible from here.
    """

    id = "tls.ca-bundle"
    title = "Named certificate bundles can be read"
    causes = ("ca-bundle-missing",)

    def run(self, ctx: Context) -> Verdict:
        found = ctx.observe(CaVariablesProbe()).bundles
        seen = [Evidence(b.source, f"{b.path}: {b.state.value}", b.path) for b in found]
        bad = [bundle for bundle in found if not bundle.good]
        if not found:
            return Verdict.passed("no variable names a bundle: the system's is used")
        if not bad:
            return Verdict.passed("all bundles that variables name hold certificates", *seen)
        words = f"{bad[0].source} names {bad[0].path}, which {_WORDS[bad[0].state]}"
        facts = {"variable": bad[0].source, "path": bad[0].path}
        if any(bundle.for_aws for bundle in bad):
            return Verdict.failed("ca-bundle-missing", words, *seen, facts=facts)
        return Verdict.warned("ca-bundle-missing", words, *seen, facts=facts)
