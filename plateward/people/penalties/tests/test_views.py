"""Penalties as pages: preview, then record; open ones are listed; notes and appeals."""

import pytest

from plateward.core.audit.models import AuditEntry
from plateward.people.models import Person
from plateward.people.penalties.models import Offense
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
SAID = {"what": "Searched the plate of a neighbor.", "clause": "6.a.ii.3"}


@pytest.fixture
def ada() -> Person:
    return person("ada", supervisor=person("carla"))


def recorded_by_gloria(ada: Person) -> Offense:
    signed_in(person("gloria")).post(f"/penalties/record/{ada.pk}/", {**SAID, "seen": "1"})
    return Offense.objects.get()


@pytest.mark.clause("6.g.i/recorded", "6.g.i.1/days")
def test_the_penalty_is_shown_before_it_is_recorded(ada: Person) -> None:
    window = signed_in(person("gloria"))
    looked = window.post(f"/penalties/record/{ada.pk}/", SAID)
    assert "first offense" in looked.content.decode()
    assert "for 15 days" in looked.content.decode()
    assert not Offense.objects.exists()
    done = window.post(f"/penalties/record/{ada.pk}/", {**SAID, "seen": "1"}, follow=True)
    assert "is now revoked" in done.content.decode()
    assert Offense.objects.get().recorded_by == "person:gloria"


@pytest.mark.clause("6.g.i.3/permanent")
def test_the_third_is_announced_as_for_good(ada: Person) -> None:
    window = signed_in(person("gloria"))
    for number in ("1", "2"):
        window.post(f"/penalties/record/{ada.pk}/", {**SAID, "seen": number})
    page = window.post(f"/penalties/record/{ada.pk}/", SAID).content.decode()
    assert "third offense" in page
    assert "permanently" in page


@pytest.mark.clause("6.g.i/recorded")
@pytest.mark.parametrize("seen", ["2", "", "one", "99999999999999999999", "²"])
def test_a_penalty_other_than_the_one_shown_is_not_recorded(ada: Person, seen: str) -> None:
    answer = signed_in(person("gloria")).post(f"/penalties/record/{ada.pk}/", {**SAID, "seen": seen})
    assert answer.status_code == 409
    assert SAID["what"] in answer.content.decode()  # the input is kept
    assert not Offense.objects.exists()


@pytest.mark.clause("6.g.i/recorded")
@pytest.mark.parametrize(
    "given", [{"what": "", "clause": "6.a.ii.3"}, {"what": "x" * 2001, "clause": "6.a.ii.3"}, {"what": "x"}]
)
def test_a_form_that_says_too_little_or_too_much_comes_back(ada: Person, given: dict[str, str]) -> None:
    answer = signed_in(person("gloria")).post(f"/penalties/record/{ada.pk}/", {**given, "seen": "1"})
    assert answer.status_code == 422
    assert not Offense.objects.exists()


@pytest.mark.clause("6.g.i/chain")
def test_an_open_offense_is_listed_until_it_is_handled(ada: Person) -> None:
    offense = recorded_by_gloria(ada)
    window = signed_in(person("carla"))
    assert "Ada Archuleta" in window.get("/penalties/").content.decode()
    note = {"kind": "handled", "by": "Sergeant Chavez", "text": "Letter of reprimand."}
    assert window.post(f"/penalties/{offense.pk}/note/", note).status_code == 302
    assert "Ada Archuleta" not in window.get("/penalties/").content.decode()
    assert "Ada Archuleta" in window.get("/penalties/?show=all").content.decode()
    page = window.get(f"/penalties/{offense.pk}/").content.decode()
    assert "Letter of reprimand." in page


@pytest.mark.clause("6.g.i/chain", "6.b.i.8/scope")
def test_a_supervisor_sees_no_offense_of_anothers_people(ada: Person) -> None:
    recorded_by_gloria(ada)
    Person.objects.filter(pk=ada.pk).update(supervisor=None)
    window = signed_in(person("carla"))
    window.raise_request_exception = False
    assert "Ada Archuleta" not in window.get("/penalties/?show=all").content.decode()
    assert window.get(f"/penalties/{Offense.objects.get().pk}/").status_code == 409


@pytest.mark.clause("6.g.i/chain")
def test_the_chief_alone_grants_an_appeal(ada: Person) -> None:
    offense = recorded_by_gloria(ada)
    appeal = {"kind": "appealed", "by": "Sergeant Chavez", "text": "By letter."}
    signed_in(person("carla")).post(f"/penalties/{offense.pk}/note/", appeal)
    why = {"text": "She had a case."}
    for username in ("carla", "gloria"):
        assert signed_in(person(username)).post(f"/penalties/{offense.pk}/lift/", why).status_code == 403
    chief = signed_in(person("hector"))
    assert "Grant the appeal" in chief.get(f"/penalties/{offense.pk}/").content.decode()
    chief.post(f"/penalties/{offense.pk}/lift/", why)
    assert signed_in(ada).get("/alerts/").status_code == 200
    refused = chief.post(f"/penalties/{offense.pk}/lift/", why)
    assert refused.status_code == 409
    assert b"already granted" in refused.content


@pytest.mark.clause("6.g.i/chain")
@pytest.mark.parametrize("kind", ["granted", "deleted", ""])
def test_a_note_of_no_known_kind_is_refused(ada: Person, kind: str) -> None:
    offense = recorded_by_gloria(ada)
    note = {"kind": kind, "by": "Sergeant Chavez", "text": "x"}
    assert signed_in(person("carla")).post(f"/penalties/{offense.pk}/note/", note).status_code == 422
    assert not offense.notes.exists()


@pytest.mark.clause("6.b.i.9/entries")
def test_each_look_at_a_penalty_is_recorded(ada: Person) -> None:
    offense = recorded_by_gloria(ada)
    before = AuditEntry.objects.filter(event="penalty.view").count()
    window = signed_in(person("gloria"))
    window.get("/penalties/")
    window.get(f"/penalties/{offense.pk}/")
    assert AuditEntry.objects.filter(event="penalty.view").count() == before + 2
