"""Two roles with absolute limits, on every page that they can open, while the database is full of plates."""

from typing import Any

import pytest

from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.proofs import by_token
from plateward.people.routes import ROUTES
from plateward.people.testing import person, signed_in
from plateward.testing.hotlist import load_hotlist
from plateward.testing.roadside import enroll_reader
from plateward.testing.routes import routes
from plateward.web.tests.walk import body, walk
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


@pytest.mark.clause("6.c.i.3/role")
@pytest.mark.usefixtures("plates")
def test_it_support_maintains_the_system_and_meets_no_plate() -> None:
    pages: dict[str, bytes] = {}
    for path, answer in walk(signed_in(person("frank")), Role.IT_SUPPORT):
        pages[path] = body(answer) + repr(sorted(answer.headers.items())).encode()
    assert b"unit-12" in pages["/fleet/"]  # it is a real page, without plates
    assert {path for path, page in pages.items() if any(plate.encode() in page for plate in PLATES)} == set()


@pytest.mark.clause("6.c.i.3/role", "6.c.ii/lists")
@pytest.mark.usefixtures("plates")
def test_no_alarm_and_no_image_comes_to_it_support() -> None:
    client = signed_in(person("frank"))
    alert = Alert.objects.earliest("pk")
    for path in (f"/alerts/{alert.pk}/", "/alerts/stream", f"/hotlists/{alert.entry.hotlist_id}/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert not any(plate.encode() in body(answer) for plate in PLATES)


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
        *(Permission.AUDIT_REVIEW, Permission.AUDIT_VIEW, Permission.COMPLIANCE_VIEW),
        *(Permission.CUSTODY_FIND, Permission.CUSTODY_VIEW, Permission.RETENTION_VIEW),
        *(Permission.FINDING_REVIEW, Permission.INVESTIGATION_HANDLE, Permission.OUTCOME_VIEW),
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
    # 404: there is no finding to decide on; 422: an investigation without a word is not opened
    assert set(changed.values()) <= {403, 404, 405, 422}
