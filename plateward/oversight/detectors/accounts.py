"""Signs that somebody else uses an account (6.a.i.2)."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from plateward.oversight.detectors.cad_book import SILENT, bare
from plateward.oversight.detectors.detector import Detector
from plateward.oversight.detectors.places import coordinates_of, is_place, network_of
from plateward.oversight.detectors.records import Claim, Event, Person, Suspicion
from plateward.oversight.detectors.signs import Reading, Signs
from plateward.oversight.detectors.wording import day_of
from plateward.policy.trace import enforces

DAYS_TO_KNOW = 4  # days with events after which a person has a usual device
FAILED = ("fail", "denied", "refused", "false")
MOST_NAMED, MONTH = 5, timedelta(days=30)  # accounts that are not in the list of people, in this time
IN_ROOM, TOGETHER = 2, timedelta(hours=2)  # others at devices new to them, and within what time
NEAR = 50.0  # miles that addresses of one place may lie apart
RECALLED = 200  # events of a person that are remembered


@dataclass
class _Use:
    """Where a device or network was used, or by whom: since when, how often."""

    first: datetime
    count: int = 0


@dataclass
class _Account:
    devices: dict[str, _Use] = field(default_factory=dict)
    networks: dict[str, _Use] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    strange: deque[tuple[datetime, str, str, float]] = field(default_factory=deque)
    lately: deque[Event] = field(default_factory=lambda: deque(maxlen=RECALLED))


@enforces("6.a.i.2")
class SharedAccount(Detector):
    """Weighs each event at a device or network that is new to the person: more if it is new to the agency or another
    person's, if the person's own device is in use meanwhile, outside shifts, for searches that no case explains; less
    if nothing but the device and the network is strange, and a case of the person's own unit names the plate."""

    names = ("another agency's log-in", "impossible travel", "shared account")

    def __init__(self, signs: Signs) -> None:
        super().__init__(signs)
        self._people = signs.people
        self._accounts: dict[str, _Account] = defaultdict(_Account)
        self._devices: dict[str, dict[str, _Use]] = defaultdict(dict)  # by device, then person
        self._networks: dict[str, dict[str, _Use]] = defaultdict(dict)
        self._newcomers: dict[str, deque[tuple[datetime, str]]] = defaultdict(deque)  # by network
        self._unknown: dict[str, int] = defaultdict(int)
        self._named: deque[datetime] = deque()
        self._began: datetime | None = None

    def hear(self, reading: Reading) -> Iterator[Suspicion]:
        event = reading.event
        self._began = self._began or event.at
        if self._people and event.person not in self._people:
            yield from self._foreign_account(event)
            return
        if not event.device and not event.address:
            return
        account, network = self._accounts[event.person], network_of(event.address)
        yield from self._travel(event, account)
        weight = self._weight(reading, account, network)
        strange = account.strange
        while strange and strange[0][0] < event.at - timedelta(days=self.thresholds.account_days):
            strange.popleft()
        if weight >= self.thresholds.account_event:
            strange.append((event.at, event.device, event.address, weight))
            yield from self._shared(event, list(strange), network)
        self._learn(event, account, network)

    def _foreign_account(self, event: Event) -> Iterator[Suspicion]:
        if event.what.casefold().startswith(FAILED):
            return
        self._unknown[event.person] += 1
        if self._unknown[event.person] == 2:
            while self._named and self._named[0] < event.at - MONTH:
                self._named.popleft()
            if len(self._named) >= MOST_NAMED:  # partners that the list does not have, not one intruder
                return
            self._named.append(event.at)
            sentence = (
                f"The account {event.person} is not in the list of people and uses the system ({event.kind})."
            )
            yield Suspicion("another agency's log-in", event.person, sentence)

    def _weight(self, reading: Reading, account: _Account, network: str) -> float:
        event = reading.event
        learning = timedelta(days=self.thresholds.learning_days)
        if len(account.days) < DAYS_TO_KNOW or not self._began or event.at - self._began < learning:
            return 0.0
        new_device = bool(event.device) and self._is_new(account.devices, event.device, event.at)
        new_network = bool(event.address) and self._is_new(account.networks, network, event.at)
        if event.device and not new_device:  # one's own device behind another address: a VPN, a hotel
            return 0.0
        if new_device and self._is_room(event, network):
            return 0.0
        users = {person for person in self._devices[event.device] if person != event.person}
        if event.device and len(users) >= self.thresholds.shared_device_people:
            return 0.0
        weight = 0.0
        if new_device:
            weight += 1 if any(self._unit(user) == self._unit(event.person) for user in users) else 1.5
        if new_network:
            weight += 0.5 if self._networks[network].keys() - {event.person} else 1.0
        if weight == 0:
            return 0.0
        behavior = float(self._overlaps(event, account, network))
        behavior += bool(reading.off_shift) and not reading.known_from
        behavior += reading.is_unexplained and reading.claim not in SILENT
        behavior += reading.barred
        weight += behavior + (new_device and self._is_anothers(event, strange=behavior > 0))
        # A plate that the person's own case names is likely searched by the person; but any case can be cited.
        return weight - (behavior == 0 and reading.claim is Claim.PLATE_NAMED and self._is_own_case(event))

    def _is_room(self, event: Event, network: str) -> bool:
        """Whether colleagues sit at devices that are new to them, too, in the same place: a class, or new computers."""
        lately = self._newcomers[network]
        lately.append((event.at, event.person))
        while lately[0][0] < event.at - TOGETHER:
            lately.popleft()
        return len({person for _, person in lately} - {event.person}) >= IN_ROOM

    def _is_own_case(self, event: Event) -> bool:
        """Whether it is no other unit's, as far as CAD names units."""
        unit = bare(self.signs.cad.unit_of(event.case))
        return not unit or unit == bare(self._unit(event.person))

    def _is_new(self, uses: dict[str, _Use], key: str, at: datetime) -> bool:
        use = uses.get(key)
        return not use or at - use.first < timedelta(days=self.thresholds.familiar_days)

    def _is_anothers(self, event: Event, *, strange: bool) -> bool:
        """Whether just one other person uses the device, long has, and has not gone on to another one meanwhile. If
        nothing else is strange, it may have been lent: then only if its owner has gone on using it meanwhile, or is
        of another agency."""
        users = [(user, use) for user, use in self._devices[event.device].items() if user != event.person]
        if len(users) != 1:
            return False
        owner, use = users[0]
        learning = timedelta(days=self.thresholds.learning_days)
        if use.count < self.thresholds.owned_uses or event.at - use.first < learning:
            return False
        last = next((own for own in reversed(self._accounts[owner].lately) if own.device), None)
        if last is None or last.device != event.device:
            return False
        mine = self._devices[event.device].get(event.person)
        alternates = mine is not None and last.at > mine.first
        return strange or alternates or (owner in self._people and self._people[owner].is_outside)

    def _overlaps(self, event: Event, account: _Account, network: str) -> bool:
        """Whether the person's usual device or network was in use within the hour."""
        since = event.at - timedelta(minutes=self.thresholds.account_minutes)
        for earlier in reversed(account.lately):
            if earlier.at < since:
                return False
            if event.device and earlier.device and earlier.device != event.device:
                return True
            if not event.device and earlier.address and network_of(earlier.address) != network:
                return True
        return False

    def _shared(
        self, event: Event, strange: list[tuple[datetime, str, str, float]], network: str
    ) -> Iterator[Suspicion]:
        weight = sum(each for *_, each in strange)
        is_strong = len(strange) > 1 and weight >= self.thresholds.account_strong
        if len(strange) < self.thresholds.account_least and not is_strong:
            return
        person = self._people.get(event.person, Person(event.person))
        owners = self._usual_users(event, network)
        label = f"device {event.device}" if event.device else f"address {event.address}"
        if event.device and event.address:
            label += f" at {event.address}"
        whose = ""
        if owners:
            whose = " It is usually used by " + ", ".join(sorted(owner.label for owner in owners)) + "."
        sentence = f"{person.label}'s account was used {len(strange)} times since {day_of(strange[0][0])}"
        outside = [owner for owner in owners if owner.is_outside]
        yield Suspicion(
            "another agency's log-in" if outside else "shared account",
            event.person,
            f"{sentence} at a {label} that is not theirs.{whose} Somebody else may know the password.",
            implicated=frozenset(owner.id for owner in owners),
        )

    def _usual_users(self, event: Event, network: str) -> list[Person]:
        """Whose the device is or, if it is nobody's, the network."""
        users = self._devices[event.device] if event.device else {}
        if not users.keys() - {event.person}:
            users = self._networks[network] if event.address else {}
        users = {user: use for user, use in users.items() if user != event.person and user in self._people}
        return [self._people[user] for user in users] if len(users) <= 2 else []

    def _travel(self, event: Event, account: _Account) -> Iterator[Suspicion]:
        here = coordinates_of(event.address)
        if not here:
            yield from self._strange_place(event, account)
            return
        for earlier in reversed(account.lately):
            there = coordinates_of(earlier.address)
            if not there:
                continue
            miles = here.miles_to(there)
            hours = max((event.at - earlier.at).total_seconds() / 3600, 1 / 60)
            if miles > NEAR and miles / hours > self.thresholds.travel_mph:
                sentence = (
                    f"Used the system in two places {miles:,.0f} miles apart within {hours * 60:,.0f} minutes"
                )
                places = f"{earlier.address} and {event.address}"
                yield Suspicion("impossible travel", event.person, f"{sentence}: {places}.")
            return

    def _strange_place(self, event: Event, account: _Account) -> Iterator[Suspicion]:
        """An address that names a place where nobody was before, within the hour of another place."""
        learning = timedelta(days=self.thresholds.learning_days)
        if not is_place(event.address) or self._networks[network_of(event.address)]:
            return
        if self._began is None or event.at - self._began < learning or len(account.days) < DAYS_TO_KNOW:
            return
        hour = event.at - timedelta(minutes=self.thresholds.account_minutes)
        for earlier in reversed(account.lately):
            if earlier.at < hour:
                return
            if is_place(earlier.address) and network_of(earlier.address) != network_of(event.address):
                minutes = (event.at - earlier.at).total_seconds() / 60
                sentence = f"Used the system at {earlier.address} and, {minutes:.0f} minutes later, at {event.address}"
                yield Suspicion("impossible travel", event.person, f"{sentence}, where nobody was before.")
                return

    def _learn(self, event: Event, account: _Account, network: str) -> None:
        if len(account.days) <= DAYS_TO_KNOW:
            account.days.add(event.at.date())
        account.lately.append(event)
        if event.device:
            for uses, key in ((account.devices, event.device), (self._devices[event.device], event.person)):
                uses.setdefault(key, _Use(event.at)).count += 1
        if event.address:
            for uses, key in ((account.networks, network), (self._networks[network], event.person)):
                uses.setdefault(key, _Use(event.at)).count += 1

    def _unit(self, person: str) -> str:
        return self._people[person].unit if person in self._people else ""
