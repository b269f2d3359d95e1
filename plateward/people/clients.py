"""What a session is bound to in a browser: its family, its system, and its network or terminal."""

import re
from ipaddress import ip_address, ip_network

from django.http import HttpRequest

from plateward.ground.policy.trace import enforces
from plateward.people import terminals
from plateward.people.models import Terminal

# The first match counts: Edge and Opera also call themselves Chrome, and all of them Safari.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "CrOS", "Mac OS", "Linux")
_PREFIX_BITS = {4: 16, 6: 32}  # bits: a building keeps its prefix, whatever address it hands out


def describe_client(agent: str, address: str, terminal: Terminal | None) -> str:
    """As a person reads it: `Chrome on Windows, from 10.20.0.0/16`. Not the version, which changes."""
    agent = agent[:400]
    browser = next(
        (name for mark, name in _BROWSERS.items() if re.search(rf"{mark}\w*/", agent)), "A browser"
    )
    system = next((name for name in _SYSTEMS if name in agent), "another system")
    place = f"at {terminal.name}" if terminal else f"from {network_of(address)}"
    return f"{browser} on {system}, {place}"


def browser_of(client: str) -> str:
    """The part of a client's description that stays when it moves."""
    return client.rpartition(", ")[0]


def network_of(address: str) -> str:
    """The network around an address: the part that a building or a carrier keeps."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "nowhere"
    return str(ip_network(f"{ip}/{_PREFIX_BITS[ip.version]}", strict=False))


@enforces("6.a.i.2/own", "IA-5.sessions/secret")
def client_of(request: HttpRequest) -> tuple[str, Terminal | None]:
    """The client of this request, and the registered terminal that it is, if any."""
    terminal = terminals.terminal_of(request)
    agent, address = request.META.get("HTTP_USER_AGENT", ""), request.META.get("REMOTE_ADDR", "")
    return describe_client(agent, address, terminal), terminal
