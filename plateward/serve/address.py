"""A listener's address, checked before anything is made or started."""

import errno
import socket

from plateward.ground.errors import PlatewardError


class CannotListen(PlatewardError):
    """Cannot listen on this address and port; the sentence says why."""


def require_address(host: str) -> None:
    """Raise `CannotListen` unless `host` is an address, or a name of one, that this machine has."""
    try:
        family, _, _, _, address = _resolve(host, 0)
        with socket.socket(family) as probe:
            probe.bind(address)
    except socket.gaierror as error:
        raise CannotListen(
            f"--host '{host}' is not an address or a name that resolves ({error.strerror}). Give an address of "
            "this machine: 127.0.0.1 or ::1 for this machine only, 0.0.0.0 or :: for all its networks."
        ) from error
    except UnicodeError as error:
        raise CannotListen(f"--host '{host}' is not an address or a name.") from error
    except OSError as error:
        raise CannotListen(
            f"--host {host}: this machine has no such address ({error.strerror}). 'ip addr' lists them; 0.0.0.0 "
            "or :: is all of them."
        ) from error


def require_free(host: str, port: int, setting: str) -> None:
    """Raise `CannotListen` if the port is in use, or this user may not listen on it."""
    family, _, _, _, address = _resolve(host, port)
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CannotListen(_reason(error, port, setting)) from error


def _reason(error: OSError, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Stop what uses it, or set {setting} to another."
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"Port {port} is for privileged users ({error.strerror}). Set {setting} to 1024 or above, or give the "
            "service the capability CAP_NET_BIND_SERVICE."
        )
    return f"Cannot listen on port {port}: {error.strerror}. Set {setting} to another."


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, int, int, str, tuple[str, int]]:
    info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return info  # type: ignore[return-value]  # the address of IPv6 has two more parts
