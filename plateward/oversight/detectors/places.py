"""Where an event came from: its device, and the network or place that its address names."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from plateward.wire.distance import MILE, meters_between

COORDINATES = re.compile(r"\s*\(?(-?\d{1,2}\.\d+)\s*[, ]\s*(-?\d{1,3}\.\d+)\)?\s*")


@dataclass(frozen=True, slots=True)
class Coordinates:
    """WGS 84, degrees."""

    latitude: float
    longitude: float

    def miles_to(self, other: "Coordinates") -> float:
        """The distance over the ground."""
        meters = meters_between(self.latitude, self.longitude, other.latitude, other.longitude)
        return meters / MILE


def coordinates_of(address: str) -> Coordinates | None:
    """The position, if the address is one: "35.08, -106.65"."""
    match = COORDINATES.fullmatch(address)
    if not match:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Coordinates(latitude, longitude)


def is_place(address: str) -> bool:
    """Whether it names a place in words: "Farmington, NM"; neither a number nor a host's name."""
    return bool(re.fullmatch(r"[A-Z][A-Za-z' -]+(, *[A-Za-z' -]+)*", address.strip()))


@lru_cache(maxsize=50_000)
def network_of(address: str) -> str:
    """What stays the same while an address changes within one network or place: /16 or /32 of an IP address, the last
    two labels of a host's name, a tenth of a degree; any other text as it is."""
    address = address.strip().casefold()
    if position := coordinates_of(address):
        return f"{position.latitude:.1f},{position.longitude:.1f}"
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.split("%")[0])
    except ValueError:
        return ".".join(address.rsplit(".", 2)[-2:]) if re.fullmatch(r"[a-z0-9.-]+", address) else address
    return str(ip_network((parsed, 16 if parsed.version == 4 else 32), strict=False))
