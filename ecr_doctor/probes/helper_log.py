"""The log of amazon-ecr-credential-helper: the only place where it says why it failed.

Source: amazon-ecr-credential-helper, ecr-login/config/log.go: logrus' text form, one record a line,
in `log/ecr-login.log` below the cache folder.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BYTES = 32 << 10
_MOST_LINES = 40
_FIELD = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')


def cache_folder(env: Mapping[str, str]) -> Path | None:
    """The folder in which the helper keeps cache and log; None without a home.

    Source: ecr-login/config/cache_dir.go.
    """
    named = env.get("AWS_ECR_CACHE_DIR", "")
    home = env.get("HOME", "")
    if named.startswith("~/") and home:
        return Path(home, named[2:])
    if named:
        return Path(named)
    return Path(home, ".ecr") if home else None


def read_log(folder: Path) -> tuple[str, ...]:
    """The last records of the log below a cache folder, uncleaned; none when it cannot be read."""
    try:
        with (folder / "log" / "ecr-login.log").open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _MOST_BYTES))
            text = file.read(_MOST_BYTES).decode("utf-8", errors="replace")
    except (OSError, ValueError):
        return ()
    return tuple(text.splitlines()[-_MOST_LINES:])


def last_error(lines: tuple[str, ...]) -> str:
    """What the last record of level error says: its `error`, or else its message."""
    for line in reversed(lines):
        fields = {name: _unquote(quoted) or bare for name, quoted, bare in _FIELD.findall(line)}
        if fields.get("level") in {"error", "fatal", "panic"}:
            return fields.get("error") or fields.get("msg", "")
    return ""


def _unquote(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text)
