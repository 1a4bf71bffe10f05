"""Configurations on which the real clients are compared with the prediction.

`HOST` stands for the registry's host and port. Each entry has a user of its own, so that what is
sent tells where it is from.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DOCKER: Final = "home/.docker/config.json"
LEGACY: Final = "home/.dockercfg"
OWN: Final = "home/.config/containers/auth.json"
RUNTIME: Final = "xr/containers/auth.json"
REGISTRIES: Final = "home/.config/containers/registries.conf"
_GOOD = '{"ServerURL":"x","Username":"u-helper","Secret":"s-helper"}'
_NONE = "printf 'credentials not found in native keychain'; exit 1"
HELPERS: Final = {
    "ok": f"echo '{_GOOD}'",
    "not-found": "printf 'credentials not found in native keychain'; exit 1",
    "not-found-stderr": "printf 'credentials not found in native keychain' >&2; exit 1",
    "error": "echo 'out of order'; exit 1",
    "empty": "exit 0",
    "garbage": "echo 'no JSON'",
    "noise": f"echo warning; echo '{_GOOD}'",
    "no-user": """echo '{"Username":"","Secret":"s"}'""",
    "no-secret": """echo '{"Username":"u","Secret":""}'""",
    "both-empty": """echo '{"Username":"","Secret":""}'""",
    "token": """echo '{"Username":"<token>","Secret":"s"}'""",
    "exit-2": f"echo '{_GOOD}'; exit 2",
    "killed": "kill -9 $$",
    "lower-case": """echo '{"username":"u-helper","secret":"s-helper"}'""",
    "only-host": f"[ \"$key\" = HOST ] || {{ {_NONE}; }}; echo '{_GOOD}'",
    "only-url": f"[ \"$key\" = https://HOST ] || {{ {_NONE}; }}; echo '{_GOOD}'",
    "only-team": f"[ \"$key\" = HOST/team/app ] || {{ {_NONE}; }}; echo '{_GOOD}'",
    "not-found-line": "echo 'credentials not found in native keychain'; exit 1",
    "not-found-exit-0": "echo 'credentials not found in native keychain'",
    "not-found-and-more": "echo 'x: credentials not found in native keychain (y)'; exit 1",
    "no-user-words": "printf 'no credentials username'; exit 1",
    "no-server-words": "printf 'no credentials server URL'; exit 1",
    "null": "echo null",
    "array": "echo '[]'",
    "a-number": """echo '{"Username":5,"Secret":"s"}'""",
    "null-secret": """echo '{"Username":"u","Secret":null}'""",
    "no-secret-field": """echo '{"Username":"u"}'""",
    "trailer": f"echo '{_GOOD}'; echo bye",
    "line-in-secret": """printf '%s' '{"Username":"u-helper","Secret":"s\\n"}'""",
    "noise-stderr": f"echo warning >&2; echo '{_GOOD}'",
    "no-utf-8": """printf '{"Username":"u","Secret":"s\\377"}'""",
    "empty-object": "echo '{}'",
    "bad-interpreter": "",
    "not-executable": "",
    "folder": "",
}
"""What a helper does when it is asked."""
LISTS: Final = {
    "host": """echo '{"HOST":"u"}'""",
    "url": """echo '{"https://HOST/v2/":"u","other":"u"}'""",
    "none": "echo '{}'",
    "null": "echo null",
    "array": "echo '[]'",
    "numbers": """echo '{"HOST":5}'""",
    "empty": "exit 0",
    "garbage": "echo 'no JSON'",
    "failure": "echo 'out of order'; exit 1",
}
"""What it does when it is asked for its list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Files, variables and helpers of one user."""

    name: str
    files: Mapping[str, Any]
    """Path below the user's folder to text, or to what is written as JSON."""
    env: Mapping[str, str] = field(default_factory=dict)
    """HERE stands for the user's folder."""
    helpers: Mapping[str, str] = field(default_factory=dict)
    """Name to a key of `HELPERS`."""
    lists: Mapping[str, str] = field(default_factory=dict)
    """Name of a helper to a key of `LISTS`; `host` where it is not named."""
    image: str = "HOST/team/app:v1"
    authfile: str = ""
    """What is given with --authfile, below the user's folder."""
    docker_config: str = ""

    def build(self, here: Path, host: str) -> dict[str, str]:
        """Write it all; the environment for the clients comes back."""
        for folder in ("home", "bin", "work"):
            (here / folder).mkdir(parents=True)
        for name, content in self.files.items():
            path = here / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(_filled(text, host), newline="")
        for name, kind in self.helpers.items():
            program = here / "bin" / f"docker-credential-{name}"
            _write_helper(program, kind, self.lists.get(name, "host"), host)
        env = {"HOME": f"{here}/home", "PATH": f"{here}/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
        env |= {name: value.replace("HERE", str(here)) for name, value in self.env.items()}
        return {name: _filled(value, host) for name, value in env.items()}


def _filled(text: str, host: str) -> str:
    return text.replace("HOST", host).replace("UPPER", host.upper())


def _write_helper(path: Path, kind: str, listing: str, host: str) -> None:
    """Write a program whose user and secret tell its name."""
    if kind == "folder":
        path.mkdir()
        return
    shell = "/no/such/shell" if kind == "bad-interpreter" else "/bin/sh"
    listed = f'if [ "$1" = list ]; then {LISTS[listing]}; exit 0; fi'
    text = f"#!{shell}\nkey=$(/bin/cat)\n{listed}\n{HELPERS[kind]}\n"
    name = path.name.rpartition("-")[2]
    path.write_text(_filled(text, host).replace("-helper", f"-{name}"))
    path.chmod(0o644 if kind == "not-executable" else 0o755)


def login(user: str, word: str = "p") -> dict[str, str]:
    """An entry as `docker login` writes it."""
    return {"auth": base64.b64encode(f"{user}:{word}".encode()).decode()}


def _one(user: str, key: str = "HOST") -> dict[str, Any]:
    return {"auths": {key: login(user)}}


def _stored(name: str, entry: Any) -> Configuration:
    return Configuration(name=name, files={DOCKER: {"auths": {"HOST": entry}}})


def _config(name: str, content: Any, **helpers: str) -> Configuration:
    return Configuration(name=name, files={DOCKER: content}, helpers=helpers)


_FILE = login("u-file")
_KEYS = (
    "HOST", "HOST/", "HOST/v2/", "https://HOST", "http://HOST/v1/", "https://HOST/team/app",
    "HOST/team", "HOST/team/app", "HOST/tea", "HOST/team/app:v1", "HTTPS://HOST", "AWS@HOST",
    "*.example.com", "OTHER.example.com",
)  # fmt: skip
_ENTRIES: dict[str, Any] = {
    "plain": {"username": "u-plain", "password": "p"},
    "auth before plain": {**_FILE, "username": "u-plain", "password": "p"},
    "identity token": {"identitytoken": "t"},
    "auth and identity token": {**_FILE, "identitytoken": "t"},
    "registry token": {**_FILE, "registrytoken": "t"},
    "empty": {},
    "no password": login("u", ""),
    "no user": login("", "p"),
    "colons": login("u-colon", "a:b:c"),
    "token as user": login("<token>", "p"),
    "no base64": {"auth": "%%%"},
    "too much padding": {"auth": "dS1wYWQ6cA==="},
    "no user in auth beside plain": {**login("", ""), "username": "u-plain", "password": "p"},
    "no colon": {"auth": "bm9jb2xvbg=="},
    "no padding": {"auth": "dS11bnBhZDpwLXVucGFkMQ"},
    "a number": {"auth": 5},
    "null": None,
    "a text": "text",
    "upper-case field": {"Auth": _FILE["auth"]},
}
_HELPER = {"credHelpers": {"HOST": "x"}, **_one("u-file")}
_STORE = {"credsStore": "x", **_one("u-file")}

CONFIGURATIONS: Final = (
    *(_config(f"auths key {key}", _one("u-file", key)) for key in _KEYS),
    *(_stored(f"entry {name}", entry) for name, entry in _ENTRIES.items()),
    *(_config(f"helper {kind}", _HELPER, x=kind) for kind in HELPERS),
    *(_config(f"store {kind}", _STORE, x=kind) for kind in HELPERS if kind != "folder"),
    _config("helper missing", _HELPER),
    _config("store missing", _STORE),
    _config("helper and store", {**_HELPER, "credsStore": "y"}, x="ok", y="error"),
    _config("helper without a name", {"credHelpers": {"HOST": ""}, **_one("u-file")}),
    _config("helper key with scheme", {"credHelpers": {"https://HOST": "x"}}, x="ok"),
    _config("helper key with slash", {"credHelpers": {"HOST/": "x"}}, x="ok"),
    _config("helper key with repository", {"credHelpers": {"HOST/team/app": "x"}}, x="ok"),
    _config("helper of another host", {"credHelpers": {"other": "x"}, **_one("u-file")}, x="error"),
    _config("helper with its full name", {"credHelpers": {"HOST": "docker-credential-x"}}, x="ok"),
    _config(
        "two loose keys", {"auths": {"https://HOST": _FILE, "https://HOST/v2/": login("u-v2")}}
    ),
    _config("exact and loose key", {"auths": {"HOST": _FILE, "https://HOST": login("u-https")}}),
    _config("empty exact key", {"auths": {"HOST": {}, "https://HOST": login("u-https")}}),
    _config("another entry is broken", {"auths": {"o": {"auth": "%%%"}, "HOST": _FILE}}),
    _config(
        "two loose keys, one half",
        {"auths": {"https://HOST": {"username": "u"}, "HOST/v2/": login("u-v2")}},
    ),
    _config("key with a user", _one("u-file", "https://AWS:x@HOST/")),
    _config("key with a line break", _one("u-file", "https://HOST\n")),
    _config("key of a broken URL", _one("u-file", "https://HOST/%zz")),
    _config("key with a space before it", _one("u-file", " https://HOST")),
    _config("fields in upper case", {"AUTHS": {"HOST": _FILE}}),
    _config("unknown fields", {**_one("u-file"), "unknown": [1]}),
    _config("a field of a wrong type", {**_one("u-file"), "HttpHeaders": "x"}),
    _config("proxies of a wrong type", {**_one("u-file"), "proxies": "x"}),
    _config("auths is a list", {"auths": []}),
    _config("file empty", ""),
    _config("file blank", "  \n"),
    _config("file null", "null"),
    _config("file cut off", '{"auths": {"HOST": {"auth": "dS1'),
    _config("file with a comma too many", json.dumps(_one("u-file"))[:-1] + ",}"),
    _config("file with garbage after it", json.dumps(_one("u-file")) + " garbage"),
    _config("file with a mark of byte order", "\ufeff" + json.dumps(_one("u-file"))),
    Configuration(name="nothing", files={}),
    Configuration(
        name="DOCKER_CONFIG",
        files={DOCKER: _one("u-home"), "d/config.json": _one("u-dir")},
        env={"DOCKER_CONFIG": "HERE/d"},
    ),
    Configuration(
        name="DOCKER_CONFIG names no folder",
        files={DOCKER: _one("u-home")},
        env={"DOCKER_CONFIG": "HERE/none"},
    ),
    Configuration(
        name="DOCKER_CONFIG empty", files={DOCKER: _one("u-home")}, env={"DOCKER_CONFIG": ""}
    ),
    Configuration(
        name="--config",
        files={DOCKER: _one("u-home"), "d/config.json": _one("u-dir")},
        docker_config="d",
    ),
    Configuration(
        name="DOCKER_AUTH_CONFIG",
        files={DOCKER: _one("u-home")},
        env={"DOCKER_AUTH_CONFIG": json.dumps(_one("u-variable"))},
    ),
    Configuration(
        name="DOCKER_AUTH_CONFIG with an unknown field",
        files={DOCKER: _one("u-home")},
        env={"DOCKER_AUTH_CONFIG": json.dumps({**_one("u-variable"), "credsStore": "x"})},
    ),
    Configuration(
        name="DOCKER_AUTH_CONFIG beside a store that fails",
        files={DOCKER: {"credsStore": "y", "credHelpers": {"HOST": "x"}}},
        env={"DOCKER_AUTH_CONFIG": json.dumps(_one("u-variable", "other"))},
        helpers={"x": "ok", "y": "error"},
    ),
    Configuration(
        name="DOCKER_AUTH_CONFIG of a helper's key",
        files={DOCKER: {"credHelpers": {"HOST": "x"}}},
        env={"DOCKER_AUTH_CONFIG": json.dumps(_one("u-variable"))},
        helpers={"x": "ok"},
    ),
    Configuration(
        name="DOCKER_AUTH_CONFIG beside a missing file",
        files={DOCKER: {}},
        env={"DOCKER_AUTH_CONFIG": json.dumps(_one("u-variable")), "DOCKER_CONFIG": "HERE/none"},
    ),
    Configuration(name="image without tag", files={DOCKER: _one("u-file")}, image="HOST/team/app"),
    Configuration(
        name="legacy file, one of two entries empty",
        files={LEGACY: {"http://HOST": {}, "http://HOST/v1/": _FILE}},
    ),
    Configuration(name="legacy file", files={LEGACY: {"https://HOST/v1/": _FILE}}),
    Configuration(
        name="legacy file beside the other", files={LEGACY: {"HOST": _FILE}, DOCKER: {"auths": {}}}
    ),
    Configuration(name="own file", files={OWN: _one("u-own"), DOCKER: _one("u-docker")}),
    Configuration(
        name="own file for the team", files={OWN: _one("u-team", "HOST/team"), DOCKER: _one("u-d")}
    ),
    Configuration(
        name="own file of an empty entry",
        files={OWN: {"auths": {"HOST/team": {}, "HOST": _FILE}}, DOCKER: _one("u-docker")},
    ),
    Configuration(name="own file broken", files={OWN: "{", DOCKER: _one("u-docker")}),
    Configuration(
        name="XDG_RUNTIME_DIR",
        files={RUNTIME: _one("u-runtime"), OWN: _one("u-own")},
        env={"XDG_RUNTIME_DIR": "HERE/xr"},
    ),
    Configuration(
        name="XDG_RUNTIME_DIR names no folder",
        files={OWN: _one("u-own")},
        env={"XDG_RUNTIME_DIR": "HERE/none"},
    ),
    Configuration(
        name="XDG_CONFIG_HOME",
        files={"xc/containers/auth.json": _one("u-xc"), OWN: _one("u-own")},
        env={"XDG_CONFIG_HOME": "HERE/xc"},
    ),
    Configuration(
        name="REGISTRY_AUTH_FILE",
        files={"af.json": _one("u-af"), OWN: _one("u-own")},
        env={"REGISTRY_AUTH_FILE": "HERE/af.json"},
    ),
    Configuration(
        name="REGISTRY_AUTH_FILE without the host",
        files={"af.json": _one("u-af", "other"), DOCKER: _one("u-docker")},
        env={"REGISTRY_AUTH_FILE": "HERE/af.json"},
    ),
    Configuration(
        name="REGISTRY_AUTH_FILE names no file",
        files={DOCKER: _one("u-docker")},
        env={"REGISTRY_AUTH_FILE": "HERE/none.json"},
    ),
    Configuration(
        name="--authfile",
        files={"af.json": _one("u-af"), DOCKER: _one("u-docker")},
        authfile="af.json",
    ),
    Configuration(
        name="helper of the own file",
        files={OWN: {"credHelpers": {"HOST": "x"}}, DOCKER: _one("u-docker")},
        helpers={"x": "not-found"},
    ),
    Configuration(
        name="helpers of registries.conf",
        files={REGISTRIES: 'credential-helpers = ["x"]\n', DOCKER: _one("u-docker")},
        helpers={"x": "ok"},
    ),
    Configuration(
        name="helpers of registries.conf, the first fails",
        files={
            REGISTRIES: 'credential-helpers = ["x", "containers-auth.json"]\n',
            DOCKER: _one("u-docker"),
        },
        helpers={"x": "error"},
    ),
    Configuration(
        name="helpers of a drop-in",
        files={
            REGISTRIES: 'credential-helpers = ["x"]\n',
            f"{REGISTRIES}.d/10.conf": 'credential-helpers = ["y"]\n',
            f"{REGISTRIES}.d/20.conf": 'short-name-mode = "permissive"\n',
        },
        helpers={"x": "error", "y": "ok"},
    ),
    Configuration(
        name="a drop-in that empties the list",
        files={
            REGISTRIES: 'credential-helpers = ["x"]\n',
            f"{REGISTRIES}.d/10.conf": "credential-helpers = []\n",
            DOCKER: _one("u-docker"),
        },
        helpers={"x": "error"},
    ),
    Configuration(
        name="a drop-in that is broken",
        files={f"{REGISTRIES}.d/10.conf": "[", DOCKER: _one("u-docker")},
    ),
)
