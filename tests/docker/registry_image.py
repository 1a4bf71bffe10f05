"""An image of the registry that this machine has installed, for none can be pulled."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

DOCKERFILE = 'FROM scratch\nCOPY root/ /\nENTRYPOINT ["/docker-registry", "serve", "/config.yml"]\n'
CONFIG = """version: 0.1
storage: {{filesystem: {{rootdirectory: /data}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


def write_context(folder: Path, port: int) -> None:
    """Lay out a build context: the program, the libraries it loads, and its configuration."""
    program = shutil.which("docker-registry")
    if program is None:
        raise FileNotFoundError("docker-registry is not installed")
    root = folder / "root"
    root.mkdir(parents=True)
    shutil.copy(program, root / "docker-registry")
    for library in _libraries(program):
        copy = root / library.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, copy)
    (root / "config.yml").write_text(CONFIG.format(port=port))
    (folder / "Dockerfile").write_text(DOCKERFILE)


def _libraries(program: str) -> list[Path]:
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return [Path(path) for path in re.findall(r"(?:=> |^\s*)(/\S+)", listed.stdout, re.MULTILINE)]
