"""The last administrator cannot work: the Chief restores their access, and nobody else does."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from plateward.core.audit.actor import Actor, command_line_actor
from plateward.core.audit.events import Event
from plateward.core.audit.leaf import Leaf
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people.access import standing
from plateward.people.access.models import Suspension
from plateward.people.access.suspensions.actions import release_chief
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.sign_in.lockout import record_failed_try, sign_in_refusal
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db
CONSOLE = command_line_actor("people release")
DOOR = Actor("anonymous", "", "")
WHY = {"reason": "Called her: she mistyped it."}


def locked(who: Person) -> Suspension:
    """After five wrong passwords."""
    for _ in range(5):
        record_failed_try(
            DOOR, Event.PERSON_LOGIN, f"person:{who.username}", who, "Wrong username or password."
        )
    return Suspension.objects.get(person=who, ends=None)


@pytest.mark.clause("AC-7/lock", "6.b.i/designation")
def test_the_chief_is_told_and_lets_the_last_administrator_in_again(recorded: Callable[[str], Leaf]) -> None:
    gloria, hector = person("gloria"), signed_in(person("hector"))
    assert "no other ALPR administrator" not in hector.get("/access/offices/").content.decode()
    lock = locked(gloria)
    assert "the Chief under Offices" in Notice.objects.get(to__username="hector").text
    refusal = sign_in_refusal(gloria)
    assert refusal
    assert "the Chief can release it" in refusal.help
    own = signed_in(gloria).get("/people/").content.decode()
    assert "Another ALPR administrator or, if there is none, the Chief can release it." in own

    page = hector.get("/access/offices/").content.decode()
    assert "Gloria Gallegos cannot work, and there is no other ALPR administrator" in page
    where = reverse("access:office_restore", args=[lock.pk])
    assert where in page
    assert where in hector.get("/access/of/gloria/").content.decode()
    assert hector.post(where, {"reason": ""}).status_code == 422
    assert hector.post(where, WHY).status_code == 302
    assert standing.standing_of(gloria).authorized
    assert recorded("access.restore").actor_id == "hector"


@pytest.mark.clause("AC-7/lock", "6.b.i.8/matrix")
def test_where_another_administrator_is_left_it_is_theirs_to_do(recorded: Callable[[str], Leaf]) -> None:
    gloria, frank = person("gloria"), person("frank", role=Role.ADMINISTRATOR)
    hector, lock = signed_in(person("hector")), locked(gloria)
    assert "cannot work" not in hector.get("/access/offices/").content.decode()
    refused = hector.post(reverse("access:office_restore", args=[lock.pk]), WHY)
    assert refused.status_code == 409
    assert recorded("access.restore").outcome == "refused"
    assert not standing.standing_of(gloria).authorized
    assert signed_in(frank).post(reverse("access:restore", args=[lock.pk]), WHY).status_code == 302
    assert standing.standing_of(gloria).authorized


@pytest.mark.clause("6.b.i.8/matrix", "IA-2/people")
@pytest.mark.parametrize(("username", "kind"), [("ada", "locked"), ("gloria", "recovery")])
def test_the_chief_ends_nobody_elses_suspension_and_no_lost_factor(username: str, kind: str) -> None:
    person("gloria")
    row = {"reason": "Test.", "begins": clock.now(), "begun_by": "system:test"}
    suspension = Suspension.objects.create(person=person(username), kind=kind, **row)
    if username == "ada":
        locked(person("gloria"))
    answer = signed_in(person("hector")).post(reverse("access:office_restore", args=[suspension.pk]), WHY)
    assert answer.status_code == 409
    assert Suspension.objects.get(pk=suspension.pk).ends is None


@pytest.mark.clause("AC-7/lock", "AC-6/least", "AC-6/logged")
def test_the_command_line_releases_the_chief_and_only_where_nobody_else_can(
    recorded: Callable[[str], Leaf],
) -> None:
    gloria, hector = person("gloria"), person("hector")
    lock = locked(hector)
    for who, reason, why in (
        (hector, WHY["reason"], "An ALPR administrator can work: Gloria Gallegos."),
        (gloria, WHY["reason"], "Gloria Gallegos is not the Chief."),
        (hector, " ", "Restoring access needs a reason."),
    ):
        with pytest.raises(Refused, match=why):
            release_chief(CONSOLE, who, reason)
        assert recorded("access.restore").outcome == "refused"
        if who is gloria:
            locked(gloria)
    release_chief(CONSOLE, hector, WHY["reason"])
    lock.refresh_from_db()
    assert (lock.ended_by, sign_in_refusal(hector)) == (CONSOLE.key, None)
    assert recorded("access.restore").outcome == "done"
    assert sign_in_refusal(gloria)
    with pytest.raises(Refused, match="is not locked"):
        release_chief(CONSOLE, hector, WHY["reason"])


@pytest.mark.clause("AC-2/disabled", "6.b.i/designation")
def test_a_last_administrator_whom_the_chief_switched_off_comes_back_by_the_chief() -> None:
    gloria, hector = person("gloria"), signed_in(person("hector"))
    hector.post("/access/of/gloria/switch-off/", {"reason": "Her account may be in other hands."})
    off = Suspension.objects.get(person=gloria)
    assert not standing.standing_of(gloria).authorized
    assert hector.post(reverse("access:office_restore", args=[off.pk]), WHY).status_code == 302
    assert standing.authorized_administrators() == [gloria]
