"""An address at which packets vanish, without a firewall.

A listener whose queue is full makes the kernel drop further SYNs, as a firewall would.
"""

from __future__ import annotations

import socket


def open_black_hole(address: str, port: int) -> list[socket.socket]:
    """Return the sockets that make the hole; it lasts as long as they are kept."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(0)
    held = [listener]
    for _ in range(4):
        filler = socket.socket()
        filler.settimeout(0)
        filler.connect_ex((address, port))
        held.append(filler)
    return held
