"""`plateward demo --night`: a night shift in some minutes. What happens is made by the acts of a site while people look
on, so that each role has something come to it: reads on the map, alerts, a request, a malfunction."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from uuid_utils.compat import uuid7

from plateward.demo import furnish
from plateward.demo.furnish import INCIDENTS, OWN_LIST, ListedPlate
from plateward.demo.plates import plate_photo
from plateward.field.fleet.checks.actions import record_check
from plateward.field.fleet.checks.hub_facts import hub_facts
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.malfunctions.actions import report_malfunction
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.requests.actions import submit_request
from plateward.field.hotlists.requests.rules import PlateListing
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.wire.read import Position
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.reader.home import Home
from plateward.reader.hub import Hub, tls_context
from plateward.testing.roadside import Photo, Roadside

BOLO, AMBER = (
    "BKT 419",
    "GLD 482",
)  # on District 5's own list from the start; on file at NCIC, listed during the night
LISTED = (ListedPlate(AMBER, "NM", "amber_alert", "high", on_file=True, vehicle="White Toyota minivan"),)
AMBER_LIST, AMBER_SOURCE = "AMBER Alerts", "NCMEC"
CAR, GATE = ("unit-14", "Unit 14 front", "Unit 14"), ("gate-gallup", "I-40 Gallup east", "")
SANTA_FE, LA_CIENEGA, BERNALILLO, GALLUP = (
    (35.687, -105.938, None),
    (35.562, -106.101, 58.0),
    (35.300, -106.551, 205.0),
    (35.528, -108.742, 110.0),
)


@dataclass(frozen=True)
class Moment:
    """What happens so many seconds after the beginning, and the line that says so."""

    after: float
    says: str
    act: Callable[[], object]


@dataclass
class Lane:
    """A reader of the night, and how its reads get to the hub."""

    reader: Roadside
    deliver: Callable[[Photo], object]

    def passes(self, plate: str, place: tuple[float, float, float | None]) -> None:
        """It reads this vehicle there, now: latitude, longitude and heading."""
        position = Position(lat=place[0], lon=place[1], accuracy_m=5.0, age_s=0.2)
        self.deliver(
            self.reader.photo(
                plate.replace(" ", ""), "NM", image=plate_photo(plate), position=position, heading=place[2]
            )
        )


@dataclass
class Night:
    """The moments that are yet to come, in order."""

    moments: list[Moment]
    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)

    def play(self, elapsed: float | None = None) -> None:
        """What is due by now, or so many seconds after the beginning. What people made impossible meanwhile is left
        out, and said."""
        now = time.monotonic() - self.began if elapsed is None else elapsed
        while self.moments and self.moments[0].after <= now:
            moment = self.moments.pop(0)
            minutes, seconds = divmod(int(moment.after), 60)
            try:
                moment.act()
            except PlatewardError as error:
                self.say(f"  {minutes:2}:{seconds:02}  Left out: {error}")
                continue
            self.say(f"  {minutes:2}:{seconds:02}  {moment.says}")


def begin(home: Path, hub: str, say: Callable[[str], None]) -> Night:
    """Enroll the night's readers at the running hub."""
    return Night(moments(home / "amber.csv", *(_lane(home, hub, *reader) for reader in (CAR, GATE))), say)


def _lane(home: Path, hub: str, name: str, camera: str, unit: str) -> Lane:
    place = Home(furnish.enroll(home / name, name, camera, hub, unit))
    ring, enrollment = place.open()
    key = ring.signing("reader")
    context = tls_context(enrollment.authority_pem, place.certificate, place.tls_key)
    reader, at_hub = Roadside(name, camera, key), Hub(hub, name, key, lambda: context)
    return Lane(reader, lambda photo: at_hub.send(reader.batch(photo)))


def moments(list_file: Path, car: Lane, gate: Lane) -> list[Moment]:
    """The whole night."""
    listed = partial(furnish.hot_list, LISTED, list_file, AMBER_LIST, AMBER_SOURCE)
    return [
        Moment(5, "Ben checks the reader of Unit 14 and leaves Santa Fe: see Map.", _check),
        Moment(15, "Unit 14 reads a vehicle that nobody looks for.", lambda: car.passes("HKD 731", SANTA_FE)),
        Moment(
            60, "Unit 14 reads a BOLO of District 5: an alert for Ben.", lambda: car.passes(BOLO, LA_CIENEGA)
        ),
        Moment(120, "An AMBER Alert is on the hot lists.", listed),
        Moment(
            150, "I-40 at Gallup reads the minivan: it rings for all.", lambda: gate.passes(AMBER, GALLUP)
        ),
        Moment(210, "Unit 14 is at Bernalillo.", lambda: car.passes("JPW 260", BERNALILLO)),
        Moment(270, "Ben requests a hot list entry: it waits for Carla.", _request),
        Moment(330, "I-40 at Gallup reads the minivan again.", lambda: gate.passes(AMBER, GALLUP)),
        Moment(390, "Ben reports his reader’s picture: Carla has a notice, Frank may repair it.", _report),
        Moment(450, "The night is over; everything stays as it is until Ctrl-C.", lambda: None),
    ]


def _ben() -> PersonActor:
    return PersonActor.of(Person.objects.get(username="ben"))


def _car() -> Reader:
    return Reader.objects.get(name=CAR[0])


def _check() -> None:
    beside = {step: item.text for step, item in hub_facts(_car()).items()}
    record_check(_ben(), _car(), dict.fromkeys(CheckStep, (True, "")), beside)


def _request() -> None:
    listing = PlateListing(
        hotlist=HotList.objects.get(name=OWN_LIST),
        plate="RSN 308",
        state="NM",
        reason="property_crime",
        priority="normal",
        vehicle="Blue Chevrolet Silverado",
        narrative="Left the scene of a burglary on Cerrillos Road; a witness read its plate.",
        number=INCIDENTS[1],
        expires_at=clock.now() + timedelta(days=7),
    )
    submit_request(_ben(), uuid7(), listing)


def _report() -> None:
    report_malfunction(
        _ben(), _car(), ["picture"], "limited", "The picture is blurred since the rain at Bernalillo."
    )
