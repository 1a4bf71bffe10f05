"""Where docker's classic builder ends up with another login than `docker pull`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecr_doctor.probes.credential import DockerCredentialProbe
from ecr_doctor.probes.docker_config import SourceKind
from ecr_doctor.probes.helper_run import HelperRunProbe, HelperStatus
from ecr_doctor.sdk import Evidence, Verdict

if TYPE_CHECKING:
    from ecr_doctor.probes.docker_config import DockerConfigFile, Route
    from ecr_doctor.sdk import Context

_CLIENT = "docker-build"


def judge_builder(ctx: Context, file: DockerConfigFile, route: Route) -> Verdict | None:
    """None for another client, and where the builder finds what `docker pull` finds.

    The builder hands over all that the store lists, and what each helper's key gives, be it the
    host or a repository (docker/cli, cli/config/configfile/file.go, GetAllCredentials).
    """
    found = ctx.try_observe(DockerCredentialProbe()) if ctx.settings.client == _CLIENT else None
    if found is None:
        return None
    if found.found and route.kind is SourceKind.NONE:
        seen = Evidence("login of", found.key or found.helper, found.path)
        return Verdict.passed(f"docker build has a login for {ctx.target.host}", seen)
    if found.found or route.kind is not SourceKind.STORE:
        return None
    run = ctx.try_observe(HelperRunProbe(route.helper, ctx.target.host))
    if run is None or run.status is not HelperStatus.ANSWERED:
        return None
    program = f"docker-credential-{route.helper}"
    words = f"{program} answers for {ctx.target.host}, and does not list it as docker build asks"
    facts = {"path": file.path, "helper": route.helper}
    seen = Evidence("credsStore", route.helper, file.path)
    return Verdict.failed("classic-build-needs-list", words, seen, facts=facts)
