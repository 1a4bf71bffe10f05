"""Builds `ecr-doctor.pyz`: the whole tool in one file that any Python from 3.11 on can run.

    python scripts/pyz/build.py dist/ecr-doctor.pyz

It packs the ecr-doctor that is installed beside it, and what that needs, without compiled parts:
every dependency has a way to do without them. Of botocore's data only the services that are called
are packed. The result is the same, to the byte, for the same input.
"""

from __future__ import annotations

import argparse
import re
import sys
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS: Final = Path(__file__).parent
SHEBANG: Final = b"#!/usr/bin/env python3\n"
UNUSED: Final = frozenset({"boto3", "s3transfer", "pygments", "markdown-it-py", "mdurl"})
"""Required by name, but nothing that this tool does imports them."""
SERVICES: Final = frozenset({"ecr", "ecr-public", "iam", "signin", "sso", "sso-oidc", "sts"})
_SKIPPED_SUFFIXES: Final = frozenset({".so", ".pyd", ".pyc", ".pyi", ".c", ".pyx", ".pxd", ".exe"})
_SKIPPED_FOLDERS: Final = frozenset({"__pycache__", "tests", "test", "bin"})
_SKIPPED_FILES: Final = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
_BOTOCORE_HOOK: Final = """

# Added by ecr-doctor, which runs out of a zip file: the data files lie in it too.
import _ecr_doctor_botocore_data

_ecr_doctor_botocore_data.install(sys.modules[__name__])
"""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def build(target: Path) -> int:
    """Write the file, and return its size in bytes."""
    files = dict(sorted(_files()))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".tmp")
    with draft.open("wb") as file:
        file.write(SHEBANG)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, data in files.items():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data)
    draft.chmod(0o755)
    draft.replace(target)
    return target.stat().st_size


def _files() -> Iterator[tuple[str, bytes]]:
    for name in sorted(_needed("ecr-doctor", "botocore")):
        for path, source in _packed(metadata.distribution(name)):
            yield path, _changed(path, source.read_bytes())
    yield "__main__.py", (PARTS / "main.py").read_bytes()
    yield "_ecr_doctor_botocore_data.py", (PARTS / "botocore_data.py").read_bytes()


def _needed(*names: str) -> set[str]:
    """The distributions and all that they require, without extras."""
    seen: set[str] = set()
    todo = list(names)
    while todo:
        name = _plain(todo.pop())
        if name in seen or name in UNUSED:
            continue
        seen.add(name)
        todo += filter(None, map(_required, metadata.requires(name) or ()))
    return seen


def _required(requirement: str) -> str:
    """The name in a requirement; empty for one of an extra or of another system."""
    name, _, marker = requirement.partition(";")
    if re.search(r"extra\s*==|sys_platform|platform_system|os_name|python_version\s*<", marker):
        return ""
    found = re.match(r"[A-Za-z0-9._-]+", name.strip())
    return found[0] if found else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _packed(distribution: metadata.Distribution) -> Iterator[tuple[str, Path]]:
    files = [(PurePosixPath(f), Path(str(f.locate()))) for f in distribution.files or ()]
    if not any(path.name == "__init__.py" for path, _ in files):
        files += _editable(distribution)
    for path, source in files:
        if _wanted(path) and source.is_file():
            yield str(path), source


def _editable(distribution: metadata.Distribution) -> Iterator[tuple[PurePosixPath, Path]]:
    """The sources of a distribution that is installed as a link to its checkout."""
    folders = [
        Path(line)
        for file in distribution.files or ()
        if file.suffix == ".pth"
        for line in Path(str(file.locate())).read_text("utf-8").splitlines()
    ]
    for folder in folders:
        for package in ("ecr_doctor", "ecr_doctor_checks"):
            for path in (folder / package).rglob("*"):
                yield PurePosixPath(path.relative_to(folder).as_posix()), path


def _wanted(path: PurePosixPath) -> bool:
    parts = path.parts
    if parts[0] in {"..", "/"} or _SKIPPED_FOLDERS.intersection(parts[:-1]):
        return False
    if path.suffix in _SKIPPED_SUFFIXES or path.suffix == ".pth" or path.name in _SKIPPED_FILES:
        return False
    if parts[:2] == ("botocore", "data") and len(parts) > 3:  # noqa: PLR2004  a service's folder
        return parts[2] in SERVICES and not path.name.startswith(("examples-", "waiters-"))
    return len(parts) > 1 or path.suffix == ".py"


def _changed(path: str, data: bytes) -> bytes:
    """The few files that have to know that they lie in a zip."""
    if path == "certifi/core.py":
        return (PARTS / "certificates.py").read_bytes()
    if path == "botocore/loaders.py":
        return data + b"\nimport sys" + _BOTOCORE_HOOK.encode()
    return data


def main() -> None:
    """Build the file that is named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", type=Path, nargs="?", default=Path("dist/ecr-doctor.pyz"))
    target: Path = parser.parse_args().target
    size = build(target)
    sys.stdout.write(f"{target}: {size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
