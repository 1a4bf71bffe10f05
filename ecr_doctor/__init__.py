"""Names the one reason why pulling an image from Amazon ECR fails.

The library: `diagnose(image, **settings)` gives a `Report`. Nothing is printed, nothing on the
machine is changed, and nothing heavy is imported before `diagnose` is called.
"""

from __future__ import annotations

from ecr_doctor.version import VERSION

TYPE_CHECKING = False  # `typing` costs 8 ms, as much as a whole cached `get` of the helper
if TYPE_CHECKING:
    from typing import Any

    from ecr_doctor.model import (
        CheckResult,
        Diagnosis,
        Evidence,
        Outcome,
        Report,
        Settings,
        Status,
        Target,
        Verdict,
    )

__version__ = VERSION

__all__ = [
    "CheckResult",
    "Diagnosis",
    "Evidence",
    "Outcome",
    "Report",
    "Settings",
    "Status",
    "Target",
    "Verdict",
    "__version__",
    "diagnose",
]


def diagnose(image: str, **settings: Any) -> Report:  # noqa: ANN401  the fields of Settings
    """Find out why pulling `image` fails.

    Args:
        image: the reference as given to `docker pull`.
        settings: the fields of `ecr_doctor.Settings`; `env` defaults to this process's.

    Raises:
        TypeError: a setting that does not exist.
        ecr_doctor.engine.UnknownCheckError: `only` or `skip` names no check.

    """
    import os  # noqa: PLC0415  `--version` imports this module and nothing else

    from ecr_doctor.engine import diagnose_image  # noqa: PLC0415
    from ecr_doctor.model import Settings  # noqa: PLC0415

    return diagnose_image(image, Settings(**{"env": dict(os.environ), **settings}))


def __getattr__(name: str) -> Any:  # noqa: ANN401  any name of the model
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ecr_doctor import model  # noqa: PLC0415

    return getattr(model, name)
