"""`ecr-doctor which` as users call it: real files, real helpers, no registry."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from ecr_doctor.cli.main import cli
from ecr_doctor.errors import UsageError

HOST = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{HOST}/team/app:v1"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/which.schema.json").read_text())
SECRET = "s-helper-very-secret"
PASSWORD = "p-file-secret"
ALL = (
    "docker", "docker-build", "docker-manifest", "docker-py", "skopeo", "podman", "buildah", "oras",
    "crane", "kubelet",
)  # fmt: skip


@pytest.fixture
def bin_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def helper(folder: Path, *, name: str = "x", user: str = "u-helper") -> Path:
    answer = json.dumps({"ServerURL": HOST, "Username": user, "Secret": SECRET})
    ran = folder.parent / "ran"
    program(folder, f"docker-credential-{name}", f"echo $1 >> {ran}; echo '{answer}'")
    return ran


def configure(tmp_path: Path, config: dict[str, Any]) -> Path:
    path = tmp_path / "home/.docker/config.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(config))
    return path


def entry(user: str = "u-file") -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()}


def which(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["which", *arguments], standalone_mode=False)


def as_json(*arguments: str) -> list[dict[str, Any]]:
    result = which(IMAGE, "--format", "json", *arguments)
    assert result.return_value == 0, result.exception
    document = json.loads(result.stdout)
    jsonschema.validate(document, SCHEMA)
    assert (document["kind"], document["image"]) == ("which", IMAGE)
    assert SECRET not in result.stdout
    assert PASSWORD not in result.stdout
    clients: list[dict[str, Any]] = document["clients"]
    return clients


def options(*clients: str) -> list[str]:
    return [word for client in clients for word in ("--client", client)]


def test_without_ask_no_helper_runs(tmp_path: Path, bin_dir: Path) -> None:
    ran = helper(bin_dir)
    path = configure(tmp_path, {"credHelpers": {HOST: "x"}, "auths": {HOST: entry()}})
    (docker,) = as_json(*options("docker@28.2.2"))

    assert not ran.exists()
    assert (docker["client"], docker["version"], docker["outcome"]) == (
        "docker", "28.2.2", "depends",
    )  # fmt: skip
    assert docker["user"] is None
    assert docker["source"] == {"kind": "helper", "path": str(path), "key": HOST, "helper": "x"}
    assert [place["kind"] for place in docker["shadowed"]] == ["auths"]
    assert [(f["when"], f["outcome"], f["user"]) for f in docker["fallbacks"]] == [
        ("not-found", "anonymous", None),
        ("failure", "credential", "u-file"),
        ("refused", "error", None),
    ]


def test_with_ask_the_outcome_is_final(tmp_path: Path, bin_dir: Path) -> None:
    ran = helper(bin_dir)
    configure(tmp_path, {"credHelpers": {HOST: "x"}, "auths": {HOST: entry()}})
    found = as_json("--ask", *options(*ALL))

    assert {item["outcome"] for item in found[:-1]} == {"credential"}
    assert {item["user"] for item in found[:-1]} == {"u-helper"}
    assert found[-1]["outcome"] == "anonymous"
    assert ran.read_text().split() == ["get"], "all share one run"


def test_nothing_anywhere(bin_dir: Path) -> None:
    assert bin_dir.is_dir()
    for item in as_json("--ask", *options(*ALL)):
        assert (item["outcome"], item["source"]["kind"]) == ("anonymous", "none"), item


def test_docker_py_finds_helpers_in_a_relative_folder_of_path(
    tmp_path: Path, bin_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper(bin_dir)
    configure(tmp_path, {"credHelpers": {HOST: "x"}})
    monkeypatch.chdir(bin_dir)
    monkeypatch.setenv("PATH", ".")
    docker_py, docker = as_json("--ask", *options("docker-py@7.2.0", "docker@28.2.2"))

    assert (docker_py["outcome"], docker["outcome"]) == ("credential", "anonymous")


def test_the_clients_on_path_with_their_versions(bin_dir: Path) -> None:
    program(bin_dir, "docker", "echo 'Docker version 26.1.5+dfsg1, build a72d7cd'")
    program(bin_dir, "skopeo", "echo 'skopeo version 1.18.0 commit: 1'")
    program(bin_dir, "oras", "printf 'Version:        1.2.0+x\\nGo version: go1.22\\n'")
    program(bin_dir, "crane", "echo 0.20.1")
    program(bin_dir, "buildah", "exit 1")
    found = [(item["client"], item["version"]) for item in as_json()]

    assert found == [
        ("docker", "26.1.5"),
        ("docker-build", "26.1.5"),
        ("docker-manifest", "26.1.5"),
        ("skopeo", "1.18.0"),
        ("buildah", ""),
        ("oras", "1.2.0"),
        ("crane", "0.20.1"),
    ]


def test_a_client_that_does_not_end_is_not_waited_for(bin_dir: Path) -> None:
    program(bin_dir, "crane", "exec /bin/sleep 30")

    assert [(item["client"], item["version"]) for item in as_json()] == [("crane", "")]


def test_podman_that_is_called_docker(bin_dir: Path) -> None:
    program(bin_dir, "docker", "echo 'podman version 4.3.1'")

    assert [(item["client"], item["version"]) for item in as_json()] == [("podman", "4.3.1")]


def test_without_any_client_the_newest_docker_is_shown(bin_dir: Path) -> None:
    assert bin_dir.is_dir()
    result = which(IMAGE)

    assert result.return_value == 0
    assert "no client is on PATH" in result.stderr
    assert "docker" in result.stdout


def test_the_version_of_an_option_without_one_is_the_installed(bin_dir: Path) -> None:
    program(bin_dir, "docker", "echo 'Docker version 20.10.24, build 1'")

    assert as_json(*options("docker-build"))[0]["version"] == "20.10.24"


def test_files_of_options(tmp_path: Path, bin_dir: Path) -> None:
    assert bin_dir.is_dir()
    configure(tmp_path, {"auths": {HOST: entry("u-home")}})
    for name, user in (("af.json", "u-af"), ("config.json", "u-dir")):
        (tmp_path / name).write_text(json.dumps({"auths": {HOST: entry(user)}}))
    found = as_json(
        *options("docker", "skopeo", "oras"),
        *("--authfile", str(tmp_path / "af.json"), "--docker-config", str(tmp_path)),
    )

    assert [item["user"] for item in found] == ["u-dir", "u-af", "u-af"]
    home = str(tmp_path / "home/.docker/config.json")
    assert all(home in [p["path"] for p in item["shadowed"]] for item in found)


def test_kubelet_with_a_provider(tmp_path: Path, bin_dir: Path) -> None:
    auth = {HOST: {"username": "AWS", "password": SECRET}}
    answer = json.dumps({"kind": "CredentialProviderResponse", "auth": auth})
    program(tmp_path, "ecr-provider", f"/bin/cat > {tmp_path}/request; echo '{answer}'")
    config = tmp_path / "providers.yaml"
    config.write_text(
        "kind: CredentialProviderConfig\nproviders:\n- name: ecr-provider\n"
        "  matchImages: ['*.dkr.ecr.*.amazonaws.com']\n  apiVersion: v1\n"
    )
    assert bin_dir.is_dir()
    offline, asked = (
        as_json("--kubelet-config", str(config), *options("kubelet"), *more)[0]
        for more in ([], ["--ask"])
    )

    assert (offline["outcome"], offline["source"]["helper"]) == ("depends", "ecr-provider")
    assert (asked["outcome"], asked["user"]) == ("credential", "AWS")
    request = json.loads((tmp_path / "request").read_text())
    assert request["image"] == f"{HOST}/team/app"


def test_a_random_choice_is_said_to_be_random(tmp_path: Path, bin_dir: Path) -> None:
    assert bin_dir.is_dir()
    auths = {f"https://{HOST}": entry("u-1"), f"https://{HOST}/v2/": entry("u-2")}
    configure(tmp_path, {"auths": auths})
    (docker,) = as_json(*options("docker"))

    assert docker["random"] is True
    assert {item["user"] for item in docker["candidates"]} == {"u-1", "u-2"}

    lines = which(IMAGE, *options("docker")).output.splitlines()
    (first,) = (number for number, line in enumerate(lines) if "at random" in line)
    assert "  user u-1, from the entry" in lines[first + 1]
    assert any("  user u-2, from the entry" in line for line in lines[first + 2 :])


def test_oras_wants_a_tag(tmp_path: Path, bin_dir: Path) -> None:
    assert bin_dir.is_dir()
    configure(tmp_path, {"auths": {HOST: entry()}})
    untagged, by_crane = (
        which(f"{HOST}/team/app", "--format", "json", *options(name)).stdout
        for name in ("oras", "crane")
    )
    (found,) = json.loads(untagged)["clients"]
    (crane,) = json.loads(by_crane)["clients"]

    jsonschema.validate(json.loads(untagged), SCHEMA)
    assert (found["outcome"], crane["outcome"]) == ("error", "credential")
    assert "neither a tag nor a digest" in found["note"]


def test_a_helper_without_its_interpreter_is_known_to_fail(tmp_path: Path, bin_dir: Path) -> None:
    configure(tmp_path, {"credHelpers": {HOST: "x"}, "auths": {HOST: entry()}})
    broken = bin_dir / "docker-credential-x"
    broken.write_text("#!/no/such/shell\n")
    broken.chmod(0o755)
    docker, skopeo = as_json(*options("docker", "skopeo"))

    assert (docker["outcome"], docker["user"]) == ("credential", "u-file")
    assert "docker-credential-x cannot be started" in docker["note"]
    assert skopeo["outcome"] == "error"


def test_the_table(tmp_path: Path, bin_dir: Path) -> None:
    helper(bin_dir)
    helper(bin_dir, name="st")
    config = {"credHelpers": {HOST: "x"}, "credsStore": "st", "auths": {HOST: entry()}}
    path = configure(tmp_path, config)
    lines = which(IMAGE, *options("docker@28.2.2", "docker-manifest@28.2.2", "skopeo@1.9.3")).output
    text = " ".join(lines.split())

    assert "docker 28.2.2 sends what docker-credential-x (credHelpers in" in text
    assert lines.count("sends") == 2, "clients that do the same share a row"
    assert f"hides docker-credential-st (credsStore in {path})" in text
    assert "it has no login: nothing is sent" in text
    assert "user u-file, from the entry in" in text
    assert "it cannot be run or fails: the pull stops" in text
    assert "--ask runs them" in text
    assert PASSWORD not in text


def test_hostile_texts_are_shown_harmlessly(tmp_path: Path, bin_dir: Path) -> None:
    program(bin_dir, "docker-credential-x", f"echo '{SECRET}\\033[31m'; exit 1")
    configure(tmp_path, {"credHelpers": {HOST: "x"}, "auths": {HOST: entry("u\x1b[2J\n" * 200)}})
    result = which(IMAGE, "--ask", *options(*ALL))

    assert "\x1b" not in result.output
    assert SECRET not in result.output
    assert as_json("--ask", *options(*ALL))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param([IMAGE, "--client", "dokcer"], "no client 'dokcer'", id="client"),
        pytest.param([IMAGE, "--client", "docker@"], "not NAME@VERSION", id="no version"),
        pytest.param([IMAGE, "--client", "docker@new"], "not NAME@VERSION", id="version"),
        pytest.param(["Team/App:v1"], "is no image", id="upper case"),
        pytest.param([f"https://{IMAGE}"], "is no image", id="scheme"),
        pytest.param([""], "is no image", id="empty"),
    ],
)
def test_wrong_usage(arguments: list[str], says: str) -> None:
    error = which(*arguments).exception

    assert isinstance(error, UsageError)
    assert error.exit_code == 2
    assert says in str(error)


@pytest.mark.parametrize("client", ["docker-py", "skopeo", "podman", "buildah"])
def test_a_file_that_is_missing_is_not_said_to_hold_nothing(client: str) -> None:
    text = which(IMAGE, *options(client)).stdout

    assert "nothing: no file was found" in text
    assert "dockercfg" not in text


def test_the_last_file_that_is_there_is_named(tmp_path: Path) -> None:
    path = configure(tmp_path, {"auths": {"ghcr.io": entry()}})

    text = " ".join(which(IMAGE, *options("podman")).stdout.split())

    assert f"{path}: has nothing for the image" in text


@pytest.mark.parametrize("client", ["docker", "docker-build", "docker-manifest", "docker-py"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"auths":{}}', f"has nothing for {HOST}"),
        ('{"auths":{', "not "),
        (f'{{"auths":{{"{HOST}":{{}}}}}}', "an entry"),
    ],
)
def test_a_file_that_is_there_is_not_said_to_be_missing(
    client: str, content: str, says: str, tmp_path: Path
) -> None:
    path = configure(tmp_path, {})
    path.write_text(content)

    text = " ".join(which(IMAGE, *options(client)).stdout.split())

    assert f"{path}: {says}" in text or f"in {path}: {says}" in text
    assert "no file was found" not in text
    assert ": read" not in text
