"""Two roles with absolute limits, on every page that they can open, while the database is full of plates."""

from typing import Any

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.proofs import by_token
from plateward.people.routes import ROUTES
from plateward.people.testing import CAST, person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.routes import routes
from plateward.web.tests.walk import body, routes_open_to, walk
from plateward.work.alerts.models import Alert

pytestmark = pytest.mark.django_db
PLATES = ("XYZ4071", "QRS8820", "HJK3359")


@pytest.fixture
def plates() -> None:
    """On a hot list, in reads, and in a confirmed alert."""
    load_hotlist(*PLATES[:2])
    reader = enroll_reader()
    reader.send(*(reader.photo(plate) for plate in PLATES))
    alert = Alert.objects.earliest("pk")
    ada = signed_in(person("ada"))
    ada.post(f"/alerts/{alert.pk}/confirm", {"plate": alert.entry.plate, "state": "NM"})
    assert alert.entry.plate.encode() in ada.get(f"/alerts/{alert.pk}/").content
    listing = signed_in(person("ben")).get(f"/hotlists/{alert.entry.hotlist_id}/")
    assert PLATES[0].encode() in listing.content


@pytest.mark.clause("6.c.i.3/role", "6.c.i.5/role", "6.h.iv/safeguard")
@pytest.mark.usefixtures("plates")
@pytest.mark.parametrize(
    ("username", "real"), [("frank", "/fleet/"), ("iris", "/custody/{day}/{read}/")], ids=["IT", "records"]
)
def test_it_and_records_staff_do_their_work_and_meet_no_plate(username: str, real: str) -> None:
    who, alert = person(username), Alert.objects.earliest("pk")
    client, pages = signed_in(who), dict[str, bytes]()
    real = real.format(day=alert.captured_at.date(), read=alert.read)
    walked = [*walk(client, Role(who.role)), (real, client.get(real))]
    for path, answer in walked:
        pages[path] = body(answer) + repr(sorted(answer.headers.items())).encode()
    assert b"unit-12" in pages[real]  # it is a real page, without plates
    assert {path for path, page in pages.items() if any(plate.encode() in page for plate in PLATES)} == set()


@pytest.mark.clause("6.c.i.3/role", "6.c.ii/lists", "6.h.iv/safeguard", "6.b.i.9/denied")
@pytest.mark.usefixtures("plates")
@pytest.mark.parametrize("username", ["frank", "iris"])
def test_no_alarm_no_image_and_no_read_comes_to_it_and_records_staff(username: str) -> None:
    client = signed_in(person(username))
    alert = Alert.objects.earliest("pk")
    read = f"{alert.captured_at.date()}/{alert.read}"
    for path in (
        *(f"/alerts/{alert.pk}/", "/alerts/stream", f"/hotlists/{alert.entry.hotlist_id}/"),
        *(f"/reads/{read}/{image}.jpg" for image in ("plate", "context")),
        *(f"/custody/{read}/{take}" for take in ("copy/", "download", "print")),
        *("/searches/", "/map/"),
    ):
        answer = client.get(path)
        assert answer.status_code in (403, 404), path
        assert not any(plate.encode() in body(answer) for plate in PLATES)
    assert AuditEntry.objects.filter(actor_id=username, event="route.refuse", outcome="refused").exists()


@pytest.mark.clause("6.b.i.8/matrix")
@pytest.mark.usefixtures("plates")
def test_the_auditor_sees_how_alerts_ended_and_no_plate() -> None:
    page = body(signed_in(person("nora")).get("/alerts/outcomes/"))
    assert b"2 live alerts of your lists" in page
    assert not any(plate.encode() in page for plate in PLATES)


@pytest.mark.clause("6.b.i.8/matrix", "6.b.i.9/read")
@pytest.mark.usefixtures("plates")
def test_the_auditor_reads_the_log_and_its_findings_and_nothing_else() -> None:
    duties = {
        Permission.AGENCY_VIEW,
        *(Permission.AUDIT_EXPORT, Permission.AUDIT_REVIEW, Permission.AUDIT_VIEW),
        Permission.COMPLIANCE_VIEW,
        *(Permission.CUSTODY_FIND, Permission.CUSTODY_VIEW, Permission.RETENTION_VIEW),
        *(Permission.FINDING_REVIEW, Permission.INVESTIGATION_HANDLE, Permission.OUTCOME_VIEW),
        Permission.SHARING_VIEW,
    }
    assert ROLE_PERMISSIONS[Role.AUDITOR] == duties
    client = signed_in(person("nora"))
    # people/tests/test_routes.py: no other address answers her.
    mine = [route for route in routes() if ROUTES[route.name] in duties and not by_token(route.name)]
    answered: dict[str, Any] = {}
    for route in mine:
        answer = client.get(route.path, headers={"accept": "application/json"})
        assert answer.status_code not in (401, 403), route.name
        answered[route.name] = ROUTES[route.name]
    assert set(answered.values()) == duties
    changed = {
        route.name: client.post(route.path).status_code for route in routes() if route.name in answered
    }
    assert changed.pop("audit:find") == 302  # a search, submitted so that no address names a plate
    # the whole log made, not taken before it is, and discarded
    asked = {name: changed.pop(f"logfiles:{name}") for name in ("index", "download", "discard")}
    assert asked == {"index": 302, "download": 409, "discard": 302}
    # 404: there is no finding to decide on; 422: an investigation without a word is not opened
    assert set(changed.values()) <= {403, 404, 405, 422}


@pytest.mark.clause("AU-9/append", "6.b.i.9/sealed")
@pytest.mark.usefixtures("plates", "unrendered")
@pytest.mark.parametrize("username", CAST)
def test_whatever_a_role_submits_no_entry_of_the_log_changes(username: str) -> None:
    who = person(username)
    client = signed_in(who)
    client.raise_request_exception = False
    before = [entry.line() for entry in AuditEntry.objects.order_by("pk")]
    for route in routes_open_to(Role(who.role)):
        if route.name not in ("account_logout", "banner"):
            for ask in (client.post, client.put, client.delete):
                ask(route.path, {"reason": "For a test.", "confirm": "yes"})
    after = [entry.line() for entry in AuditEntry.objects.order_by("pk")]
    assert after[: len(before)] == before
