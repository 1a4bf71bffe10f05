"""Plain frozen values; they import nothing but the standard library."""

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
from .report import Outcome, Plugin, Report, ToolProblem
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
