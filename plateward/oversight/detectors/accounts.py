"""Signs that somebody else uses an account (6.a.i.2)."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network

from plateward.ground.policy.trace import enforces
from plateward.oversight.detectors.detector import Found, detector
from plateward.oversight.detectors.history import FEW, History, Use
from plateward.oversight.detectors.records import DAY, HOUR, Account, LogEvent, Suspicion
from plateward.oversight.detectors.wording import day_of

FAMILIAR = 3 * DAY  # after which a device or network is a person's own
SIGNS = 3  # that make a use strange


@lru_cache(maxsize=50_000)
def network_of(address: str) -> str:
    """What stays the same while an address changes within one network: /16 or /32 of an IP address, the last two
    labels of a host's name; any other text as it is."""
    address = address.strip().casefold()
    try:
        parsed = ip_address(address.split("%")[0])
    except ValueError:
        return ".".join(address.rsplit(".", 2)[-2:]) if re.fullmatch(r"[a-z0-9.-]+", address) else address
    return str(ip_network((parsed, 16 if parsed.version == 4 else 32), strict=False))


@dataclass
class _Uses:
    """Since when each person used each device and network, until now, and what each used last."""

    history: History
    people: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))  # by place
    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by person
    last: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))  # by person

    def learn(self, event: LogEvent) -> None:
        for place in places_of(event):
            self.people[place].setdefault(event.person, event.at)
            self.places[event.person].add(place)
        self.last[event.person][places_of(event)[0]] = event.at

    def is_own(self, event: LogEvent, place: str) -> bool:
        """Whether the person has used this device or network for some days, or several people do."""
        since = self.people[place].get(event.person, event.at)
        return event.at - since >= FAMILIAR or len(self.people[place].keys() - {event.person}) >= FEW

    def signs(self, use: Use) -> int:
        """How many things about this use are strange; none if its device, or network, is the person's own."""
        event, places = use.event, places_of(use.event)
        own = any(
            event.at - self.people[place][event.person] >= FAMILIAR for place in self.places[event.person]
        )
        if not own or not self.history.learned(event.at) or self.is_own(event, places[0]):
            return 0
        return sum(
            [
                *(not self.is_own(event, place) for place in places),
                use.unexplained or use.worth.barred is not None,
                use.off_shift is True,
                any(
                    event.at - at < HOUR
                    for place, at in self.last[event.person].items()
                    if place != places[0]
                ),
            ]
        )

    def owners(self, event: LogEvent) -> list[Account]:
        """Whose the device is or, if it is nobody's, the network."""
        users = [self.people[place].keys() - {event.person} for place in places_of(event)]
        known = sorted(next(filter(None, users), set()) & self.history.people.keys())
        return [self.history.people[user] for user in known[:FEW]]


def places_of(event: LogEvent) -> list[str]:
    """Its device, if that is known, and its network."""
    device, network = event.device and f"device {event.device}", network_of(event.address)
    return [place for place in (device, network) if place]


@detector("shared account", "6.a.i.2")
@enforces("6.a.i.2/lending")
def shared_account(history: History, *, uses: float = 3, days: float = 5) -> Found:
    """An account is used {uses} times within {days} days at a device or address that is new to its person and not
    shared by several, while other things are strange, too: no case, outside shifts, or the person's own device in use
    within the hour."""
    known, strange = _Uses(history), defaultdict[str, list[LogEvent]](list)
    for use in history.uses:
        event = use.event
        if not places_of(event):
            continue
        if known.signs(use) >= SIGNS:
            since = event.at - timedelta(days=days)
            recent = [each for each in strange[event.person] if each.at >= since] + [event]
            strange[event.person] = recent
            if len(recent) >= uses:
                yield _shared(history, known.owners(event), recent)
        known.learn(event)


def _shared(history: History, owners: list[Account], strange: list[LogEvent]) -> Suspicion:
    event = strange[-1]
    label = " at ".join(filter(None, (event.device and f"device {event.device}", event.address)))
    label = label if event.device else f"address {label}"
    whose = f" It is usually used by {', '.join(owner.label for owner in owners)}." if owners else ""
    sentence = (
        f"{history.person(event.person).label}'s account was used {len(strange)} times since {day_of(strange[0].at)} "
        f"at a {label} that is not theirs.{whose} Somebody else may know the password."
    )
    return Suspicion(event.at, event.person, sentence, implicated=frozenset(owner.id for owner in owners))
