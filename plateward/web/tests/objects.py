"""One of each thing that an address can name, for every audience, and everybody who may request it."""

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile

from plateward.core.audit.actor import Actor
from plateward.core.cases.standing import NumberStanding
from plateward.core.pages.documents import UploadedDocument
from plateward.field.fleet.checks.models import ReaderCheck
from plateward.field.fleet.instructions.actions import attach
from plateward.field.fleet.malfunctions.models import Malfunction
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.imports.models import Feed
from plateward.field.hotlists.models import HotList
from plateward.field.hotlists.recall.models import RecalledPlate, Return
from plateward.field.hotlists.requests.models import Request, Version
from plateward.ground import clock
from plateward.oversight.breaches.models import Breach
from plateward.oversight.findings.models import Finding
from plateward.oversight.investigations.models import Investigation, InvestigationStep
from plateward.oversight.reviews.models import AuditItem, AuditReview, Question
from plateward.oversight.reviews.report import CHARTS
from plateward.oversight.reviews.rules import ReviewKind, period_of
from plateward.people import days, testing
from plateward.people.actor import PersonActor
from plateward.people.chain_of_command.models import Absence
from plateward.people.documents import actions as protocols
from plateward.people.models import Person, Unit
from plateward.people.penalties.models import Offense
from plateward.people.permissions import Role
from plateward.people.tokens.models import ApiToken
from plateward.people.training.actions import courses
from plateward.people.training.models import Course, Material, Requirement
from plateward.sharing.redaction.models import RedactedPicture
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import Photo, enroll_reader
from plateward.work.alerts.audience.models import Share
from plateward.work.alerts.models import Alert, Disposition
from plateward.work.alerts.overrides.models import DangerException, Override
from plateward.work.dispatch.actions import place_on_call
from plateward.work.dispatch.models import Call
from plateward.work.evidence.dems.models import Duty
from plateward.work.evidence.requested.models import RequestedPackage
from plateward.work.retention.models import Hold
from plateward.work.searches.models import NumberCheck, Search, SearchReach, StoppedRequest
from plateward.work.searches.query import SearchQuery, write_query
from plateward.work.searches.sharing.models import ReadShare

# Besides the cast: another unit's officer and sergeant, who lead nobody in the cast and are named nowhere.
OTHERS = {
    "olga": ("Olga Ortiz", "Agent", Role.OFFICER),
    "pedro": ("Pedro Padilla", "Sergeant", Role.SUPERVISOR),
}
LISTS = ("open", "unit", "role", "covert")
PLATES = dict(zip(LISTS, ("OPN101", "UNT102", "RLE103", "CVT104"), strict=True))
NARRATIVE = "Seen leaving the store on Central with the goods that were taken."


@dataclass
class World:
    """By the name of its list, or of its owner; each as the arguments of an address."""

    people: dict[str, Person] = field(default_factory=dict)
    named: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def add(self, kind: str, name: str, /, **arguments: Any) -> None:
        self.named.setdefault(kind, {})[name] = arguments


def world() -> World:
    made = World()
    _people(made)
    photos = _alerts(made)
    for name, photo in photos.items():
        arguments = {"day": photo.read.captured_at.date(), "pk": photo.read.id}
        for which in ("context", "plate"):
            made.add("read", f"{name}, {which}", **arguments, which=which)
    _results(made, photos["open"])
    _upon_alerts(made)
    _packages(made)
    _requests(made)
    _fleet(made)
    _of_people(made)
    _protocols(made)
    _searches(made)
    _findings(made)
    _breaches(made)
    _investigations(made)
    _audit_items(made)
    _holds(made)
    return made


def _results(made: World, photo: Photo) -> None:
    """Ada's search for the plate of the open list, and its result."""
    now = clock.now().astimezone(UTC)
    query = SearchQuery(now - timedelta(days=1), now + timedelta(days=1), (PLATES["open"],))
    about = {
        "purpose": "felony",
        "reason": NARRATIVE,
        "number": "2026-00412",
        "query_json": write_query(query),
    }
    search = Search.objects.create(key=uuid4(), person=made.people["ada"], **about)
    NumberCheck.objects.create(search=search, standing=NumberStanding.OPEN, detail="It is open.")
    arguments = {"pk": search.pk, "day": photo.read.captured_at.date(), "read": photo.read.id}
    made.add("search", "ada", pk=search.pk)
    made.add("results", "ada", pk=search.pk, layout="table")
    made.add("result", "ada", **arguments)
    made.add("result image", "ada", **arguments, which="plate")


def _people(made: World) -> None:
    """Ada of unit 12 and Ben of unit 14 under Carla, who is in unit 12; Olga of unit 16 under Pedro."""
    units = {number: Unit.objects.get_or_create(name=f"Unit {number}")[0] for number in (12, 14, 16)}
    testing.CAST.update(OTHERS)
    try:
        carla, pedro = testing.person("carla"), testing.person("pedro", unit=units[16])
        placed: dict[str, dict[str, Any]] = {
            "ada": {"supervisor": carla},
            "jack": {"supervisor": carla},
            "ben": {"supervisor": carla, "unit": units[14]},
            "olga": {"supervisor": pedro, "unit": units[16]},
        }
        made.people = {name: testing.person(name, **placed.get(name, {})) for name in testing.CAST}
    finally:
        for name in OTHERS:
            del testing.CAST[name]
    passkey = {"type": Authenticator.Type.WEBAUTHN, "data": {"name": "Key", "credential": {}}}
    testing.bearer(made.people["ada"])
    made.add("token", "ada", pk=ApiToken.objects.get().pk)
    made.add("passkey", "ada", pk=Authenticator.objects.create(user=made.people["ada"], **passkey).pk)


def _alerts(made: World) -> dict[str, Photo]:
    """A list for everybody, for unit 14, for inspectors, and a covert one that names Carla; an alert of each,
    by an unassigned reader."""
    for name in LISTS:
        load = load_hotlist(PLATES[name], name=name)
        made.add("list", name, pk=load.hotlist_id)
        made.add("load", name, pk=load.pk)
        made.add("part", name, pk=load.pk, number=0)
        made.add("source", name, kind="hotlist", pk=load.hotlist_id)
    lists = {hotlist.name: hotlist for hotlist in HotList.objects.all()}
    lists["unit"].units.set([Unit.objects.get(name="Unit 14")])
    HotList.objects.filter(name="role").update(roles=[Role.INSPECTOR])
    HotList.objects.filter(name="covert").update(covert=True)
    lists["covert"].people.set([made.people["carla"]])
    HotList.objects.update(kind=HotList.Kind.AGENCY)
    for name, hotlist in lists.items():
        entry = hotlist.entries.get()
        made.add("entry", name, pk=entry.pk)
        plate = RecalledPlate.objects.create(entry=entry, hotlist=hotlist)
        made.add("recalled", name, pk=plate.pk)
        plate_return = Return.objects.create(recalled=plate, asked_by="person:gloria", why=NARRATIVE)
        made.add("return", name, pk=plate_return.pk)
        where = {"place": Feed.Place.FOLDER, "folder": name, "pattern": "*.csv", "format": "csv"}
        Feed.objects.create(hotlist=hotlist, next_at=clock.now() + timedelta(days=1), **where)
    gate = enroll_reader("gate-1", "Gate 1")
    photos = {name: gate.photo(PLATES[name]) for name in LISTS}
    gate.send(*photos.values())
    own = enroll_reader("unit-14", "Unit 14 rear", Unit.objects.get(name="Unit 14"))
    photos["own"] = own.photo("XYZ987")
    own.send(photos["own"])
    return photos


def _upon_alerts(made: World) -> None:
    """What Ada added to each alert, and Carla to the covert one. Ben shares the alert of unit 14 with Ada."""
    now, ada, ben, carla = clock.now(), *(made.people[name] for name in ("ada", "ben", "carla"))
    under = DangerException.objects.create(basis=NARRATIVE, by=carla, until=now + timedelta(days=1))
    for name in LISTS:
        alert = Alert.objects.get(entry__hotlist__name=name)
        by = carla if name == "covert" else ada
        made.add("alert", name, pk=alert.pk)
        said = {"alert": alert, "by": by, "at": now}
        closed = Disposition.objects.create(outcome="enforcement", narrative=NARRATIVE, **said)
        made.add("disposition", name, pk=closed.pk)
        made.add(
            "override", name, pk=Override.objects.create(under=under, missing=[], why=NARRATIVE, **said).pk
        )
        made.add("duty", name, pk=Duty.objects.create(due_at=now, **said).pk)
        if not hasattr(alert, "link"):
            place_on_call(Actor("system", "test", "The tests"), alert, Call.Opened.NOTICE)
        made.add("call", name, pk=Call.objects.get(links__alert=alert).pk)
        sharer, to = (ben, ada) if name == "unit" else (by, ben)
        share = Share.objects.create(
            alert=alert, by=sharer, at=now, to=to, purpose=NARRATIVE, ends_at=now + timedelta(days=1)
        )
        made.add("share", name, pk=alert.pk, share=share.pk)


def _packages(made: World) -> None:
    """One that Ada requested of the open list's alert."""
    alert = made.named["alert"]["open"]["pk"]
    about = {"by": made.people["ada"], "number": "2026-00412", "alerts": [alert], "use": NARRATIVE}
    made.add("requested package", "ada", pk=RequestedPackage.objects.create(**about).pk)


def _requests(made: World) -> None:
    """Ada requests a plate on each list."""
    ada, carla, now = made.people["ada"], made.people["carla"], clock.now()
    for hotlist in HotList.objects.all():
        request = Request.objects.create(
            key=uuid4(), kind=Request.Kind.LIST, requester=ada, hotlist=hotlist, state=Request.State.WAITING
        )
        wanted = {"plate": "BKT419", "bare": "BKT419", "state": "NM", "reason": "stolen_vehicle"}
        Version.objects.create(
            request=request,
            hotlist=hotlist,
            priority="high",
            narrative=NARRATIVE,
            expires_at=now + timedelta(days=7),
            **wanted,
        )
        made.add("request", hotlist.name, pk=request.pk)
    absence = Absence.objects.create(
        person=carla, begins=now + timedelta(days=1), ends=now + timedelta(days=2)
    )
    made.add("absence", "carla", pk=absence.pk)


def _fleet(made: World) -> None:
    """A reader of unit 14, with a failed check by Ben and a malfunction reported by Ada; and one without a
    unit."""
    manual = UploadedDocument("K4.txt", b"Check the lens first.")
    attach(PersonActor.of(made.people["gloria"]), "Kestrel K4", manual, list(Reader.objects.all()))
    for name in ("unit-14", "gate-1"):
        reader = Reader.objects.get(name=name)
        made.add("reader", name, pk=reader.pk)
        check = ReaderCheck.objects.create(reader=reader, by=made.people["ben"], failed=["picture"])
        made.add("check", name, pk=check.pk)
        broken = Malfunction.objects.create(
            reader=reader,
            by=made.people["ada"],
            what=["picture"],
            severity="out",
            due_at=clock.now(),
            words="The glass is broken.",
        )
        made.add("malfunction", name, pk=broken.pk)


def _of_people(made: World) -> None:
    """Two people as their pages have them; an ended offense of Jack's; a material of the officers' course."""
    for name in ("ada", "olga"):
        who = made.people[name]
        made.add("person", name, pk=who.pk)
        made.add("username", name, username=who.username)
    begins = clock.now() - timedelta(days=90)
    offense = Offense.objects.create(
        person=made.people["jack"],
        what="Looked up a neighbor's plate.",
        clause="6.g.i",
        number=1,
        recorded_by="person:gloria",
        begins=begins,
        ends=begins + timedelta(days=30),
    )
    made.add("offense", "jack", pk=offense.pk)
    course = Course.objects.create(code="pursuit", name="Pursuit", clause="6.d.i", valid_days=365)
    Requirement.objects.create(
        course=course,
        role=Role.OFFICER,
        valid_days=365,
        set_by="person:gloria",
        agreed_with="The academy",
        agreed_on=days.today(),
        begins=clock.now(),
    )
    for person in (made.people[name] for name in ("ada", "ben", "olga")):
        testing.train(person, Role.OFFICER)
    file = SimpleUploadedFile("pursuit.txt", b"Do not pursue on a hit alone.")
    gloria = Actor("person", "gloria", "Gloria Gallegos")
    material = Material(course=course, title="Pursuit")
    version = courses.release_version(gloria, material, "New.", file.name or "", file.read())
    made.add("version", "officers", pk=version.pk)


def _protocols(made: World) -> None:
    """One for officers that the Chief approved, with its signed original; another that is a draft."""
    gloria, hector = (PersonActor.of(made.people[name]) for name in ("gloria", "hector"))
    original = UploadedDocument("signed.pdf", b"%PDF-1.7")
    for name, title in (("officers", "Storage"), ("draft", "Access")):
        draft = protocols.Draft(
            title, "storage", "New.", "Keep it.", days.today(), None, ["officer"], [], original
        )
        version = protocols.save_draft(gloria, None, draft, seen="", submit=name == "officers")
        if name == "officers":
            protocols.approve(hector, version, version.sha256)
        made.add("protocol version", name, pk=version.pk)
        made.add("protocol", name, pk=version.protocol_id)


def _findings(made: World) -> None:
    """One about Ada for her chain of command; one about the administrator, and one that Carla may be part of, for those
    outside it."""
    now = clock.now()
    about: dict[str, Any] = {"detector": "volume", "sentence": "Made many searches.", "thresholds": {}}
    for name, subject, outside in (
        ("ada", "ada", False),
        ("gloria", "gloria", True),
        ("shared", "ada", True),
    ):
        finding = Finding.objects.create(
            key=name, subject=made.people[subject], outside=outside, first_at=now, last_at=now, **about
        )
        made.add("finding", name, pk=finding.pk)
    finding.involved.add(made.people["carla"])


def _searches(made: World) -> None:
    """Ada's search that waits for approval, and one that was stopped; a read of Ben's unit, which he shares with
    Elena."""
    ada, ben, now = made.people["ada"], made.people["ben"], clock.now()
    why = {"reason": NARRATIVE, "by": made.people["gloria"]}
    SearchReach.objects.create(role="officer", reach="agency", **why)  # whatever unit the world's reader has
    case = {"person": ada, "purpose": "felony", "reason": NARRATIVE, "number": "2026-00412"}
    query = SearchQuery(now - timedelta(days=1), now, ("BKT419", "TRV881"))
    search = Search.objects.create(key=uuid4(), query_json=write_query(query), brakes=["bulk"], **case)
    NumberCheck.objects.create(search=search, standing="open", detail="It is open.")
    made.add("waiting search", "ada", pk=search.pk)
    stopped = StoppedRequest.objects.create(clause="SB40.use", why="It says so.", **case)
    made.add("stopped request", "ada", pk=stopped.pk)
    own = {name: made.named["read"]["own, plate"][name] for name in ("day", "pk")}
    share = ReadShare.objects.create(
        day=own["day"],
        read=own["pk"],
        by=ben,
        to=made.people["elena"],
        purpose=NARRATIVE,
        ends_at=now + timedelta(days=1),
    )
    made.add("read share", "own", pk=share.pk)
    redacted = RedactedPicture.objects.create(
        read=own["pk"], day=own["day"], request="Records request 3", by="person:iris"
    )
    made.add("redacted picture", "own", pk=redacted.pk)
    for name in LISTS:
        read = {argument: made.named["read"][f"{name}, plate"][argument] for argument in ("day", "pk")}
        made.add("whole read", name, **read)
    made.add("whole read", "own", **own)


def _breaches(made: World) -> None:
    """Two that Ada reported; one of them concerns Gloria."""
    for name in ("open", "gloria"):
        breach = Breach.objects.create(
            kind="leak",
            what=NARRATIVE,
            noticed_at=clock.now(),
            concerns=made.people["gloria"] if name == "gloria" else None,
            reported_by=made.people["ada"],
        )
        made.add("breach", name, pk=breach.pk)


def _investigations(made: World) -> None:
    """One about Ada, one about the administrator, and one that Carla may be part of, for those outside the chain of
    command."""
    chain, outside = "supervisor;administrator", "inspector general;CJIS officer"
    for name, subject, to in (
        ("ada", "ada", chain),
        ("gloria", "gloria", outside),
        ("shared", "ada", outside),
    ):
        investigation = Investigation.objects.create(
            subject=made.people[subject],
            what=NARRATIVE,
            known=NARRATIVE,
            happened_on=days.today(),
            to=to,
            outside=to == outside,
            opened_by=made.people["hector"],
        )
        made.add("investigation", name, pk=investigation.pk)
        made.add("act of an investigation", name, pk=investigation.pk, act="note")
    InvestigationStep.objects.create(
        investigation=investigation, kind="implicated", person=made.people["carla"], by="person:nora"
    )


def _audit_items(made: World) -> None:
    """The log's first entry on the list of last week's review, as Ada's, Gloria's and the Chief's."""
    period = period_of(ReviewKind.WEEKLY, days.today()).before
    bounds = {"starts": period.starts, "ends": period.ends, "due": period.due, "first": 0, "after": 1}
    head = {"head_size": 1, "head_root": "0" * 64, "head_at": clock.now().isoformat(), "seed": "0" * 64}
    charts: dict[str, list[object]] = {name: [] for name in CHARTS}
    figures = {**charts, "failed": 0, "left_out": {}}
    review = AuditReview.objects.create(kind=period.kind, figures=figures, **bounds, **head)
    for name in ("ada", "gloria", "hector"):
        item = AuditItem.objects.create(
            review=review, sequence=0, why="denied", rank=6, reasons=["Refused."], subject=made.people[name]
        )
        made.add("audit item", name, pk=item.pk)
        if name == "ada":
            asked = {"to": made.people["carla"], "by": made.people["nora"], "text": NARRATIVE}
            made.add("question", name, pk=Question.objects.create(item=item, **asked).pk)


def _holds(made: World) -> None:
    """One of a sergeant, one of records staff: each sees their own."""
    for owner in ("carla", "iris"):
        about = {"basis": "2026-00412", "reason": NARRATIVE, "review_on": days.today() + timedelta(days=30)}
        hold = Hold.objects.create(kind="case", number="2026-00412", owner=made.people[owner], **about)
        made.add("hold", owner, pk=hold.pk)
