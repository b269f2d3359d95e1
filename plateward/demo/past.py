"""The last forty days of the demo's agency, made by the acts of a site, each at its time: two hits became evidence,
reads of passers-by were destroyed, holds placed, a destruction order signed, and a review of the log signed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from plateward.core.audit.actor import command_line_actor
from plateward.demo import furnish
from plateward.demo.furnish import INCIDENTS, ListedPlate
from plateward.demo.plates import plate_photo
from plateward.field.fleet.actions import revoke_reader
from plateward.field.fleet.checks.actions import record_check
from plateward.field.fleet.checks.hub_facts import hub_facts
from plateward.field.fleet.checks.steps import CheckStep
from plateward.field.fleet.models import Reader
from plateward.ground import clock
from plateward.ground.policy.limits import set_by
from plateward.oversight.reviews.actions import answer_item, sign_review
from plateward.oversight.reviews.audience import items_for, waiting_items
from plateward.oversight.reviews.models import AuditReview
from plateward.oversight.reviews.opening import open_due_reviews
from plateward.oversight.reviews.rules import Verdict
from plateward.people import days
from plateward.people.actor import PersonActor
from plateward.people.models import Person
from plateward.reader.home import Home
from plateward.testing.roadside import Roadside
from plateward.work.alerts.closing.account import DispositionAccount, EnforcementAction, EnforcementKind
from plateward.work.alerts.closing.actions import dispose
from plateward.work.alerts.facts import ActKind, AlertOutcome
from plateward.work.alerts.models import Alert
from plateward.work.alerts.page import actions
from plateward.work.alerts.verifying.asking import services
from plateward.work.alerts.verifying.asking.actions import ask_ncic
from plateward.work.evidence.dems.actions import confirm_export, record_export, request_package
from plateward.work.evidence.dems.models import Duty
from plateward.work.evidence.requested.actions import discard, take_package
from plateward.work.evidence.requested.making import make_packages
from plateward.work.retention import ordering, scheduling
from plateward.work.retention.deciding import CaseOutcome, HoldKind
from plateward.work.retention.holding import lift_hold, place_hold
from plateward.work.retention.models import Hold
from plateward.work.retention.run import run_retention

BEGAN = timedelta(days=40)  # ago
PICKUP, SUV, SEEN = "KTR 204", "LNV 836", "DPH 511"
LISTED = tuple(ListedPlate(plate, "NM", "stolen_plate", "normal", on_file=True) for plate in (PICKUP, SUV))
READER, CAMERA = "loaner-3", "Loaner 3 rear"
PASSERS_BY = ("BRX 117", "CWT 902", "FJG 348", "HZM 655", "MQD 270", "PVK 493")
CASES = {PICKUP: INCIDENTS[0], SUV: INCIDENTS[2]}
STORIES = {
    PICKUP: "Stopped the pickup at mile 149; its plate was verified. The driver was arrested, the pickup towed.",
    SUV: "Stopped the SUV at the weigh station; its plate was verified. The driver was arrested, the SUV towed.",
}


def relive(home: Path, hub: str, now: datetime) -> None:
    """All of it, in order of time."""
    monday = 7 + days.day_of(now).weekday()  # of last week
    story: list[tuple[int, Callable[[], object]]] = [
        (39, partial(furnish.enroll, home / READER, READER, CAMERA, hub)),
        (38, partial(_drive, home, (*PASSERS_BY, PICKUP))),
        (36, partial(_drive, home, (*PASSERS_BY[:4], SUV))),
        (20, partial(_drive, home, (SEEN, *PASSERS_BY[2:]))),
        (18, _hold_a_plate),
        (17, _hold_a_case),
        (16, _hold_a_camera),
        (14, _lift_the_last_hold),
        (monday, _review_a_week),
        (7, _adjudicate_and_run),
        (5, _order_and_run),
        (3, partial(_drive, home, PASSERS_BY[1:])),
        (2, _revoke),
    ]
    for back, act in sorted(story, key=lambda item: -item[0]):
        day = days.day_of(now - timedelta(days=back))
        with clock.set_to((days.start_of(day) + timedelta(hours=10)).astimezone(UTC)):
            act()


def _actor(username: str) -> PersonActor:
    return PersonActor.of(Person.objects.get(username=username))


@contextmanager
def _after(minutes: float) -> Iterator[None]:
    with clock.set_to(clock.now() + timedelta(minutes=minutes)):
        yield


def _drive(home: Path, plates: tuple[str, ...]) -> None:
    """The start-of-shift check, then vehicle after vehicle; the last one is stopped if it is listed."""
    row = Reader.objects.get(name=READER)
    beside = {step: item.text for step, item in hub_facts(row).items()}
    with _after(-30):
        record_check(_actor("ada"), row, dict.fromkeys(CheckStep, (True, "")), beside)
    ring, _ = Home(home / READER).open()
    reader, photos = Roadside(READER, CAMERA, ring.signing("reader")), []
    for number, plate in enumerate(plates):
        at = clock.now() - timedelta(seconds=3 * (len(plates) - number))
        photos.append(
            reader.photo(
                plate.replace(" ", ""), "NM", id=_id_of(at), image=plate_photo(plate), captured_at=at
            )
        )
    reader.send(*photos)
    if plates[-1] in CASES:
        _arrest(plates[-1])


def _id_of(at: datetime) -> UUID:
    """A read's id, which a reader takes with the picture: its time stands in it."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | uuid7().int & (1 << 80) - 1)


def _arrest(plate: str) -> None:
    """From the alert to the evidence in DEMS, confirmed by the sergeant."""
    alert, ada = Alert.objects.latest("pk"), _actor("ada")
    with _after(1):
        actions.confirm(ada, alert, plate, "NM")
        actions.observe(ada, alert, matches=True)
    with _after(2):
        ask_ncic(ada, alert, services.switch(), settings.AGENCY_ORI)
    with _after(6):
        actions.act(ada, alert, ActKind.ENFORCEMENT)
    done = (
        EnforcementAction(EnforcementKind.ARREST),
        EnforcementAction(EnforcementKind.TOW, 1, "To the yard in Bernalillo"),
    )
    account = DispositionAccount(
        AlertOutcome.ENFORCEMENT,
        STORIES[plate],
        done,
        persons_stopped=1,
        notified_for=alert.entry.reason_text if set_by("stop_reason") else None,
    )
    with _after(50):
        dispose(ada, alert, replace(account, recovered=True, recovery="The plate and the vehicle."))
    alert.refresh_from_db()
    duty = alert.dems_duty
    with _after(70):
        _take_along(ada, duty)
        record_export(ada, duty, CASES[plate], f"ITEM-2026-{alert.pk:04}", clock.now())
    with _after(200):
        confirm_export(_actor("carla"), duty, duty.steps.latest("pk").pk)


def _take_along(actor: PersonActor, duty: Duty) -> None:
    """The package as its owner has it made, downloads it for DEMS, and discards it."""
    package = request_package(actor, duty)
    make_packages()
    package.refresh_from_db()
    for _ in take_package(actor, package).pieces():
        pass
    discard(actor, package)


def _hold_a_plate() -> None:
    two_days_ago = clock.now() - timedelta(days=2)
    hold = Hold(
        kind=HoldKind.PLATE,
        reason="The prosecutor asks for every read of the witness's car around the robbery.",
        basis="Letter of the district attorney, DA-26-311",
        review_on=days.today() + timedelta(days=60),
        plate=SEEN.replace(" ", ""),
        since=two_days_ago - timedelta(days=1),
        until=two_days_ago + timedelta(days=1),
    )
    place_hold(_actor("carla"), hold)


def _hold_a_case() -> None:
    hold = Hold(
        kind=HoldKind.CASE,
        reason="Civil suit about the stop; counsel asks that everything be kept.",
        basis="Litigation hold 26-07",
        review_on=days.today() + timedelta(days=90),
        number=CASES[SUV],
    )
    place_hold(_actor("gloria"), hold)


def _hold_a_camera() -> None:
    hold = Hold(
        kind=HoldKind.CAMERA,
        reason="A hit-and-run near the camera is investigated.",
        basis=INCIDENTS[1],
        review_on=days.today() + timedelta(days=14),
        camera=CAMERA,
        since=clock.now() - timedelta(days=5),
        until=clock.now() - timedelta(days=3),
    )
    place_hold(_actor("carla"), hold)


def _lift_the_last_hold() -> None:
    lift_hold(_actor("carla"), Hold.objects.latest("pk"), "The driver came forward; no read is needed.")


def _review_a_week() -> None:
    """The review of the week before opens, is answered, and signed."""
    open_due_reviews()
    for review in AuditReview.objects.order_by("pk"):
        for name in ("gloria", "nora", "marco"):
            actor = _actor(name)
            for item in waiting_items(review) & items_for(actor.person):
                answer_item(actor, item, Verdict.IN_ORDER, "")
        sign_review(_actor("gloria"), review, "Nothing unusual; every hold has its basis.")


def _run() -> None:
    scheduling.confirm_date(_actor("gloria"))  # no reader's clock says so
    run_retention()


def _adjudicate_and_run() -> None:
    _run()
    court = "Second Judicial District Court"
    ordering.record_adjudication(_actor("carla"), CASES[PICKUP], court, CaseOutcome.CONVICTED, days.today())


def _order_and_run() -> None:
    pickup = Alert.objects.earliest("pk")
    reason = "Convicted; the time to appeal is over."
    ordering.sign_order(_actor("hector"), [pickup.pk], "Chief's Order 2026-9", reason)
    _run()


def _revoke() -> None:
    revoke_reader(command_line_actor("demo"), Reader.objects.get(name=READER))
