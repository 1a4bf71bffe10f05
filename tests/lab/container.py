"""A client in a container: a real one of dockerd, two network hops away from everything else.

The container has a network of its own, a router stands between it and the laboratory. So an
answer of the metadata service with a hop limit of 1 is lost at the router, as on EC2 it is lost
at the instance, and programs of the instance itself get it.
"""

from __future__ import annotations

import io
import shlex
import subprocess
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from lab.requirements import find_program

if TYPE_CHECKING:
    from lab.world import Lab

NAME = "lab-client"
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ssl", "/etc/passwd", "/etc/group")
SOCKET = "/var/run/docker.sock"
HOME = "/home/dev"
_IMAGE = "lab/empty"
_ROUTER = "lab-router"
_NETWORK = f"""
export PATH=$PATH:/usr/sbin:/sbin
ip netns add {_ROUTER}
ip link add lab0 type veth peer name far0 netns {_ROUTER}
ip -n {_ROUTER} link add near0 type veth peer name eth0 netns $CLIENT
ip address add 10.88.1.1/30 dev lab0
ip link set dev lab0 up
ip -n {_ROUTER} address add 10.88.1.2/30 dev far0
ip -n {_ROUTER} address add 10.88.2.1/30 dev near0
ip -n {_ROUTER} link set dev far0 up
ip -n {_ROUTER} link set dev near0 up
ip -n {_ROUTER} route add default via 10.88.1.1
ip netns exec {_ROUTER} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip route add 10.88.2.0/30 via 10.88.1.2
nsenter -t $CLIENT -n ip address add 10.88.2.2/30 dev eth0
nsenter -t $CLIENT -n ip link set dev eth0 up
nsenter -t $CLIENT -n ip route add default via 10.88.2.1
"""


def start(lab: Lab, mounts: tuple[str, ...]) -> None:
    """Start the container with the system's programs and these folders, and connect it."""
    _docker(lab, "import", "-", _IMAGE, given=_empty_image())
    seen = [path for path in (*SYSTEM, *lab.programs(), *mounts) if Path(path).exists()]
    seen += [path for path in mounts if path not in seen]
    volumes = [word for path in dict.fromkeys(seen) for word in ("-v", f"{path}:{path}")]
    command = ["--name", NAME, "--network", "none", *volumes, _IMAGE, "/bin/sleep", "infinity"]
    _docker(lab, "run", "-d", *command)
    client = _docker(lab, "inspect", "-f", "{{.State.Pid}}", NAME).strip()
    lab.namespace.script([f"CLIENT={shlex.quote(client)}", _NETWORK])


def stop(lab: Lab) -> None:
    """Remove the container and its network; ending one end of a cable ends the other."""
    if lab.daemon.running:
        _docker(lab, "rm", "-f", NAME)
    lab.namespace.script(
        ["export PATH=$PATH:/usr/sbin:/sbin", "ip link delete lab0", f"ip netns delete {_ROUTER}"]
    )


def enter(argv: list[str]) -> list[str]:
    """Return the command that runs `argv` in the container."""
    return [find_program("docker") or "docker", "exec", NAME, *argv]


def _empty_image() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w"):
        pass
    return file.getvalue()


def _docker(lab: Lab, *argv: str, given: bytes = b"") -> str:
    """Run docker outside of the container.

    Raises:
        RuntimeError: docker failed.

    """
    command = lab.namespace.enter(["env", "-i", find_program("docker") or "docker", *argv])
    done = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"docker {argv[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode()
