"""The laboratory as one object: start it, break it, run programs in it, make it whole again."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from lab import certificates, container, home, names
from lab import state as states
from lab.clients import OWN_STORES, pull_command
from lab.daemon import Daemon, Options
from lab.namespace import Namespace, kill_group
from lab.requirements import find_program
from lab.servers import tokens
from lab.standins import StandIns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# What a user's PATH holds; each fault may take something away or put something else there.
TOOLS = ("sh", "env", "cat", "sed", "sleep", "date", "curl", "skopeo", "gpg")
PREFIX = "ecr-lab-"
HELPER = "docker-credential-ecr-login"
CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
HOSTS = "127.0.0.1 localhost\n"
RESOLV_CONF = f"nameserver {names.NAME_SERVER}\n"
_IP = "PATH=$PATH:/usr/sbin:/sbin ip"
_REGISTRY = """version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {root}}}, delete: {{enabled: true}}}}
http: {{addr: "127.0.0.1:5000"}}
"""


class Lab:
    """A whole ECR with its user, on this machine."""

    def __init__(self, exposed: Iterable[Path] = ()) -> None:
        """Make the folder; `exposed` are paths below home folders that programs need."""
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        self.folder.chmod(0o755)
        (self.folder / "owner").write_text(str(os.getpid()), encoding="ascii")
        _sweep(self.folder.parent)
        self.namespace = Namespace(self.folder)
        self.daemon = Daemon(self.namespace, self.folder / "dockerd.log")
        self.user = home.Home(self.folder / "home")
        self.bin = self.folder / "bin"
        self.state = states.default()
        self._file = states.StateFile(self.folder / "state.json")
        self._exposed = [*exposed, *_python_paths()]
        self._servers: list[subprocess.Popen[bytes]] = []
        self._mounted: list[str] = []
        self._addresses: list[str] = []
        self._stale_daemon = False
        self._trusted: tuple[str, ...] = ()
        self._contained = False
        self.group = 0
        """Of the client, where it runs as another user than root; 0 for none but its own."""
        self.stand_ins = StandIns(self.namespace)

    # -- life ---------------------------------------------------------------------------

    def start(self) -> None:
        """Bring everything up."""
        self._write_files()
        self.namespace.start(self._exposed)
        self.daemon.launch()
        registry = [find_program("docker-registry") or "", "serve", f"{self.folder}/registry.yml"]
        self._spawn(registry, silent=True)
        servers = self._spawn(
            [
                "env",
                f"PYTHONPATH={_search_path()}",
                "PYTHONDONTWRITEBYTECODE=1",
                sys.executable,
                "-m",
                "lab.servers",
                str(self.folder),
            ]
        )
        if servers.stdout is None or servers.stdout.readline() != b"ready\n":
            log = (self.folder / "servers.log").read_text(errors="replace")
            raise RuntimeError(f"the servers did not start:\n{log[-3000:]}")
        self.daemon.wait()

    def stop(self) -> None:
        """Take everything down and leave nothing behind."""
        with contextlib.suppress(OSError):
            self.daemon.stop()
        for server in self._servers:
            kill_group(server)
            if server.stdout is not None:
                server.stdout.close()
        self.namespace.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def reset(self) -> None:
        """Make everything whole again after a fault."""
        if self._contained:
            container.stop(self)
            self._contained = False
        self.group = 0
        self.stand_ins.stop()
        self.state = states.default()
        self.save()
        self.user.reset()
        self._reset_etc()
        self._link_tools()
        while self._addresses:
            self.namespace.script([f"{_IP} address del {self._addresses.pop()}/32 dev lo"])
        self._reset_daemon()

    def _reset_daemon(self) -> None:
        """Give the fault's dockerd back; drop images, since present layers hide S3 faults."""
        ordinary = self.daemon.running and self.daemon.options == Options()
        if not ordinary or self._stale_daemon:
            self.daemon.stop()
            self._unmount()
            self.daemon.start()
            self._stale_daemon = False
        else:
            self._unmount()
            (self.namespace.root / "run/docker.sock").chmod(0o666)
            self.drop_images()

    # -- what faults use ----------------------------------------------------------------

    def save(self) -> None:
        """Make changes of `state` known to the servers."""
        self._file.write(self.state)

    def update(self, **changes: object) -> None:
        """Change parts of the state and make them known."""
        self.state.update(changes)
        self.save()

    def token(
        self,
        region: str = names.REGION,
        *,
        expired: bool = False,
        arn: str = states.USER_ARN,
    ) -> str:
        """Return an ECR token that was given out, as the password of the user AWS."""
        expires = int(time.time()) + (-3600 if expired else 11 * 3600)
        password = tokens.mint(tokens.Token(arn, region, expires, states.KEY_ID))
        encoded = self.encoded(password)
        with (self.folder / "secrets.txt").open("a", encoding="utf-8") as file:
            file.write(f"{password}\n{encoded}\n")
        return password

    @staticmethod
    def encoded(password: str) -> str:
        """Return a token as ECR's API gives it, and docker stores it: with the user AWS."""
        return base64.b64encode(f"AWS:{password}".encode()).decode()

    def etc(self, name: str) -> Path:
        """Return a file of the laboratory's /etc: hosts, resolv.conf, docker/…, a bundle."""
        return self.folder / "etc" / name

    def rewrite_etc(self, name: str, content: str) -> None:
        """Write hosts or resolv.conf; dockerd, which caches them for 5 s, begins afresh."""
        self.etc(name).write_text(content, encoding="utf-8")
        self._stale_daemon = True
        self.daemon.restart()

    def distrust_daemon(self) -> None:
        """Let dockerd begin afresh at the next reset: a download that hangs blocks later ones."""
        self._stale_daemon = True

    def trust(self, *authorities: str) -> None:
        """Put these authorities of ours, and the system's, into the bundle of CAs.

        dockerd has read it already and must begin afresh to see it.
        """
        self._stale_daemon = True
        self._trusted = authorities
        ours = [(self.folder / f"tls/{name}.crt").read_text() for name in authorities]
        system = Path(CA_BUNDLE)
        text = system.read_text(encoding="utf-8") if system.exists() else ""
        self.etc("ca-certificates.crt").write_text(text + "".join(ours), encoding="utf-8")

    def mount_tmpfs(self, target: str, options: str) -> None:
        """Mount a file system inside until the next reset."""
        self.namespace.script([f"mkdir -p {target}", f"mount -t tmpfs -o {options} lab {target}"])
        self._mounted.append(target)

    def add_address(self, address: str) -> None:
        """Put an address on the device until the next reset."""
        self._addresses.append(address)
        self.namespace.script([f"{_IP} address add {address}/32 dev lo"])

    def programs(self) -> list[str]:
        """Return where the user's programs and Python lie, in no ordinary folder of a system."""
        return [str(path) for path in (self.bin, *self._exposed)]

    def move_client_into_container(self, mounts: tuple[str, ...]) -> None:
        """Run the user's programs in a container, with these paths, until the next reset."""
        container.start(self, mounts)
        self._contained = True

    def install(self, name: str, script: str | bytes) -> Path:
        """Put a program of our own on the user's PATH, in place of a link if need be."""
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_bytes(script.encode() if isinstance(script, str) else script)
        path.chmod(0o755)
        return path

    def layers(self, repository: str) -> list[str]:
        """Return the layer digests of a repository in the first account and region."""
        pushed = json.loads((self.folder / "images.json").read_text(encoding="utf-8"))
        digests: list[str] = pushed[f"{names.ACCOUNT}/{names.REGION}/{repository}"]
        return digests

    # -- running programs ---------------------------------------------------------------

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the whole environment of a program in the laboratory."""
        ordinary = {
            "HOME": home.INSIDE,
            "PATH": str(self.bin),
            "LANG": "C.UTF-8",
            "AWS_CA_BUNDLE": CA_BUNDLE,
            "REQUESTS_CA_BUNDLE": CA_BUNDLE,
        }
        return {**ordinary, **(extra or {})}

    def command(
        self, argv: Sequence[str], env: Mapping[str, str] | None = None, uid: int = 0
    ) -> list[str]:
        """Return the command that runs `argv` inside, as that user, in that environment."""
        become = [] if uid == 0 else ["setpriv", f"--reuid={uid}", f"--regid={uid}"]
        if become:
            become += [f"--groups={self.group}" if self.group else "--clear-groups", "--"]
        assignments = [f"{name}={value}" for name, value in self.environment(env).items()]
        where = ["env", "-i", "-C", "/" if uid or self._contained else home.INSIDE, *assignments]
        inner = [*become, *where, *argv]
        return self.namespace.enter(container.enter(inner) if self._contained else inner)

    def run(
        self,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        uid: int = 0,
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside; one that overstays ends with return code -9."""
        command = self.command(argv, env, uid)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                kill_group(process)
            finally:
                kill_group(process)
            texts = [_read(file) for file in (out, err)]
        return subprocess.CompletedProcess(list(argv), process.returncode, *texts)

    def pull(
        self,
        image: str = names.IMAGE,
        env: Mapping[str, str] | None = None,
        uid: int = 0,
        timeout: float = 60,
        client: str = "docker",
    ) -> subprocess.CompletedProcess[str]:
        """Pull with the real docker, or another client."""
        if client != "docker":
            self.namespace.script([*OWN_STORES])
        return self.run(pull_command(client, image), env, uid, timeout)

    def drop_images(self) -> None:
        """Remove every image from dockerd."""
        self.run(["docker", "image", "prune", "--all", "--force"])

    def secrets(self) -> set[str]:
        """Return every secret of the laboratory, none of which may reach an output."""
        noted = self.folder / "secrets.txt"
        handed_out = noted.read_text(encoding="utf-8").split() if noted.exists() else []
        keys = self.state["keys"].values()
        own = [key[kind] for key in keys for kind in ("secret", "token") if kind in key]
        return {*handed_out, *own, states.WEB_IDENTITY}

    def requests(self) -> list[dict[str, Any]]:
        """Return the requests that reached the cloud so far."""
        log = self.folder / "requests.jsonl"
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]

    # -- inside -------------------------------------------------------------------------

    def _write_files(self) -> None:
        """Write everything that must exist before the namespaces open."""
        for name in ("bin", "home", "home2", "tls", "etc/docker", "registry"):
            (self.folder / name).mkdir(parents=True)
        for name, title in (("lab", "Laboratory Root CA"), ("corporate", "Corporate Root CA")):
            certificates.make_authority(title).save(self.folder / "tls", name)
        self.trust("lab")
        (self.folder / "registry.yml").write_text(_REGISTRY.format(root=self.folder / "registry"))
        self.etc("hosts").write_text(HOSTS, encoding="utf-8")
        self.etc("resolv.conf").write_text(RESOLV_CONF, encoding="utf-8")
        self._link_tools()
        self.user.reset()
        self.save()

    def _reset_etc(self) -> None:
        """Write /etc back, where files are mounted: in place, never replaced."""
        for name, content in (("hosts", HOSTS), ("resolv.conf", RESOLV_CONF)):
            if self.etc(name).read_text(encoding="utf-8") != content:
                self.etc(name).write_text(content, encoding="utf-8")
        if self._trusted != ("lab",):
            self.trust("lab")
        for entry in self.etc("docker").iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _link_tools(self) -> None:
        """Fill the folder that is the user's whole PATH."""
        for entry in self.bin.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for name in ("docker", HELPER, *TOOLS):
            program = find_program(name)
            if program:
                (self.bin / name).symlink_to(program)

    def _spawn(self, command: list[str], *, silent: bool = False) -> subprocess.Popen[bytes]:
        """Start a server inside; a silent one's output would fill a pipe that nobody reads."""
        with (self.folder / "servers.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                self.namespace.enter(command),
                stdout=subprocess.DEVNULL if silent else subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._servers.append(process)
        return process

    def _unmount(self) -> None:
        """Take away what a fault mounted.

        A mount may be gone already: removing its folder from outside took it along.
        """
        while self._mounted:
            self.namespace.script([f"umount -l {self._mounted.pop()} 2>/dev/null || true"])


def _python_paths() -> list[Path]:
    """Return where Python, its packages and this tree lie: programs inside need them."""
    found = [Path(p) for p in (sys.prefix, sys.base_prefix, *sys.path) if p]
    return [p.absolute() for p in (*found, Path(__file__).parents[2]) if p.exists()]


def _search_path() -> str:
    """Return where the servers find this package, and what we were told ourselves."""
    return os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])


def _sweep(parent: Path) -> None:
    """Remove what killed laboratories left: their processes died with them, their files not."""
    for owner in parent.glob(f"{PREFIX}*/owner"):
        with contextlib.suppress(OSError, ValueError):
            if not Path("/proc", str(int(owner.read_text(encoding="ascii")))).exists():
                shutil.rmtree(owner.parent, ignore_errors=True)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
