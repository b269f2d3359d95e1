"""Connections from the reader to devices beside it: over a link of its own, which no router passes on."""

import socket

from plateward.ground.policy.trace import enforces


@enforces("6.i.ii/cameras", "SC-8/cameras")
def connect(host: str, port: int, within: float, *, own: bool, interface: str = "") -> socket.socket:
    """A TCP connection, made within so many seconds. `own`: to a device on a link of this machine alone, never through
    a router; `interface`: on that one. Raises `OSError`."""
    problem: OSError = OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(within)
            if own:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
            if interface:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
            made.connect(address)
        except OSError as error:
            made.close()
            problem = error
        else:
            return made
    raise problem
