"""Plain frozen values; they import the standard library alone, and what imports them late.

A name's module is imported when the name is first used: making a frozen class costs a millisecond,
and `explain` and the credential helper need a few of them only.
"""

from ecr_doctor.lazy import names_of

TYPE_CHECKING = False  # `typing` costs more than most of these modules
if TYPE_CHECKING:
    from .cause import (
        Confidence,
        Diagnosis,
        DifferentialEntry,
        DifferentialState,
        Fix,
        Severity,
    )
    from .reference import ImageReference, InvalidReferenceError, parse_reference
    from .registry import RegistryHost, RegistryHostError, RegistryKind, parse_registry
    from .report import Outcome, Plugin, Redaction, Report, ToolProblem
    from .settings import GIB, ConnectTo, Settings
    from .target import Target, parse_target
    from .verdict import CheckResult, Evidence, Stage, Status, Verdict

__all__ = [
    "GIB",
    "CheckResult",
    "Confidence",
    "ConnectTo",
    "Diagnosis",
    "DifferentialEntry",
    "DifferentialState",
    "Evidence",
    "Fix",
    "ImageReference",
    "InvalidReferenceError",
    "Outcome",
    "Plugin",
    "Redaction",
    "RegistryHost",
    "RegistryHostError",
    "RegistryKind",
    "Report",
    "Settings",
    "Severity",
    "Stage",
    "Status",
    "Target",
    "ToolProblem",
    "Verdict",
    "parse_reference",
    "parse_registry",
    "parse_target",
]

_HOME = {
    "CheckResult": "verdict",
    "Confidence": "cause",
    "ConnectTo": "settings",
    "Diagnosis": "cause",
    "DifferentialEntry": "cause",
    "DifferentialState": "cause",
    "Evidence": "verdict",
    "Fix": "cause",
    "GIB": "settings",
    "ImageReference": "reference",
    "InvalidReferenceError": "reference",
    "Outcome": "report",
    "Plugin": "report",
    "Redaction": "report",
    "RegistryHost": "registry",
    "RegistryHostError": "registry",
    "RegistryKind": "registry",
    "Report": "report",
    "Settings": "settings",
    "Severity": "cause",
    "Stage": "verdict",
    "Status": "verdict",
    "Target": "target",
    "ToolProblem": "report",
    "Verdict": "verdict",
    "parse_reference": "reference",
    "parse_registry": "registry",
    "parse_target": "target",
}


__getattr__ = names_of(__name__, _HOME)
