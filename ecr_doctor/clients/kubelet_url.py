"""How kubelet compares a pattern with an image.

Source: kubernetes, pkg/credentialprovider/keyring.go (URLsMatch, BasicDockerKeyring.Add).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from urllib.parse import urlsplit

_VERSIONS = ("/v1/", "/v2/")


def matches(pattern: str, image: str) -> bool:
    """Whether a key of `auths` or an entry of `matchImages` fits `HOST/REPOSITORY`.

    As many parts of the host, each fitting its glob; the same port, or none on both sides; and the
    pattern's path at the beginning of the image's.
    """
    wanted, target = _split(pattern), _split(image)
    if wanted is None or target is None:
        return False
    (hosts, port, path), (parts, image_port, image_path) = wanted, target
    if port != image_port or len(hosts) != len(parts) or not image_path.startswith(path):
        return False
    return all(fnmatchcase(part, glob) for glob, part in zip(hosts, parts, strict=True))


def _split(text: str) -> tuple[list[str], str, str] | None:
    """Parts of the host, port and path; None for what is no URL."""
    whole = text if text.startswith(("http://", "https://")) else f"https://{text}"
    try:
        url = urlsplit(whole)
    except ValueError:
        return None
    host, colon, port = url.netloc.rpartition(":")
    if not colon or not port.isdigit():
        host, port = url.netloc, ""
    path = url.path
    for version in _VERSIONS:
        if path.startswith(version):
            path = path[len(version) - 1 :]
    return host.split("."), port, "" if path == "/" else path
