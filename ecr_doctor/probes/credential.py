"""The credential that docker, or the client in question, would send for this pull."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from ecr_doctor.auth.token import token_expiry
from ecr_doctor.clients.auth_variable import VARIABLE
from ecr_doctor.clients.docker import Search
from ecr_doctor.clients.docker_config import registry_key
from ecr_doctor.clients.resolution import Outcome, SourceKind

from .base import Probe, ProbeError
from .docker_config import client_version, load_config, version_matters
from .helper_run import HelperReplyProbe, HelperRunProbe, HelperStatus
from .local_machine import LocalMachine

if TYPE_CHECKING:
    from datetime import datetime

    from ecr_doctor.clients.machine import HelperReply
    from ecr_doctor.clients.resolution import Lookup, Resolution, Source
    from ecr_doctor.redact import Secret

    from .base import Scene
    from .helper_run import HelperRun

__all__ = ["DockerCredential", "DockerCredentialProbe", "SourceKind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerCredential:
    """What docker sends to the registry, and where it has it from."""

    kind: SourceKind = SourceKind.NONE
    """Where the search ended: the source of the credential, or what said that there is none."""
    path: str = ""
    key: str = ""
    helper: str = ""
    user: str = ""
    secret: Secret | None = None
    """None when docker sends nothing."""
    expires: datetime | None = None
    """End of the token's life as written in the token itself; None when it does not say."""
    lookups: tuple[Lookup, ...] = ()
    shadowed: tuple[Source, ...] = ()
    helper_run: HelperRun | None = None
    """The run of the helper, where one was asked."""
    fell_back: bool = False
    """A helper failed and docker silently took an entry of the file, or found none."""
    random: bool = False
    """Several entries fit and docker takes one by chance."""
    hangs: bool = False
    """The helper did not answer in time: docker would wait on."""
    waits_for: str = ""
    """A dead address of ECR's API that the helper tries before one that works; the credential is
    then a token of our own in the place of the one that the helper will give."""
    client: str = "docker"
    stops: bool = False
    """The client ends before the registry is asked; docker never does."""
    note: str = ""

    @property
    def found(self) -> bool:
        """Whether docker sends a credential at all."""
        return self.secret is not None


@dataclass(frozen=True, slots=True)
class DockerCredentialProbe(Probe[DockerCredential]):
    """Resolves the credential exactly as the docker client does; a helper is really run."""

    limit: ClassVar[float] = 8.0

    def look(self, scene: Scene) -> DockerCredential:
        """Search as docker does."""
        if not scene.target.host:
            raise ProbeError("the image names no registry")
        if scene.settings.client != "docker":
            found = _credential(scene, _other_client(scene))
            return found if found.found else _of_pull_secret(scene) or found
        loaded = load_config(scene)
        matters = bool(scene.env.get(VARIABLE)) or version_matters(loaded.config)
        version = client_version(scene) if matters else ""

        def ask(helper: str, server: str) -> HelperReply:
            return scene.observe(HelperReplyProbe(helper, server)).reply

        docker = Search(LocalMachine(scene.env, ask), scene.target.host, version)
        found = _credential(scene, docker.run(loaded))
        return _stand_in(scene, found) if found.hangs else found


def _stand_in(scene: Scene, found: DockerCredential) -> DockerCredential:
    """A token of our own for that of a helper that only waits for a dead address of ECR's API.

    Docker waits for the helper and so pulls in the end, with a token that AWS gives to either.
    """
    if not found.helper.startswith("ecr"):
        return found
    from .api_endpoint import ApiEndpointProbe  # noqa: PLC0415  a look at docker needs none of it
    from .ecr_token import EcrTokenProbe  # noqa: PLC0415
    from .reach import ReachProbe  # noqa: PLC0415
    from .side import Side  # noqa: PLC0415

    try:
        endpoint = scene.observe(ApiEndpointProbe())
        reach = scene.observe(ReachProbe(endpoint.host, endpoint.port, Side.CLIENT))
        token = scene.observe(EcrTokenProbe()).token if reach.waits_for else None
    except ProbeError:
        return found
    if token is None:
        return found
    note = f"the helper waits for {reach.waits_for}, the dead first address of {endpoint.host}"
    return replace(
        found,
        user=token.user,
        secret=token.secret,
        expires=token.expires,
        waits_for=reach.waits_for,
        note=note,
    )


def _of_pull_secret(scene: Scene) -> DockerCredential | None:
    """The login that a pod brings along: the kubelet tries it beside those of the node."""
    if scene.settings.client != "kubelet" or not scene.settings.pull_secret:
        return None
    from .pull_secret import PullSecretProbe  # noqa: PLC0415

    given = scene.observe(PullSecretProbe())
    if given.secret is None:
        return None
    return DockerCredential(
        kind=SourceKind.AUTHS,
        path=given.path,
        key=given.key,
        user=given.user,
        secret=given.secret,
        expires=given.expires,
        client="kubelet",
    )


def _other_client(scene: Scene) -> Resolution:
    """The search of another client than `docker pull`, by the version that is installed."""
    from ecr_doctor.clients.which import Client  # noqa: PLC0415  every client's rules

    from .client_programs import ClientProgramProbe  # noqa: PLC0415
    from .client_search import search  # noqa: PLC0415
    from .kubelet_place import KubeletPlaceProbe  # noqa: PLC0415

    name = scene.settings.client
    try:
        version = scene.observe(ClientProgramProbe(name)).version
    except ProbeError:
        version = ""
    client = Client(name, version)
    if name == "kubelet":
        client = Client(name, version, scene.observe(KubeletPlaceProbe()).config)
    elif client.takes_folder:
        client = Client(name, version, scene.settings.docker_config)
    return search(scene, client, ask=True)


def _credential(scene: Scene, found: Resolution) -> DockerCredential:
    login, source = found.login, found.login.source
    if login.secret:
        scene.redactor.learn(login.secret)
    helper = next((step.source.helper for step in found.lookups if step.source.helper), "")
    run = None
    if helper and found.client != "kubelet":
        run = scene.observe(HelperRunProbe(helper, registry_key(scene.target.host)))
    return DockerCredential(
        kind=source.kind,
        path=source.path,
        key=source.key,
        helper=source.helper,
        user=login.user,
        secret=login.secret if found.outcome is Outcome.CREDENTIAL else None,
        expires=token_expiry(login.secret),
        lookups=found.lookups,
        shadowed=found.shadowed,
        helper_run=run,
        fell_back=found.fell_back,
        random=found.random,
        hangs=run is not None and run.status is HelperStatus.HUNG,
        client=found.client,
        stops=found.outcome is Outcome.ERROR and found.client != "docker",
        note=found.note,
    )
