"""Replaces what identifies a company or a person by stable names that mean nothing."""

from .anonymizer import Anonymizer
from .reports import (
    anonymized,
    count_redactions,
    learn_observations,
    learn_report,
    learn_settings,
)

__all__ = [
    "Anonymizer",
    "anonymized",
    "count_redactions",
    "learn_observations",
    "learn_report",
    "learn_settings",
]
