from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ecr_doctor.probes.base import ProbeError
from ecr_doctor.probes.certsd import CertsDirProbe, FileProblem, FileRole
from ecr_doctor.probes.docker_endpoint import DockerEndpoint
from ecr_doctor.testing import HOST
from probes.network_machine import AUTHORITY, ENGINE, stage

CA = AUTHORITY.cert_pem.bytes()
CLIENT = AUTHORITY.issue_cert("client.example")
CERT, KEY = CLIENT.cert_chain_pems[0].bytes(), CLIENT.private_key_pem.bytes()
OTHER_KEY = AUTHORITY.issue_cert("other.example").private_key_pem.bytes()


@pytest.mark.parametrize(
    ("files", "problems"),
    [
        pytest.param({"ca.crt": CA}, {"ca.crt": FileProblem.NONE}, id="good"),
        pytest.param({"ca.crt": b"junk"}, {"ca.crt": FileProblem.GARBAGE}, id="garbage"),
        pytest.param({"ca.pem": CA}, {"ca.pem": FileProblem.WRONG_EXTENSION}, id="pem"),
        pytest.param({"ca.CRT": CA}, {"ca.CRT": FileProblem.WRONG_EXTENSION}, id="upper case"),
        pytest.param({"README": b"x"}, {"README": FileProblem.NONE}, id="other file"),
        pytest.param({"client.cert": CERT}, {"client.cert": FileProblem.NO_KEY}, id="no key"),
        pytest.param({"c.key": KEY}, {"c.key": FileProblem.NO_CERTIFICATE}, id="key alone"),
        pytest.param({"c.cert": CERT, "c.key": KEY},
                     {"c.cert": FileProblem.NONE, "c.key": FileProblem.NONE}, id="pair"),
        pytest.param({"c.cert": CERT, "c.key": OTHER_KEY},
                     {"c.cert": FileProblem.BAD_PAIR, "c.key": FileProblem.NONE}, id="wrong pair"),
    ],
)  # fmt: skip
def test_files_as_docker_reads_them(
    tmp_path: Path, files: dict[str, bytes], problems: dict[str, FileProblem]
) -> None:
    folder = tmp_path / HOST
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)

    found = stage().observe(CertsDirProbe(HOST, str(tmp_path)))

    assert found.exists
    assert {f.name: f.problem for f in found.files} == problems
    good = problems.get("ca.crt") is FileProblem.NONE
    assert found.authorities == ((str(folder / "ca.crt"),) if good else ())


def test_no_folder(tmp_path: Path) -> None:
    found = stage().observe(CertsDirProbe(HOST, str(tmp_path)))

    assert not found.exists
    assert found.files == ()


@pytest.mark.parametrize(("client", "own"), [("skopeo", True), ("docker", False)])
def test_a_folder_of_the_users_own(tmp_path: Path, client: str, *, own: bool) -> None:
    folder = tmp_path / ".config/containers/certs.d" / HOST
    folder.mkdir(parents=True)

    found = stage(env={"HOME": str(tmp_path)}, client=client).observe(CertsDirProbe(HOST))

    assert (found.path == str(folder)) is own


def test_a_folder_within_it_is_ignored(tmp_path: Path) -> None:
    (tmp_path / HOST / "ca.crt.d").mkdir(parents=True)

    (file,) = stage().observe(CertsDirProbe(HOST, str(tmp_path))).files

    assert (file.role, file.problem) == (FileRole.IGNORED, FileProblem.NONE)


def test_folders_that_were_meant(tmp_path: Path) -> None:
    names = (f"{HOST}:443", f"https:{HOST}", "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
             "ghcr.io")  # fmt: skip
    for name in names:
        (tmp_path / name).mkdir()

    found = stage().observe(CertsDirProbe(HOST, str(tmp_path)))

    assert {Path(path).name for path in found.lookalikes} == set(names[:3])


def test_an_engine_on_another_machine() -> None:
    far = replace(ENGINE, endpoint=DockerEndpoint(url="tcp://10.0.0.9:2375", source="DOCKER_HOST"))

    with pytest.raises(ProbeError, match="another machine"):
        stage(engine=far).observe(CertsDirProbe(HOST))


def test_a_rootless_engine_has_a_folder_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "docker" / "certs.d" / HOST
    own.mkdir(parents=True)
    (own / "ca.crt").write_bytes(CA)
    url = "unix:///run/user/1000/docker.sock"
    engine = replace(ENGINE, rootless=True, endpoint=DockerEndpoint(url=url, source="context"))
    scene = stage(engine=engine, env={"XDG_CONFIG_HOME": str(tmp_path)})

    assert scene.observe(CertsDirProbe(HOST)).authorities == (str(own / "ca.crt"),)
