"""Root as an ordinary user: what it may do by privilege alone, it may not."""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION_3: Final = 0x20080522
"""Of the structures of capget(2): 64 capabilities, in two words each."""


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@contextmanager
def no_privileges() -> Iterator[None]:
    """Take them from this thread, and from those that it starts; modes of files count for it then.

    They stay permitted, so that they can be taken up again. Others than root have none.
    """
    if os.geteuid() != 0:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, held = _Header(_VERSION_3, 0), (_Data * 2)()
    _call(libc.capget, header, held)
    none = (_Data * 2)(*(_Data(0, word.permitted, word.inheritable) for word in held))
    _call(libc.capset, header, none)
    try:
        yield
    finally:
        _call(libc.capset, header, held)


def _call(function: ctypes._NamedFuncPointer, header: _Header, data: ctypes.Array[_Data]) -> None:
    if function(ctypes.byref(header), data) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
