"""Two people other than its owner reset a lost authenticator within a day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.access.models import Recovery
from plateward.people.access.recovery.actions import confirm_recovery
from plateward.people.models import Person, SignIn
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in, totp_code

pytestmark = pytest.mark.django_db
LOST = {"person": "ada", "reason": "The phone fell into the river.", "identity": "In person, by ID card."}
OWN = "bosque-trails-77"


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada() -> Person:
    """Under Carla, signed in with a second factor."""
    ada = person("ada", supervisor=person("carla"), password=OWN)
    signed_in(ada)
    return ada


def ask(who: str = "carla", **more: str) -> Recovery:
    answer = signed_in(person(who)).post("/access/recovery/", LOST | more)
    assert answer.status_code == 302, answer.content.decode()
    return Recovery.objects.filter(decision="").latest("pk")


def decide(who: str, recovery: Recovery, decision: str = "confirm", reason: str = "") -> str:
    given = {"decision": decision, "reason": reason}
    answer = signed_in(person(who)).post(f"/access/recovery/{recovery.pk}/", given, follow=True)
    return str(answer.content.decode())


@pytest.mark.both_databases
@pytest.mark.clause("IA-2/people", "6.c.ii.1/factors", "6.b.i.9/entries")
def test_two_people_reset_it_and_the_person_begins_anew(ada: Person, recorded: Callable[[str], Leaf]) -> None:
    client = signed_in(ada)
    recovery = ask("carla")
    assert client.get("/alerts/").status_code == 403  # the lost factor opens nothing meanwhile
    page = decide("gloria", recovery)
    assert not Authenticator.objects.filter(user=ada).exists()
    assert not SignIn.objects.filter(person=ada).exists()
    assert client.get("/account/passkeys/").status_code == 302
    entry = recorded("recovery.confirm")
    assert (entry.actor_id, entry.details["asked_by"], entry.details["factors"]) == (
        "gloria",
        "person:carla",
        ["totp"],
    )
    audit_entry = recorded("recovery.ask")
    assert (audit_entry.actor_id, audit_entry.reason, audit_entry.details["identity"]) == (
        "carla",
        LOST["reason"],
        LOST["identity"],
    )
    password = page.split("<strong>")[1].split("</strong>")[0]
    assert password not in repr(entry)

    fresh = Client()
    fresh.post("/banner/")
    fresh.post("/login/", {"login": "ada", "password": password})
    assert fresh.get("/alerts/")["Location"].startswith("/account/password/")
    fresh.post(
        "/account/password/",
        {"oldpassword": password, "password1": "mesa-606-rio", "password2": "mesa-606-rio"},
    )
    assert fresh.get("/alerts/")["Location"].startswith("/account/")
    fresh.get("/account/totp/add/")
    fresh.post("/account/totp/add/", {"code": totp_code(fresh.session["mfa.totp.secret"])})
    assert fresh.get("/alerts/").status_code == 200
    assert "reset by Carla Chavez and Gloria Gallegos" in Notice.objects.get(to=ada).text


@pytest.mark.clause("IA-2/people")
def test_who_asked_cannot_confirm_and_nobody_does_it_for_themself(ada: Person) -> None:
    recovery = ask("carla")
    assert "You requested this reset." in decide("carla", recovery)
    own = signed_in(person("gloria")).post("/access/recovery/", LOST | {"person": "gloria"})
    assert own.status_code == 409
    assert b"You cannot reset your own second factor" in own.content
    ask("hector", person="gloria")
    with pytest.raises(Refused, match="You cannot reset your own"):
        confirm_recovery(acting("gloria"), Recovery.objects.latest("pk"))
    assert Authenticator.objects.filter(user=ada).exists()


@pytest.mark.clause("IA-2/people", "6.b.i.8/scope")
def test_a_supervisor_speaks_for_their_own_people_alone(ada: Person) -> None:
    dario = signed_in(person("dario", role=Role.SUPERVISOR))
    assert dario.post("/access/recovery/", LOST).status_code == 409
    recovery = ask("gloria")
    assert b"The phone fell" not in dario.get("/access/recovery/").content
    assert "not below you" in decide("dario", recovery)
    decide("carla", recovery)
    assert Recovery.objects.get().decision == "confirmed"


@pytest.mark.clause("IA-2/people")
def test_it_lapses_after_a_day_and_can_be_asked_for_anew(ada: Person) -> None:
    recovery = ask("carla")
    later = clock.now() + timedelta(hours=24)
    with clock.set_to(later - timedelta(seconds=1)):
        assert not standing.standing_of(ada).authorized
    with clock.set_to(later):
        assert standing.standing_of(ada).authorized
        assert "its 24 hours are over" in decide("gloria", recovery)
        assert ask("gloria").pk != recovery.pk
    assert [recovery.decision for recovery in Recovery.objects.all()] == ["lapsed", ""]


@pytest.mark.clause("IA-2/people")
def test_it_is_denied_with_a_reason_or_withdrawn_and_then_nothing_is_reset(ada: Person) -> None:
    recovery = ask("carla")
    assert "denial has no reason" in decide("gloria", recovery, "deny")
    decide("gloria", recovery, "deny", "It was found.")
    assert standing.standing_of(ada).authorized
    assert Authenticator.objects.filter(user=ada).exists()
    assert "It was found." in Notice.objects.get(to=person("carla")).text
    decide("carla", ask("carla"), "deny", "A slip.")
    assert standing.standing_of(ada).authorized
    assert "already decided" in decide("gloria", recovery)


@pytest.mark.clause("IA-2/people")
@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"identity": " "}, {"person": "nobody"}, {"reason": "x" * 401}]
)
def test_what_is_not_said_is_asked_for(ada: Person, wrong: dict[str, str]) -> None:
    answer = signed_in(person("carla")).post("/access/recovery/", LOST | wrong)
    assert answer.status_code == 422
    assert not Recovery.objects.exists()
    ask("carla")
    again = signed_in(person("gloria")).post("/access/recovery/", LOST)
    assert b"already has a pending re" in again.content


@pytest.mark.clause("IA-2/people")
def test_the_only_administrators_factor_is_reset_by_the_chief_and_any_supervisor() -> None:
    gloria, carla = person("gloria", password=OWN), person("carla")
    signed_in(gloria)
    lost = LOST | {"person": "gloria"}
    early = signed_in(carla).post("/access/recovery/", lost)
    assert early.status_code == 409  # a supervisor alone begins nothing here
    recovery = ask("hector", **lost)
    assert "Gloria Gallegos" in signed_in(carla).get("/access/recovery/").content.decode()
    assert "This password is for one log-in" in decide("carla", recovery)
    assert not Authenticator.objects.filter(user=gloria).exists()


@pytest.mark.clause("IA-2/people", "6.b.i.8/scope")
def test_an_administrator_who_has_a_supervisor_is_vouched_for_by_no_other(ada: Person) -> None:
    person("gloria", supervisor=person("carla"))
    dario = person("dario", role=Role.SUPERVISOR)
    recovery = ask("hector", **LOST | {"person": "gloria"})
    assert "is not below you" in decide(dario.username, recovery)
    assert Recovery.objects.get(pk=recovery.pk).decision == ""
