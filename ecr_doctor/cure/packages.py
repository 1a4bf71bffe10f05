"""How Amazon ECR's helper is installed on this system.

Source: the README of awslabs/amazon-ecr-credential-helper, "Installing".
"""

from __future__ import annotations

_PACKAGE = "amazon-ecr-credential-helper"
_BY_SYSTEM = {
    "debian": f"sudo apt-get update && sudo apt-get install {_PACKAGE}",
    "ubuntu": f"sudo apt-get update && sudo apt-get install {_PACKAGE}",
    "amzn": f"sudo dnf install -y {_PACKAGE}",
    "amzn-2": f"sudo amazon-linux-extras enable docker && sudo yum install {_PACKAGE}",
    "alpine": "sudo apk add docker-credential-ecr-login",
    "macos": "brew install docker-credential-helper-ecr",
    "arch": f"git clone https://aur.archlinux.org/{_PACKAGE}.git && cd {_PACKAGE} && makepkg -si",
}
_FROM_SOURCE = (
    "go install github.com/awslabs/amazon-ecr-credential-helper/ecr-login/cli/"
    "docker-credential-ecr-login@latest"
)


def install_command(system: str) -> str:
    """The command for a system, named as in /etc/os-release: `ID` first, then `ID_LIKE`."""
    return next((_BY_SYSTEM[name] for name in system.split() if name in _BY_SYSTEM), _FROM_SOURCE)
