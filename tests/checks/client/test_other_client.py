"""Checks on the client's side when the pull in question is not docker's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from checks.client.views import PATH, Seen, config, helper, program, stored
from ecr_doctor.auth.token import AuthorizationToken
from ecr_doctor.clients.resolution import Lookup, Source
from ecr_doctor.model import Settings, Status
from ecr_doctor.probes.auth_variable import AuthVariable, AuthVariableProbe
from ecr_doctor.probes.aws_errors import AwsError, FailureKind
from ecr_doctor.probes.credential import DockerCredential, DockerCredentialProbe, SourceKind
from ecr_doctor.probes.docker_config import ConfigState, DockerConfigFile, DockerConfigProbe
from ecr_doctor.probes.ecr_token import EcrToken, EcrTokenProbe
from ecr_doctor.probes.executable import ProgramState
from ecr_doctor.probes.helper import HelperProbe
from ecr_doctor.redact import Secret
from ecr_doctor.testing import HOST, NOON, context
from ecr_doctor_checks.client.auth_variable import AuthVariableCheck
from ecr_doctor_checks.client.config_file import ConfigFile
from ecr_doctor_checks.client.config_home import ConfigHome
from ecr_doctor_checks.client.creds_store import CredsStore
from ecr_doctor_checks.client.registry_configured import RegistryConfigured
from ecr_doctor_checks.client.stored_login import StoredLoginCheck

if TYPE_CHECKING:
    from ecr_doctor.sdk import Check, Context, Verdict

RUN = "/run/user/1000/containers/auth.json"
LOGIN = {"auth": "QVdTOnNlY3JldA=="}
FOUND = DockerCredential(
    client="podman", kind=SourceKind.AUTHS, path=RUN, user="AWS", secret=Secret("t")
)
NOTHING = DockerCredential(client="podman")
TOKEN = AuthorizationToken(user="AWS", secret=Secret("t"), expires=NOON)


def seen_by(
    file: DockerConfigFile, credential: DockerCredential, client: str, more: Seen | None = None
) -> Context:
    seen: Seen = {
        DockerConfigProbe(): file,
        DockerCredentialProbe(): replace(credential, client=client),
        **(more or {}),
    }
    return context(seen, settings=Settings(client=client))


def judge(
    content: dict[str, Any] | None,
    credential: DockerCredential,
    client: str = "podman",
    more: Seen | None = None,
) -> Verdict:
    return RegistryConfigured().run(seen_by(config(content), credential, client, more))


def asked(name: str, **fields: Any) -> DockerCredential:
    source = Source(kind=SourceKind.HELPER, path=RUN, key=HOST, helper=name)
    return replace(NOTHING, lookups=(Lookup(source=source, result="failed"),), **fields)


def test_a_login_of_its_own_is_enough() -> None:
    verdict = judge(None, FOUND)

    assert verdict.status is Status.PASS
    assert RUN in str(verdict.evidence)


@pytest.mark.parametrize("client", ["podman", "skopeo", "buildah", "kubelet"])
def test_a_store_that_it_does_not_know(client: str) -> None:
    verdict = judge({"credsStore": "ecr-login"}, NOTHING, client)

    assert verdict.cause == "client-ignores-creds-store"
    assert dict(verdict.facts)["client"] == client


def test_nothing_was_ever_set_up() -> None:
    assert judge(None, NOTHING).cause == "never-logged-in"
    assert judge(helper(host=f"https://{HOST}"), NOTHING).cause == "credhelpers-key-mismatch"


def test_a_file_that_it_is_kept_from_reading() -> None:
    hidden = Source(kind=SourceKind.AUTHS, path=PATH, key=HOST)
    verdict = judge({"auths": {HOST: LOGIN}}, replace(NOTHING, path=RUN, shadowed=(hidden,)))

    assert verdict.cause == "config-wrong-home-or-user"
    assert dict(verdict.facts)["other"] == PATH


def test_a_runtime_folder_that_is_missing() -> None:
    note = "XDG_RUNTIME_DIR names /run/user/0, which does not exist: no login file is read there"

    assert judge(None, replace(NOTHING, note=note)).cause == "xdg-runtime-dir-missing"


@pytest.mark.parametrize(
    ("state", "cause", "status"),
    [
        (ProgramState.MISSING, "helper-not-on-path", Status.FAIL),
        (ProgramState.NOT_EXECUTABLE, "helper-not-runnable", Status.FAIL),
        (ProgramState.RUNNABLE, None, Status.INCONCLUSIVE),
    ],
)
def test_a_helper_that_docker_does_not_ask(
    state: ProgramState, cause: str | None, status: Status
) -> None:
    verdict = judge(None, asked("x"), more={HelperProbe("x"): program(state)})

    assert (verdict.cause, verdict.status) == (cause, status)


@pytest.mark.parametrize(
    ("token", "cause", "status"),
    [
        (EcrToken(token=TOKEN), "kubelet-credential-provider", Status.FAIL),
        (EcrToken(error=AwsError(kind=FailureKind.DENIED, message="no")), None,
         Status.INCONCLUSIVE),
    ],
)  # fmt: skip
def test_a_kubelets_provider_in_vain(token: EcrToken, cause: str | None, status: Status) -> None:
    verdict = judge(None, asked("p"), "kubelet", {EcrTokenProbe(): token})

    assert (verdict.cause, verdict.status) == (cause, status)


def test_a_helper_that_docker_asks_too_has_checks_of_its_own() -> None:
    assert judge(helper("x"), asked("x", stops=True)).status is Status.PASS


@pytest.mark.parametrize(
    ("note", "cause"),
    [
        (f"unmarshaling JSON at {RUN}: unexpected EOF", "config-json-invalid"),
        ("$HOME is not defined", None),
    ],
)
def test_it_stops_before_the_registry(note: str, cause: str | None) -> None:
    verdict = judge(None, replace(NOTHING, path=RUN, stops=True, note=note))

    assert (verdict.status, verdict.cause) == (Status.FAIL, cause)
    assert note in verdict.summary


@pytest.mark.parametrize("check", [ConfigFile(), ConfigHome(), CredsStore(), StoredLoginCheck()])
def test_dockers_file_does_not_matter_when_the_login_is_elsewhere(check: Check) -> None:
    file = config("{", state=ConfigState.INVALID, logins=(stored(),))
    verdict = check.run(seen_by(file, FOUND, "podman"))

    assert verdict.status is Status.NOT_APPLICABLE
    assert RUN in verdict.summary


def test_dockers_file_matters_when_the_login_is_in_it() -> None:
    verdict = StoredLoginCheck().run(
        seen_by(config({}, logins=(stored(),)), replace(FOUND, path=PATH), "podman")
    )

    assert verdict.status is Status.PASS


def test_a_store_is_not_judged_for_a_client_that_does_not_ask_it() -> None:
    verdict = CredsStore().run(seen_by(config({"credsStore": "pass"}), NOTHING, "skopeo"))

    assert verdict.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(("client", "reads"), [("podman", False), ("docker-build", True)])
def test_the_variable_is_dockers(client: str, *, reads: bool) -> None:
    variable = AuthVariable(present=True, version="28.5.2", obeyed=True, login=stored())
    verdict = AuthVariableCheck().run(
        seen_by(config({}), NOTHING, client, {AuthVariableProbe(): variable})
    )

    assert (verdict.status is Status.PASS) is reads
