"""The registry's answers, and its view of a credential: GET /v2/.

GET and not HEAD: only a body says why (distribution-spec, "Error Codes"); clients drop it.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from ecr_doctor.auth.token import looks_like_ecr, token_expiry
from ecr_doctor.redact import Secret

from .base import Probe, ProbeError
from .credential import DockerCredentialProbe
from .ecr_token import EcrTokenProbe
from .http import SMALL, HttpProblem, RawAnswer, Request, exchange, split_https
from .reach import HTTPS
from .registry_errors import is_strange, read_error
from .side import Side
from .tls import TlsProbe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ecr_doctor.model import Target

    from .base import Scene

_UNAUTHORIZED, _NETWORK_LOGIN = 401, 511
_CHALLENGE = re.compile(r'([a-z]{1,20})="([^"]{0,500})"', re.IGNORECASE)


class Whose(StrEnum):
    """Whose credential a request carries."""

    NONE = "none"
    DOCKER = "docker"
    """The one that docker would send."""
    FETCHED = "fetched"
    """The one that this program fetched from AWS itself."""

    def words(self, client: str) -> str:
        """As a report says it, where `client` is the one that pulls."""
        names = {Whose.NONE: "no", Whose.DOCKER: f"{client}'s own", Whose.FETCHED: "a fetched"}
        return f"{names[self]} credential"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAnswer:
    """One answer of the registry, or of whatever answers in its place."""

    status: int = 0
    """0 where none came."""
    problem: HttpProblem = HttpProblem.NONE
    detail: str = ""
    code: str = ""
    """`NAME_UNKNOWN`, `DENIED`, ...; S3's `AccessDenied`; empty when the body has none."""
    message: str = ""
    """The body's text, cleaned and cut."""
    content_type: str = ""
    is_registry: bool = False
    """Whether it carries Docker-Distribution-Api-Version."""
    is_html: bool = False
    is_strange: bool = False
    """Whether its words are in no form that ECR, S3 or AWS use."""
    redirect_host: str = ""
    """Where it points to; the path and query of such addresses are secrets."""
    server: str = ""
    date: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return self.status // 100 == 2 and not self.is_html and not self.problem  # noqa: PLR2004

    @property
    def is_foreign(self) -> bool:
        """Whether a portal or a proxy answers in the registry's place.

        511 is a network's own "log in first": RFC 6585, section 6.
        """
        if self.is_registry or self.problem:
            return False
        refused = self.is_strange and self.status // 100 == 4 and self.status != _UNAUTHORIZED  # noqa: PLR2004
        page = self.is_html and self.status < 500  # noqa: PLR2004
        moved = self.status // 100 == 3  # noqa: PLR2004
        return page or moved or refused or self.status == _NETWORK_LOGIN

    @property
    def text(self) -> str:
        """For a report: status, code and message in one line."""
        if not self.status:
            return self.detail or self.problem.value
        parts = (str(self.status), self.code, self.message or self.detail)
        return " ".join(part for part in parts if part)


def registry_answer(scene: Scene, raw: RawAnswer) -> RegistryAnswer:
    """Read an answer: its error, and the signs of who gave it."""
    content_type = raw.headers.get("content-type", "").partition(";")[0].strip().lower()[:200]
    start = raw.body[:200].lstrip().lower()
    is_html = content_type == "text/html" or start.startswith((b"<!doctype html", b"<html"))
    code, message = ("", "") if raw.status // 100 == 2 and not is_html else read_error(raw.body)  # noqa: PLR2004
    moved = split_https(raw.headers.get("location", ""))
    return RegistryAnswer(
        status=raw.status,
        problem=raw.problem,
        detail=raw.detail,
        code=code,
        message=scene.redactor.clean(message),
        content_type=content_type,
        is_registry="docker-distribution-api-version" in raw.headers,
        is_html=is_html,
        is_strange=is_strange(raw.body, code, message),
        redirect_host=moved[0] if moved else "",
        server=scene.redactor.clean(raw.headers.get("server", "")[:100]),
        date=_date(raw.headers.get("date", "")),
    )


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What the registry says to one credential."""

    whose: Whose
    answer: RegistryAnswer
    user: str = ""
    password_is_token: bool = False
    """Whether the password has the shape of an ECR token."""
    expires: datetime | None = None
    """The end of the token's life, where the token itself tells it."""
    scheme: str = ""
    """Of the registry's challenge: `basic`, `bearer`; empty when it sent none."""
    at_token_server: bool = False
    """The credential was refused where it is exchanged for a bearer token (ECR Public)."""
    header: Secret | None = None
    """Authorization header for further requests."""

    @property
    def accepted(self) -> bool:
        """Whether the registry lets the credential in."""
        return self.answer.ok


@dataclass(frozen=True, slots=True)
class LoginProbe(Probe[Login]):
    """GET /v2/ with a credential, as docker does first of all."""

    whose: Whose
    limit: ClassVar[float] = 9.8

    def look(self, scene: Scene) -> Login:
        """Ask the registry; a refusal is an answer.

        Raises:
            ProbeError: there is no such credential, or its bearer token is to be had in the clear.

        """
        user, secret = _credential(scene, self.whose)
        is_public = scene.target.registry is not None and scene.target.registry.is_public
        # docker begins without a credential; a private registry's answer to that is known.
        basic = _basic(scene, user, secret) if secret is not None else None
        header = None if is_public else basic
        raw = ask(scene, "/v2/", header)
        scheme, challenge = read_challenge(raw.headers.get("www-authenticate", ""))
        login = Login(
            whose=self.whose,
            answer=registry_answer(scene, raw),
            user=user,
            password_is_token=secret is not None and looks_like_ecr(secret),
            expires=token_expiry(secret) if secret is not None else None,
            scheme=scheme,
            header=header,
        )
        if raw.status != _UNAUTHORIZED or scheme != "bearer":
            return login
        return _bearer(scene, login, challenge, basic)


def _credential(scene: Scene, whose: Whose) -> tuple[str, Secret | None]:
    if whose is Whose.NONE:
        return "", None
    if whose is Whose.DOCKER:
        found = scene.observe(DockerCredentialProbe())
        if found.secret is None:
            raise ProbeError(f"{found.client} has no credential to send to this registry")
        return found.user, found.secret
    token = scene.observe(EcrTokenProbe()).token
    if token is None:
        raise ProbeError("no token could be fetched from AWS")
    return token.user, token.secret


def _basic(scene: Scene, user: str, secret: Secret) -> Secret:
    code = base64.b64encode(f"{user}:{secret.reveal()}".encode()).decode("ascii")
    scene.redactor.learn(secret, code)
    return Secret(f"Basic {code}")


def ask(
    scene: Scene,
    path: str,
    login: Secret | None,
    headers: Mapping[str, str] | None = None,
    *,
    most: int = SMALL,
) -> RawAnswer:
    """GET a path of the image's registry, as the engine would; `most` is in bytes."""
    own = {"Authorization": login.reveal()} if login is not None else {}
    host, port = registry_peer(scene.target)
    request = Request(
        host=host,
        port=port,
        side=Side.ENGINE,
        path=path,
        headers={**(headers or {}), **own},
        most=most,
    )
    return _unpacked(exchange(scene, request), most)


def _unpacked(raw: RawAnswer, most: int) -> RawAnswer:
    """The answer as Go sees it, which unpacks gzip on its own; at most `most` bytes of it."""
    if raw.headers.get("content-encoding", "").lower() != "gzip":
        return raw
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        return replace(raw, body=unpacker.decompress(raw.body, most))
    except zlib.error:
        return raw


def registry_peer(target: Target) -> tuple[str, int]:
    """Host and port of the image's registry; docker allows `HOST:PORT/REPOSITORY`."""
    host, colon, port = target.host.rpartition(":")
    return (host, int(port)) if colon and port.isdigit() else (target.host, HTTPS)


def read_challenge(header: str) -> tuple[str, dict[str, str]]:
    """Scheme (lower case) and parameters of a WWW-Authenticate header."""
    scheme, _, rest = header[:4000].strip().partition(" ")
    return scheme.lower(), {name.lower(): value for name, value in _CHALLENGE.findall(rest)}


def _bearer(scene: Scene, login: Login, challenge: dict[str, str], basic: Secret | None) -> Login:
    """Exchange the credential for a bearer token and ask again with that.

    The credential goes to the registry's own host only, whatever the challenge names.
    """
    realm = split_https(challenge.get("realm", ""))
    if realm is None or (basic is not None and realm[0] != registry_peer(scene.target)[0]):
        raise ProbeError("the registry wants the login to be sent to another host, or unencrypted")
    host, port, path = realm
    wanted = {"service": challenge.get("service", ""), "scope": challenge.get("scope", "")}
    query = urlencode({name: value for name, value in wanted.items() if value})
    headers = {"Authorization": basic.reveal()} if basic is not None else {}
    request = Request(
        host=host, port=port, side=Side.ENGINE, path=f"{path}?{query}", headers=headers
    )
    raw = exchange(scene, request)
    token = _token(raw)
    if token is None:
        answer = registry_answer(scene, raw)
        return replace(login, answer=answer, at_token_server=True, header=None)
    scene.redactor.learn(token)
    header = Secret(f"Bearer {token.reveal()}")
    answer = registry_answer(scene, ask(scene, "/v2/", header))
    return replace(login, answer=answer, header=header)


def _token(raw: RawAnswer) -> Secret | None:
    try:
        found = json.loads(raw.body)
    except (ValueError, RecursionError):
        return None
    token = (found.get("token") or found.get("access_token")) if isinstance(found, dict) else None
    return Secret(token) if isinstance(token, str) and token and raw.status == 200 else None  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class BestLoginProbe(Probe[Login]):
    """The credential to look further with: docker's own if the registry takes it, else ours."""

    limit: ClassVar[float] = 9.9

    def look(self, scene: Scene) -> Login:
        """Try one after the other; a registry that does not answer is not asked again.

        Raises:
            ProbeError: the registry takes no credential that is at hand.

        """
        peer = registry_peer(scene.target)
        if not scene.observe(TlsProbe(*peer, Side.ENGINE)).verified:
            # No credential helps then, so none is waited for.
            raise ProbeError(f"{peer[0]} was not reached over TLS")
        public = scene.target.registry is not None and scene.target.registry.is_public
        order = (
            (Whose.DOCKER, Whose.FETCHED, Whose.NONE) if public else (Whose.DOCKER, Whose.FETCHED)
        )
        said = ""
        for whose in order:
            try:
                login = scene.observe(LoginProbe(whose))
            except ProbeError as error:
                said = said or error.reason
                continue
            if login.accepted:
                return login
            said = login.answer.text
            if login.answer.problem:
                break
        raise ProbeError(f"no credential at hand that the registry accepts: {said}")


def ask_at_once(
    scene: Scene,
    path: str,
    headers: Mapping[str, str],
    good: Callable[[RawAnswer], bool],
    *,
    most: int = SMALL,
) -> tuple[RawAnswer, Whose]:
    """GET with docker's credential, without first asking whether the registry takes it.

    That spares a diagnosis one round trip. Only where what comes is not good is the credential
    that the registry takes looked for, and where that is another one, the request made again.

    Raises:
        ProbeError: the registry takes no credential that is at hand.

    """
    early = _early_login(scene)
    raw = ask(scene, path, early, headers, most=most) if early is not None else None
    if raw is not None and good(raw):
        return raw, Whose.DOCKER
    login = scene.observe(BestLoginProbe())
    if raw is not None and _same(early, login.header):
        return raw, login.whose
    return ask(scene, path, login.header, headers, most=most), login.whose


def _early_login(scene: Scene) -> Secret | None:
    """Docker's credential as a private registry wants it; None where there is none to send."""
    registry = scene.target.registry
    if registry is None or registry.is_public:
        return None
    try:
        user, secret = _credential(scene, Whose.DOCKER)
    except ProbeError:
        return None
    return _basic(scene, user, secret) if secret is not None else None


def _same(one: Secret | None, other: Secret | None) -> bool:
    return one is not None and other is not None and one.reveal() == other.reveal()
