"""An image reference as docker reads it: `HOST/REPOSITORY[:TAG][@DIGEST]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\.)*[A-Za-z0-9-]+(?::\d+)?")
_LONGEST_NAME = 255
_SHA256_HEX = 64

DOCKER_HUB = "docker.io"


class InvalidReferenceError(ValueError):
    """The text breaks a rule of image references; `str()` says which, `hint` what to write."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """The parts of a reference. The grammar is that of github.com/distribution/reference."""

    host: str
    """The registry; `docker.io` where the text names none."""
    repository: str
    tag: str = ""
    digest: str = ""
    host_assumed: bool = False
    """True where the text names no registry and docker would ask Docker Hub."""
    tag_assumed: bool = False
    """True where the text has neither tag nor digest, so that docker takes `latest`."""

    @property
    def selector(self) -> str:
        """What is asked of the registry: the digest, or else the tag."""
        return self.digest or self.tag

    @property
    def name(self) -> str:
        """The reference in full, without what docker would add for Docker Hub."""
        tail = f"@{self.digest}" if self.digest else f":{self.tag}"
        return f"{self.host}/{self.repository}{tail}"


def parse_reference(text: str) -> ImageReference:
    """Read an image reference.

    Raises:
        InvalidReferenceError: the text breaks a rule; the message names the rule.

    """
    _refuse_what_is_no_reference(text)
    rest, digest = _split_digest(text)
    host, path = _split_host(rest)
    repository, tag = _split_tag(path)
    _check_repository(repository)
    assumed = not host
    if assumed and "/" not in repository:
        repository = f"library/{repository}"
    return ImageReference(
        host=host or DOCKER_HUB,
        repository=repository,
        tag=tag or ("" if digest else "latest"),
        digest=digest,
        host_assumed=assumed,
        tag_assumed=not tag and not digest,
    )


def _refuse_what_is_no_reference(text: str) -> None:
    if not text:
        raise InvalidReferenceError("the image reference is empty")
    for scheme in ("https://", "http://", "docker://", "oci://"):
        if text.lower().startswith(scheme):
            hint = text[len(scheme) :]
            raise InvalidReferenceError(f"an image reference has no scheme ({scheme})", hint)
    for character in text:
        if character.isspace() or not character.isprintable():
            place = text.index(character)
            reason = f"white space or a control character at position {place + 1}"
            raise InvalidReferenceError(reason, "".join(text.split()))


def _split_digest(text: str) -> tuple[str, str]:
    rest, at, digest = text.partition("@")
    if not at:
        return text, ""
    if not _DIGEST.fullmatch(digest):
        raise InvalidReferenceError(f"the digest {digest[:90]!r} is not ALGORITHM:HEX")
    algorithm, _, value = digest.partition(":")
    if algorithm == "sha256" and len(value) != _SHA256_HEX:
        reason = f"a sha256 digest has 64 hex digits, this one has {len(value)}"
        raise InvalidReferenceError(reason)
    if value != value.lower():
        raise InvalidReferenceError(
            "a digest is written in lower case", rest + "@" + digest.lower()
        )
    return rest, digest


def _split_host(text: str) -> tuple[str, str]:
    """Split as docker does: the first part is a host if it has a dot or colon, or is localhost."""
    first, slash, rest = text.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        return "", text
    if not _HOST.fullmatch(first):
        raise InvalidReferenceError(f"{first[:120]!r} is not a host name")
    return first, rest


def _split_tag(path: str) -> tuple[str, str]:
    head, colon, tag = path.rpartition(":")
    if not colon or "/" in tag:
        return path, ""
    if not _TAG.fullmatch(tag):
        reason = f"the tag {tag[:140]!r} is not 1 to 128 letters, digits, '_', '.', '-'"
        raise InvalidReferenceError(reason)
    return head, tag


def _check_repository(repository: str) -> None:
    if not repository:
        raise InvalidReferenceError("the reference names a registry and no repository")
    if repository != repository.lower():
        reason = f"repository name ({repository[:120]}) must be lowercase"
        raise InvalidReferenceError(reason, repository.lower())
    if len(repository) > _LONGEST_NAME:
        reason = f"the repository name has {len(repository)} characters, 255 are allowed"
        raise InvalidReferenceError(reason)
    if not _REPOSITORY.fullmatch(repository):
        reason = f"the repository name {repository[:120]!r} has a part that breaks the rules"
        raise InvalidReferenceError(reason)
