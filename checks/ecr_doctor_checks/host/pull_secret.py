"""Asks whether a pull secret of Kubernetes holds a login for the registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ecr_doctor.probes.credential import DockerCredentialProbe
from ecr_doctor.probes.pull_secret import PullSecret as Secret
from ecr_doctor.probes.pull_secret import PullSecretProbe, SecretProblem
from ecr_doctor.sdk import Check, Context, Evidence, Status, Verdict

from ._node import faulty

_SECRET, _EXPIRED = "kubernetes-pull-secret", "k8s-pull-secret-expired"
_USER = "AWS"
_VAGUE = (
    "never-logged-in", "stored-login-expired", "stored-login-wrong-user", "login-password-wrong",
)  # fmt: skip
"""What is said of the same login where nobody knows that a pod brought it."""
_SOON = timedelta(hours=1)
_TYPES = {
    ".dockerconfigjson": "kubernetes.io/dockerconfigjson",
    ".dockercfg": "kubernetes.io/dockercfg",
}
_WORDS = {
    SecretProblem.NOT_YAML: "is no YAML",
    SecretProblem.NOT_A_SECRET: "is no secret",
    SecretProblem.NO_DATA: "holds no logins",
    SecretProblem.NOT_BASE64: "has data that is not base64",
    SecretProblem.NOT_JSON: "has data that is not JSON",
    SecretProblem.NO_LOGINS: "holds no logins",
    SecretProblem.BAD_LOGIN: "holds no user and password for the registry",
}


class PullSecret(Check):
    """The pull secret holds a login for this registry that still lives.

    What it looks at:
        The secret that `--pull-secret FILE` names, as `kubectl get secret NAME -o yaml` prints
        it: its type, the registries it has logins for, compared as the kubelet compares them,
        the user, and the age of the token.

    Why a pull fails:
        A secret for another host is passed over. The token of ECR in it lives twelve hours:
        the next day pods cannot pull any more.

    When it cannot tell:
        No secret was given; or its password does not say how long it lives.
    """

    id = "host.pull-secret"
    title = "The pull secret is good for this registry"
    causes = (_SECRET, _EXPIRED)

    def run(self, ctx: Context) -> Verdict:
        if not ctx.settings.pull_secret:
            return Verdict.not_applicable("no pull secret was given (--pull-secret)")
        secret = ctx.observe(PullSecretProbe())
        if secret.problem is SecretProblem.NO_FILE:
            return Verdict.inconclusive(f"the pull secret was not to be read: {secret.detail}")
        facts = {"path": secret.path, "secret": secret.name, "namespace": secret.namespace}
        cause, words = _fault(ctx, secret)
        seen = _evidence(secret)
        if cause:
            verdict = faulty(
                ctx, cause, f"the pull secret {secret.name} {words}", *seen, facts=facts
            )
            return _beside_the_nodes_login(ctx, replace(verdict, instead_of=_VAGUE))
        if secret.expires is None:
            return Verdict.inconclusive(
                "the pull secret covers the host; its password does not say how old it is", *seen
            )
        left = secret.expires - ctx.now
        if left < _SOON:
            words = f"the pull secret {secret.name} expires in {left.total_seconds() / 60:.0f} min"
            return Verdict.warned(_EXPIRED, words, *seen, facts=facts)
        return Verdict.passed("the pull secret has a living login for the registry", *seen)


def _beside_the_nodes_login(ctx: Context, verdict: Verdict) -> Verdict:
    """A mere warning where the node has a login: the kubelet tries one after the other.

    kubernetes, pkg/kubelet/kuberuntime/kuberuntime_image.go, PullImage.
    """
    found = ctx.try_observe(DockerCredentialProbe()) if verdict.status is Status.FAIL else None
    if found is None or not found.found or found.path == ctx.settings.pull_secret:
        return verdict
    seen = Evidence("tried as well", f"user {found.user}", found.path or found.helper)
    return replace(verdict, status=Status.WARN, evidence=(*verdict.evidence, seen))


def _fault(ctx: Context, secret: Secret) -> tuple[str, str]:
    """The cause, and what is wrong in words; both empty where nothing is."""
    words = _WORDS.get(secret.problem, "") or _misplaced(secret, ctx.target.host)
    if words or ctx.target.registry is None:
        return _SECRET if words else "", words
    if secret.is_ecr and secret.user != _USER:
        return _SECRET, f"has the user {secret.user!r}, and ECR's is {_USER}"
    if secret.expires is not None and secret.expires <= ctx.now:
        return _EXPIRED, f"holds a token that expired at {secret.expires:%FT%TZ}"
    return "", ""


def _misplaced(secret: Secret, host: str) -> str:
    """Why the kubelet passes over the secret for this image."""
    wanted = _TYPES[secret.data_key]
    if secret.kind != wanted:
        return f"has the type {secret.kind or 'Opaque'}, and not {wanted}"
    if not secret.key:
        return f"has logins for {', '.join(secret.keys)}, and none for {host}"
    return ""


def _evidence(secret: Secret) -> list[Evidence]:
    found = {
        "problem": secret.detail,
        "type": secret.kind,
        "registries": ", ".join(secret.keys),
        "namespace (pods of others do not see it)": secret.namespace,
        "user": secret.user,
        "expires": f"{secret.expires:%FT%TZ}" if secret.expires else "",
    }
    return [Evidence(what, value, secret.path) for what, value in found.items() if value]
