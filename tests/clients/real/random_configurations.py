"""Configurations by chance: every spelling, entry and helper, mixed over all files of a search.

The same seed gives the same configurations. What is found with them belongs into `CONFIGURATIONS`.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final

from clients.real.configurations import (
    DOCKER,
    HELPERS,
    LEGACY,
    LISTS,
    OWN,
    REGISTRIES,
    RUNTIME,
    Configuration,
    login,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMAGES: Final = ("HOST/team/app:v1", "HOST/app:v1", "HOST/team/sub/app", "HOST/team/app-2:v1")
_PLAIN: Final = (
    "HOST", "HOST", "HOST", "https://HOST", "https://HOST/v2/", "HOST/", "HOST/team",
    "HOST/team/app",
)  # fmt: skip
_KEYS: Final = (
    "HOST", "https://HOST", "http://HOST", "https://HOST/", "http://HOST/v1/",
    "https://HOST/v2/", "HOST/", "HOST/v2/", "HOST/team", "HOST/team/app", "HOST/team/app:v1",
    "HOST/team/", "HOST/app", "https://HOST/team/app", "HTTPS://HOST", "Http://HOST/", "oci://HOST",
    "docker://HOST/team", "//HOST", "https:/HOST", "https://https://HOST", "UPPER", "https://UPPER",
    "HOST:443", "https://HOST:443", "AWS@HOST", "https://AWS@HOST", "https://AWS:x@HOST/", " HOST",
    "HOST ", "HOST\n", "HOST?a=b", "https://HOST?a=b", "https://HOST#f", "HOST.", "*.HOST", "*",
    "", "other.example.com", "https://index.docker.io/v1/", "docker.io", "https://HOST:", "HOST/te",
    "https://HOST\\v2", "https://%48OST", "https:// HOST", "https://[HOST]", "x-1+.y://HOST/",
    "1x://HOST", "_x://HOST", "://HOST", "https://HOST:a/", "https://HOST//team",
    "https://HOST\n", " https://HOST", "https://HOST/%zz", "https://A WS@HOST", "https://HOST/a b",
    "https:///HOST", "https://HOST/\u00e9", "HOST/https://HOST", "ftp:HOST", "https://[::1]",
)  # fmt: skip
_TOKENS: Final = ("identitytoken", "registrytoken")
_WRONG: Final[tuple[Any, ...]] = (None, 5, True, [], {}, "text", [1], 1.5, "")


def random_configurations(seed: int, count: int) -> Iterator[Configuration]:
    """So many configurations, named by their seed and number."""
    for number in range(count):
        yield _Maker(Random(f"{seed}/{number}")).configuration(f"{seed}/{number}")  # noqa: S311


@dataclass
class _Maker:
    random: Random
    count: int = 0

    def configuration(self, name: str) -> Configuration:
        files: dict[str, Any] = {}
        env: dict[str, str] = {}
        self._fill(files, env)
        helpers = {name: self._kind() for name in "xyz" if self._chance(0.8)}
        return Configuration(
            name=name,
            files=files,
            env=env,
            helpers=helpers,
            lists={name: self.random.choice([*LISTS]) for name in helpers if self._chance(0.3)},
            authfile="af.json" if self._chance(0.05) else "",
            docker_config="d" if self._chance(0.05) else "",
            image=self.random.choice(_IMAGES) if self._chance(0.4) else _IMAGES[0],
        )

    def _fill(self, files: dict[str, Any], env: dict[str, str]) -> None:
        if self._chance(0.9):
            files[DOCKER] = self._text()
        for path, share in ((OWN, 0.25), ("af.json", 0.2), ("d/config.json", 0.2), (RUNTIME, 0.25)):
            if self._chance(share):
                files[path] = self._text()
        if self._chance(0.15):
            files[LEGACY] = self._mutated(json.dumps(self._auths()))
        if self._chance(0.1):
            files[REGISTRIES] = f"credential-helpers = {json.dumps(self._helper_list())}\n"
        variables = {
            "DOCKER_CONFIG": ("HERE/d", 0.15),
            "XDG_RUNTIME_DIR": ("HERE/xr", 0.25),
            "REGISTRY_AUTH_FILE": ("HERE/af.json", 0.15),
        }
        env |= {name: value for name, (value, share) in variables.items() if self._chance(share)}
        if self._chance(0.2):
            env["DOCKER_AUTH_CONFIG"] = self._variable()

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _kind(self) -> str:
        return "ok" if self._chance(0.4) else self.random.choice([*HELPERS])

    def _helper_list(self) -> list[str]:
        known = ["x", "y", "containers-auth.json", "none"]
        return self.random.sample(known, self.random.randint(0, 3))

    def _text(self) -> str:
        return self._mutated(json.dumps(self._document()))

    def _document(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if self._chance(0.85):
            fields[self._name("auths")] = self._auths()
        if self._chance(0.35):
            keys = self._keys(self.random.randint(1, 2))
            names: dict[str, Any] = {key: self.random.choice("xyz") for key in keys}
            if self._chance(0.1):
                names[keys[0]] = self.random.choice(("", "none", None, 5, "docker-credential-x"))
            fields[self._name("credHelpers")] = names
        if self._chance(0.2):
            fields[self._name("credsStore")] = self.random.choice("xyz")
        if self._chance(0.08):
            field = ("auths", "credHelpers", "credsStore", "HttpHeaders", "proxies", "psFormat")
            fields[self.random.choice(field)] = self.random.choice(_WRONG)
        return fields

    def _name(self, name: str) -> str:
        return self.random.choice((name.lower(), name.upper())) if self._chance(0.06) else name

    def _auths(self) -> dict[str, Any]:
        keys = self._keys(self.random.choice((0, 1, 1, 1, 2, 2, 3)))
        return {key: self._entry() for key in keys}

    def _keys(self, count: int) -> list[str]:
        return [self.random.choice(_PLAIN if self._chance(0.6) else _KEYS) for _ in range(count)]

    def _entry(self) -> Any:
        self.count += 1
        user, word = f"u{self.count}", f"p{self.count}"
        if self._chance(0.5):
            return login(user, word)
        if self._chance(0.08):
            return self.random.choice(_WRONG)
        entry: dict[str, Any] = {}
        if self._chance(0.7):
            entry[self._name("auth")] = self._auth(user, word)
        if self._chance(0.3):
            entry["username"] = self.random.choice((f"n{self.count}", "", None))
            entry["password"] = self.random.choice((f"w{self.count}", "", None))
        if self._chance(0.25):
            entry[self.random.choice(_TOKENS)] = self.random.choice(("t", "t", "", None))
        if self._chance(0.06):
            entry[self.random.choice((*_TOKENS, "auth", "username", "email"))] = 5
        return entry

    def _auth(self, user: str, word: str) -> str:
        plain = self.random.choice((
            f"{user}:{word}", f"{user}:{word}", f"{user}:{word}\0\0", f"\0{user}:\0{word}",
            f"{user}:{word}:x", f"{user}:", f":{word}", ":", user, "", f"<token>:{word}",
            f"{user}:{word}\n", f" {user} : {word} ", f"{user}:p\u00e9", f"{user}:{word}xx",
        ))  # fmt: skip
        code = base64.b64encode(plain.encode()).decode()
        return self.random.choice((
            code, code, code, code.rstrip("="), code + "=", code + "\n", code[:4] + "\n" + code[4:],
            code[:3] + " " + code[3:], f" {code}", code + "!", code[:-1], "", code + "A", code * 2,
            code.replace("=", "") + "==", code + "\r\n", f"\t{code}", code.swapcase(),
        ))  # fmt: skip

    def _mutated(self, text: str) -> str:
        if not self._chance(0.12):
            return text
        return self.random.choice((
            text[: len(text) // 2], text + "\n", text + " x", text + "}", f"\ufeff{text}",
            text[:-1] + ",}", "", " \n", "null", "[]", '"x"', "5", text + text, f"\n\n{text}",
            text.replace('"', "'"), f"// c\n{text}", text.replace(":", ": \t\r\n"), "{}", "\0",
        ))  # fmt: skip

    def _variable(self) -> str:
        auths: Any = {key: login(f"v{n}") for n, key in enumerate(self._keys(2))}
        if self._chance(0.4):
            auths = self._auths()
        return self._mutated(json.dumps({self._name("auths"): auths})).replace("\0", "")
