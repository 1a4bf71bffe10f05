"""Which classes may stand in a bundle, and which value may stand in which field of them.

A bundle comes from somebody else: no name in it is ever imported, called or made unless it is
a plain frozen value of the packages below, or of a package whose checks are installed here.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import sys
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from ecr_doctor.redact import Secret

PACKAGES: Final = (
    "ecr_doctor.auth",
    "ecr_doctor.clients",
    "ecr_doctor.model",
    "ecr_doctor.probes",
)
_TAG: Final = re.compile(r"([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*):([A-Z][A-Za-z0-9]*)", re.ASCII)
_PLAIN: Final[dict[str, type | tuple[type, ...]]] = {
    "str": str,
    "int": int,
    "bool": bool,
    "float": (float, int),
    "bytes": bytes,
    "datetime": datetime,
    "timedelta": timedelta,
    "Secret": Secret,
    "tuple": tuple,
    "frozenset": frozenset,
    "dict": dict,
    "Mapping": dict,
}


class CodecError(ValueError):
    """A value that does not go into a bundle, or that does not come out of this one."""


def tag_of(cls: type) -> str:
    """The name of a class in a bundle."""
    return f"{cls.__module__}:{cls.__qualname__}"


class Kinds:
    """The classes that a bundle may hold.

    Args:
        plugins: names of installed packages that bring checks; their own plain values may be in a
            bundle too. They are not imported here: what is not loaded is unknown.

    """

    def __init__(self, plugins: frozenset[str] = frozenset()) -> None:
        self._plugins = plugins
        self._known: dict[str, type] = {}

    def find(self, tag: str) -> type:
        """Return the class of a name.

        Raises:
            CodecError: there is no such class, or it may not be in a bundle.

        """
        if tag not in self._known:
            self._known[tag] = self._find(tag)
        return self._known[tag]

    def _find(self, tag: str) -> type:
        found = _TAG.fullmatch(tag)
        if not found:
            raise CodecError(f"{tag[:80]!r} names no class")
        module, name = found.groups()
        cls = getattr(self._module(module), name, None)
        if not isinstance(cls, type) or cls.__module__ != module or not _is_plain(cls):
            raise CodecError(f"this version has no {name}")
        return cls

    def _module(self, name: str) -> object:
        if name.startswith(tuple(f"{package}." for package in PACKAGES)):
            try:
                return importlib.import_module(name)
            except ImportError as error:
                raise CodecError(f"this version has no {name}") from error
        if name.partition(".")[0] in self._plugins and name in sys.modules:
            return sys.modules[name]
        raise CodecError(f"{name[:80]} is no package whose values may be in a bundle")


def _is_plain(cls: type) -> bool:
    """Whether making one does nothing: an enum, or a frozen value without code of its own."""
    if issubclass(cls, Enum):
        return True
    settings = getattr(cls, "__dataclass_params__", None)
    return settings is not None and settings.frozen and not hasattr(cls, "__post_init__")


def fits(value: object, annotation: object) -> bool:
    """Whether a value may stand in a field with this annotation; what is not understood may.

    A check takes its observations at their word: a number where a text should be would break it
    in a place that says nothing of the bundle.
    """
    if not isinstance(annotation, str):
        return True
    tree = _parsed(annotation)
    return tree is None or _fits(value, tree)


@lru_cache(1024)
def _parsed(annotation: str) -> ast.expr | None:
    try:
        return ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return None


def _fits(value: object, tree: ast.expr) -> bool:
    match tree:
        case ast.Constant(value=None):
            return value is None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _fits(value, left) or _fits(value, right)
        case ast.Subscript(value=ast.Name(id=outer), slice=inner):
            return _fits_name(value, outer) and _items_fit(value, inner)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _fits_name(value, name)
        case _:
            return True


def _fits_name(value: object, name: str) -> bool:
    if name in {"Any", "object"}:
        return True
    if name in _PLAIN:
        plain = _PLAIN[name]
        return isinstance(value, plain) and (name == "bool" or not isinstance(value, bool))
    return any(cls.__name__ == name for cls in type(value).__mro__)


def _items_fit(value: object, inner: ast.expr) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value)
    if not isinstance(value, (tuple, frozenset)):
        return True
    if not isinstance(inner, ast.Tuple):
        return all(_fits(item, inner) for item in value)
    kinds = inner.elts
    last = kinds[-1]
    if isinstance(last, ast.Constant) and last.value is Ellipsis:
        return all(_fits(item, kinds[0]) for item in value)
    return len(value) == len(kinds) and all(map(_fits, value, kinds))


def fields_of(cls: type) -> tuple[dataclasses.Field[Any], ...]:
    """The fields that are given when one is made."""
    return tuple(field for field in dataclasses.fields(cls) if field.init)
