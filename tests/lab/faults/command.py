"""What the docker command is told: by variables, by PATH, by the image as people paste it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lab import names
from lab.faults.model import NO_CREDENTIALS, Fault, Injection, nothing, works
from lab.home import HELPER, INSIDE, auths
from lab.images import make_image
from lab.world import HELPER as PROGRAM

if TYPE_CHECKING:
    from pathlib import Path

    from lab.world import Lab


_HOST = names.HOST

_TWO = "/run/lab-noexec"

_OWN = f"{INSIDE}/programs"

_DIGEST = make_image(b"the application").manifest.digest


def _without_helper(lab: Lab) -> Path:
    """Fill ~/programs with all programs but the helper, and return where that is."""
    own = lab.user.path / "programs"
    own.mkdir()
    for program in lab.bin.iterdir():
        if program.name != PROGRAM:
            (own / program.name).symlink_to(program.resolve())
    return (lab.bin / PROGRAM).resolve()


def _snap(lab: Lab) -> None:
    """Let docker be a snap, whose home is another one."""
    real = (lab.bin / "docker").resolve()
    script = f'#!/bin/sh\nexec env HOME="$HOME/snap/docker/2932" {real} "$@"\n'
    program = lab.user.write("snapd/bin/snap", script)
    program.chmod(0o755)
    (lab.user.path / "snap/docker/2932").mkdir(parents=True)
    (lab.bin / "docker").unlink()
    (lab.bin / "docker").symlink_to(f"{INSIDE}/snapd/bin/snap")


def _moved_helper(folder: str) -> Injection:
    """Return an injection in which the helper lies in a folder of the home alone."""

    def inject(lab: Lab) -> None:
        real = _without_helper(lab)
        place = lab.user.path / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / PROGRAM).symlink_to(real)

    return inject


def _noexec(lab: Lab) -> None:
    """Let the helper lie on a file system that runs no programs."""
    real = _without_helper(lab)
    lab.mount_tmpfs(_TWO, "noexec,mode=755")
    lab.namespace.script([f"cp {real} {_TWO}/{PROGRAM}"])


def _closed_folder(lab: Lab) -> None:
    _moved_helper("bin")(lab)
    (lab.user.path / "bin").chmod(0o700)


def _variable_login(lab: Lab) -> None:
    lab.user.write_config({})


def _fails(
    name: str, summary: str, inject: Injection, *accept: str, layer: str = "client", **more: Any
) -> Fault:
    return Fault(name, layer, summary, inject, accept, **more)


def _image(name: str, summary: str, image: str, *accept: str) -> Fault:
    return Fault(
        f"image-{name}",
        "image",
        summary,
        nothing,
        accept or ("image-reference-invalid",),
        image=image,
    )


FAULTS = (
    _fails(
        "content-trust",
        "DOCKER_CONTENT_TRUST wants a signature, which ECR does not keep",
        nothing,
        "content-trust-unsupported",
        env={"DOCKER_CONTENT_TRUST": "1"},
        says="trust data",
    ),
    _fails(
        "docker-of-snap",
        "docker is a snap, which has a home of its own",
        _snap,
        "docker-snap-confinement",
        says=NO_CREDENTIALS,
    ),
    works("content-trust-off", "DOCKER_CONTENT_TRUST is 0", env={"DOCKER_CONTENT_TRUST": "0"}),
    _fails(
        "content-trust-word",
        "DOCKER_CONTENT_TRUST is a word, which is as good as 1",
        nothing,
        "content-trust-unsupported",
        env={"DOCKER_CONTENT_TRUST": "off"},
        says="trust data",
    ),
    works(
        "content-trust-digest",
        "DOCKER_CONTENT_TRUST, and the image is named by its digest, which needs no signature",
        env={"DOCKER_CONTENT_TRUST": "1"},
        image=f"{_HOST}/team/app@{_DIGEST}",
    ),
    _fails(
        "auth-variable-alone",
        "the login is in DOCKER_AUTH_CONFIG alone, which this docker does not read",
        _variable_login,
        "docker-auth-config-unsupported",
        says=NO_CREDENTIALS,
        env={"DOCKER_AUTH_CONFIG": json.dumps({"auths": {_HOST: {"auth": "QVdTOnNlY3JldA=="}}})},
    ),
    _fails(
        "path-relative",
        "the helper lies in a relative folder of PATH, which Go refuses",
        _moved_helper("tools"),
        "helper-not-on-path",
        "helper-not-runnable",
        env={"PATH": f"{_OWN}:tools"},
    ),
    _fails(
        "path-tilde",
        "PATH has a tilde that no shell has expanded",
        _moved_helper("tools"),
        "helper-not-on-path",
        env={"PATH": f"{_OWN}:~/tools"},
    ),
    _fails(
        "path-noexec",
        "the helper lies on a file system that runs no programs",
        _noexec,
        "helper-not-runnable",
        "helper-not-on-path",
        env={"PATH": f"{_OWN}:{_TWO}"},
    ),
    _fails(
        "path-closed",
        "the helper's folder is closed to the user",
        _closed_folder,
        "helper-not-on-path",
        "helper-not-runnable",
        env={"PATH": f"{_OWN}:{INSIDE}/bin"},
        uid=65534,
    ),
    _fails(
        "config-variable-unexpanded",
        "DOCKER_CONFIG is $HOME/.docker, which nobody expanded",
        nothing,
        "config-wrong-home-or-user",
        "never-logged-in",
        env={"DOCKER_CONFIG": "$HOME/.docker"},
        says=NO_CREDENTIALS,
    ),
    _fails(
        "home-tilde",
        "HOME is a tilde",
        nothing,
        "config-wrong-home-or-user",
        "never-logged-in",
        env={"HOME": "~"},
        says=NO_CREDENTIALS,
    ),
    works(
        "config-headers",
        "config.json has headers of its own for the engine",
        lambda lab: lab.user.write_config({**HELPER, "HttpHeaders": {"X-Meta": "1"}}),
    ),
    works(
        "config-store-empty",
        "credsStore is an empty text, and a login is stored",
        lambda lab: lab.user.write_config({**auths(lab.token()), "credsStore": ""}),
    ),
    works(
        "platform-variable-alias",
        "DOCKER_DEFAULT_PLATFORM has another name of the processor",
        env={"DOCKER_DEFAULT_PLATFORM": "linux/x86_64"},
        image=f"{_HOST}/team/multi:latest",
    ),
    _fails(
        "platform-variable-typo",
        "DOCKER_DEFAULT_PLATFORM names no system that there is",
        nothing,
        "platform-not-in-image",
        layer="image",
        env={"DOCKER_DEFAULT_PLATFORM": "lnux/amd64"},
        image=f"{_HOST}/team/multi:latest",
    ),
    works(
        "engine-carriage-return",
        "DOCKER_HOST ends in a carriage return, which docker does not mind",
        env={"DOCKER_HOST": "unix:///var/run/docker.sock\r"},
    ),
    works(
        "proxy-carriage-return",
        "a dead HTTPS_PROXY ends in a carriage return, for which Go takes no proxy",
        env={"HTTPS_PROXY": f"http://{names.REFUSING}:3128\r"},
    ),
    works(
        "proxy-percent",
        "the password of a dead HTTPS_PROXY has a lone %, for which Go takes no proxy",
        env={"HTTPS_PROXY": f"http://me:50%off@{names.REFUSING}:3128"},
    ),
    _fails(
        "proxy-hash",
        "the password of HTTPS_PROXY has a # that is not encoded",
        nothing,
        "proxy-misconfigured",
        env={"HTTPS_PROXY": f"http://me:wo#rd@{names.PROXY}:3129"},
        says=NO_CREDENTIALS,
    ),
    _fails(
        "bundle-space",
        "a space follows AWS_CA_BUNDLE's file",
        nothing,
        "ca-bundle-missing",
        env={"AWS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt "},
        says=NO_CREDENTIALS,
    ),
    _image("for-skopeo", "the image is as skopeo wants it", f"docker://{_HOST}/team/app:latest"),
    _image("at-tag", "an @ stands before the tag", f"{_HOST}/team/app@latest"),
    _image(
        "zero-width", "an invisible character is in the image", f"{_HOST}/team/app\u200b:latest"
    ),
    _image("long-digest", "the digest has a digit too many", f"{_HOST}/team/app@sha256:{'a' * 65}"),
    _image(
        "digest-for-tag",
        "a colon stands for the @ of a digest",
        f"{_HOST}/team/app:sha256:{'a' * 64}",
    ),
)
