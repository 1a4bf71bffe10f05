"""TLS with a host, verified as the side's programs verify it; and who answers if that fails."""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from .base import Probe
from .certificate import Certificate, CertificateError, read_certificate
from .connections import Peer, connections
from .reach import HTTPS, Reach, ReachProbe, redial
from .side import Side
from .trust import Trust, TrustProbe, tls_settings

if TYPE_CHECKING:
    import socket
    from datetime import datetime

    from .base import Scene

HANDSHAKE_SECONDS = 4.0


class TlsState(StrEnum):
    """How the handshake ended."""

    OK = "ok"
    NOT_CONNECTED = "not-connected"
    """There was no connection to begin with."""
    UNKNOWN_AUTHORITY = "unknown-authority"
    SELF_SIGNED = "self-signed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_HOST = "wrong-host"
    UNTRUSTED = "untrusted"
    """Refused for another reason: revoked, wrong purpose, weak signature."""
    ENDED = "ended"
    """The other side reset or closed the connection, or refused the handshake."""
    SILENT = "silent"
    NOT_TLS = "not-tls"


_BY_CODE = {
    9: TlsState.NOT_YET_VALID,
    10: TlsState.EXPIRED,
    18: TlsState.SELF_SIGNED,
    19: TlsState.UNKNOWN_AUTHORITY,
    20: TlsState.UNKNOWN_AUTHORITY,
    21: TlsState.UNKNOWN_AUTHORITY,
    62: TlsState.WRONG_HOST,
    64: TlsState.WRONG_HOST,
}
"""OpenSSL's verification results: openssl-verification-options(1), x509_vfy.h."""
_FOLDERS_MAY_HELP = {TlsState.SELF_SIGNED, TlsState.UNKNOWN_AUTHORITY}
_DATE_FAULTS = {TlsState.EXPIRED, TlsState.NOT_YET_VALID}
_ENDED_REASONS = ("ALERT", "UNEXPECTED_EOF", "EOF", "UNSUPPORTED_PROTOCOL")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsAnswer:
    """One handshake."""

    host: str
    state: TlsState
    trust: Trust | None = None
    certificate: Certificate | None = None
    """The server's own; None when the handshake is fine or none was shown."""
    detail: str = ""
    """In OpenSSL's words."""
    server_date: datetime | None = None
    """The answering server's clock, asked only where the certificate's dates do not fit ours."""

    @property
    def verified(self) -> bool:
        """Whether the certificate was shown, checked and trusted."""
        return self.state is TlsState.OK

    @property
    def untrusted(self) -> bool:
        """Whether a certificate was shown that does not lead to a trusted authority."""
        return self.state in _FOLDERS_MAY_HELP


@dataclass(frozen=True, slots=True)
class TlsProbe(Probe[TlsAnswer]):
    """Does the handshake; a verified connection is kept for HTTP."""

    host: str
    port: int = HTTPS
    side: Side = Side.ENGINE
    limit: ClassVar[float] = 9.5

    def look(self, scene: Scene) -> TlsAnswer:
        """Verify, and where that fails look at the certificate unverified; nothing is sent then."""
        reach = scene.observe(ReachProbe(self.host, self.port, self.side))
        if not reach.open:
            return TlsAnswer(host=self.host, state=TlsState.NOT_CONNECTED, detail=reach.state)
        trust = scene.observe(TrustProbe(self.side))
        state, detail, line = shake(scene, reach, tls_settings(trust))
        if state in _FOLDERS_MAY_HELP and trust.folders:
            state, detail, line = shake(scene, reach, tls_settings(trust, with_folders=True))
        if line is not None:
            connections(scene).keep_http(
                Peer(self.host, self.port, self.side), _http(self.host, line)
            )
            return TlsAnswer(host=self.host, state=state, trust=trust)
        certificate, date = None, None
        if state not in {TlsState.ENDED, TlsState.SILENT, TlsState.NOT_TLS}:
            certificate, date = _look_unverified(scene, reach, ask_date=state in _DATE_FAULTS)
        return TlsAnswer(
            host=self.host,
            state=state,
            trust=trust,
            certificate=certificate,
            detail=detail,
            server_date=date,
        )


def open_http(scene: Scene, reach: Reach, trust: Trust) -> http.client.HTTPConnection | None:
    """One more verified connection to a host that was verified before."""
    line = shake(scene, reach, tls_settings(trust))[2]
    if line is None and trust.folders:
        line = shake(scene, reach, tls_settings(trust, with_folders=True))[2]
    return _http(reach.host, line) if line is not None else None


def _http(host: str, line: ssl.SSLSocket) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(host, timeout=HANDSHAKE_SECONDS)
    connection.auto_open = 0  # it must never open a connection without TLS by itself
    connection.sock = line
    return connection


def shake(
    scene: Scene, reach: Reach, settings: ssl.SSLContext
) -> tuple[TlsState, str, ssl.SSLSocket | None]:
    """Handshake over a fresh connection: state, OpenSSL's words, and the line if all is well."""
    sock = redial(scene, reach)
    if sock is None:
        return TlsState.ENDED, "the second connection was not accepted", None
    try:
        sock.settimeout(HANDSHAKE_SECONDS)
        return TlsState.OK, "", settings.wrap_socket(sock, server_hostname=reach.host)
    except ssl.SSLCertVerificationError as error:
        state, detail = _BY_CODE.get(error.verify_code, TlsState.UNTRUSTED), error.verify_message
    except TimeoutError:
        state, detail = TlsState.SILENT, f"no answer within {HANDSHAKE_SECONDS:.0f} s"
    except ssl.SSLError as error:
        ended = any(word in (error.reason or str(error)) for word in _ENDED_REASONS)
        state, detail = (TlsState.ENDED if ended else TlsState.NOT_TLS), error.reason or str(error)
    except (OSError, ValueError) as error:
        state, detail = TlsState.ENDED, getattr(error, "strerror", None) or str(error)
    sock.close()
    return state, str(detail), None


def _look_unverified(
    scene: Scene, reach: Reach, *, ask_date: bool
) -> tuple[Certificate | None, datetime | None]:
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    settings.check_hostname = False
    settings.verify_mode = ssl.CERT_NONE
    line = shake(scene, reach, settings)[2]
    if line is None:
        return None, None
    with line:
        try:
            certificate = read_certificate(line.getpeercert(binary_form=True) or b"")
        except CertificateError:
            certificate = None
        return certificate, _date(line, reach.host) if ask_date else None


def _date(line: socket.socket, host: str) -> datetime | None:
    """The Date header of an answer to a request that carries nothing."""
    connection = http.client.HTTPConnection(host, timeout=HANDSHAKE_SECONDS)
    connection.sock = line
    try:
        connection.request("HEAD", "/", headers={"User-Agent": "ecr-doctor"})
        date = parsedate_to_datetime(connection.getresponse().headers.get("Date", ""))
    except (OSError, ValueError, http.client.HTTPException):
        return None
    return date if date.tzinfo else None
