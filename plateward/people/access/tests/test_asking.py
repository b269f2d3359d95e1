"""Permitted people request access, another person approves it, and a transfer ends the earlier access."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from plateward.core.audit.actor import Actor
from plateward.core.audit.leaf import Leaf
from plateward.core.audit.models import AuditEntry
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.people import days
from plateward.people.access import actions, standing
from plateward.people.access.models import Access
from plateward.people.models import Person
from plateward.people.notices.models import Notice
from plateward.people.permissions import Role
from plateward.people.testing import acting, person, signed_in

pytestmark = pytest.mark.django_db
ASKED = {"person": "ada", "role": "officer", "unit": "Unit 14", "supervisor": "", "reason": "Patrol."}


def transfer(requester: str = "gloria", **more: str) -> Access:
    """Ada's request, waiting."""
    person("ada")
    answer = signed_in(person(requester)).post("/access/ask/", ASKED | more)
    assert answer.status_code == 302, answer.content.decode()
    return Access.objects.get(decision="")


def decide(client: Client, access: Access, decision: str, reason: str = "") -> str:
    given = {"request": access.pk, "decision": decision, "reason": reason}
    return str(client.post("/access/waiting/decide/", given, follow=True).content.decode())


@pytest.mark.clause("AC-2/approval", "5.d/account", "6.b.i.8/matrix")
def test_a_transfer_waits_is_approved_by_another_and_ends_what_was_before(
    recorded: Callable[[str], Leaf],
) -> None:
    carla, hector = person("carla"), person("hector")
    ada = person("ada", supervisor=carla)
    access = transfer("carla", supervisor=str(hector.pk))
    ada.refresh_from_db()
    assert (str(ada.unit), ada.supervisor) == ("Unit 12", carla)
    assert "Officer or agent: approved." in decide(signed_in(hector), access, "approve")
    ada.refresh_from_db()
    assert (str(ada.unit), ada.supervisor) == ("Unit 14", hector)
    before, now = ada.accesses.all()
    assert before.ends == now.begins
    assert (before.ended_by, now.decided_by, now.requested_by) == (
        "person:hector",
        "person:hector",
        "person:carla",
    )
    assert recorded("access.approve").details["ended"] == 1
    assert standing.standing_of(ada).authorized


@pytest.mark.both_databases
@pytest.mark.clause("AC-2/told")
def test_both_supervisors_and_the_administrators_are_told_of_a_transfer() -> None:
    person("gloria")
    ada = person("ada", supervisor=person("carla"))
    access = transfer("carla", supervisor=str(person("hector").pk))
    actions.approve_request(acting("hector"), access)
    texts = {
        notice.to.username: notice.text
        for notice in Notice.objects.filter(about=f"people.person:{ada.pk}").exclude(
            text__contains="you requested"
        )
    }
    assert texts.keys() == {"carla", "gloria"}  # Hector has done it himself
    assert "from Officer or agent, Unit 12, under Carla Chavez to" in texts["gloria"]
    with clock.set_to(clock.now() + timedelta(hours=25)):
        late = signed_in(person("gloria")).get("/access/notices/").content
    assert b"Carla Chavez</strong>: Ada Archuleta is transferred" in late


@pytest.mark.clause("AC-2/approval", "6.b.i.8/scope")
@pytest.mark.parametrize(("subject", "requester", "decider", "message"), [
    ("gloria", "carla", "gloria", "You cannot approve your own access."),
    ("ada", "gloria", "gloria", "You requested this access."),
    ("gloria", "gloria", "gloria", "You cannot approve your own access."),
])  # fmt: skip
def test_nobody_decides_their_own_access_nor_what_they_asked_for(
    subject: str, requester: str, decider: str, message: str, recorded: Callable[[str], Leaf]
) -> None:
    who = person(subject)
    access = Access.objects.create(
        person=who, role="officer", reason="Patrol.", requested_by=f"person:{requester}"
    )
    client = signed_in(person(decider))
    assert message in client.get("/access/waiting/").content.decode()
    assert f'name="request" value="{access.pk}"' not in client.get("/access/waiting/").content.decode()
    for decision in ("approve", "deny"):
        assert message in decide(client, access, decision, "No.")
    assert Access.objects.get(pk=access.pk).decision == ""
    assert recorded("access.deny").clause == "AC-2"


@pytest.mark.clause("AC-2/approval")
def test_a_denial_says_why_and_the_requester_is_told() -> None:
    access = transfer()
    hector = signed_in(person("hector"))
    assert "denial has no reason" in decide(hector, access, "deny", " ")
    decide(hector, access, "deny", "No post is free.")
    access.refresh_from_db()
    assert (access.decision, access.begins) == ("denied", None)
    assert "denied by Hector Herrera: No post is free." in Notice.objects.get(to__username="gloria").text
    assert "already decided" in decide(hector, access, "approve")
    assert standing.standing_of(person("ada")).authorized


@pytest.mark.clause("AC-2/approval", "5.d/account", "6.b.i.8/scope")
def test_many_are_approved_together_each_by_its_own_record_but_for_what_a_rule_refuses() -> None:
    gloria, hector = person("gloria"), person("hector")
    newcomers = [person("ada"), person("ben"), person("jack")]
    asked = [
        Access.objects.create(person=who, role=role, reason="Patrol.", requested_by=by)
        for who, role, by in [
            (newcomers[0], "officer", "person:hector"),
            (newcomers[1], "officer", "person:hector"),
            (newcomers[2], "chief", "person:hector"),  # no designation
            (gloria, "officer", "person:hector"),
            (hector, "officer", "person:gloria"),  # her own request
        ]
    ]
    client = signed_in(gloria)
    page = client.get("/access/waiting/").content.decode()
    assert [f'name="request" value="{access.pk}"' in page for access in asked] == [
        True,
        True,
        True,
        False,
        False,
    ]
    given = {
        "request": [*(access.pk for access in asked), "x", 10**9],
        "decision": "approve",
        "reason": "Class 12",
    }
    answer = client.post("/access/waiting/decide/", given)
    page = answer.content.decode()
    assert (answer.status_code, "2 requests: approved." in page) == (409, True)
    assert "Not approved: 3" in page
    for access, why in zip(
        asked[2:],
        ["no designation in force", "cannot approve your own access", "You requested this access"],
        strict=True,
    ):
        assert re.search(f"<strong>{access}</strong>: [^<]*{why}", page)
    assert [access.decision for access in Access.objects.filter(pk__in=[access.pk for access in asked])] == [
        *("approved", "approved", "", "", "")
    ]
    logged = AuditEntry.objects.filter(event="access.approve", actor_id="gloria")
    assert [(entry.object, entry.outcome) for entry in logged] == [
        (f"person:{access.person.username}", outcome)
        for access, outcome in zip(asked, ["done"] * 2 + ["refused"] * 3, strict=True)
    ]
    assert (
        "Select the requests first"
        in client.post("/access/waiting/decide/", {"decision": "deny"}).content.decode()
    )


@pytest.mark.clause("AC-2/approval", "6.b.i.8/scope")
def test_a_supervisor_asks_for_their_own_people_alone() -> None:
    person("ada", supervisor=person("dario", role=Role.SUPERVISOR))
    carla = signed_in(person("carla"))
    answer = carla.post("/access/ask/", ASKED)
    assert answer.status_code == 409
    assert b"Ada Archuleta is not below you in the chain of command." in answer.content
    assert not Access.objects.filter(decision="").exists()
    newcomer = Person.objects.create(
        username="zoe", full_name="Zoe Zamora", badge="9", sworn=True, employed_since=days.today()
    )
    assert carla.post("/access/ask/", ASKED | {"person": "zoe"}).status_code == 409
    mine = {"person": "zoe", "supervisor": str(person("carla").pk)}
    assert carla.post("/access/ask/", ASKED | mine).status_code == 302
    assert newcomer.accesses.get().supervisor == person("carla")


def test_a_loop_in_the_chain_of_command_is_refused_when_asked_and_when_approved() -> None:
    carla = person("carla")
    dario = person("dario", role=Role.SUPERVISOR, supervisor=carla)
    gloria, hector = acting("gloria"), acting("hector")
    for person_, above in ((carla, dario), (carla, carla)):
        with pytest.raises(Refused, match="above themselves"):
            actions.request_access(
                gloria, person_, actions.RequestedAccess(Role.SUPERVISOR, "Leads.", supervisor=above)
            )
    free = person("hector")
    access = actions.request_access(
        gloria, free, actions.RequestedAccess(Role.CHIEF, "Leads.", supervisor=dario)
    )
    Person.objects.filter(pk=carla.pk).update(supervisor=free)  # in the meantime
    with pytest.raises(Refused, match="above themselves"):
        actions.approve_request(Actor("person", "iris", "Iris Ilfeld"), access)
    with pytest.raises(Refused, match="command line"):
        actions.approve_request(Actor("system", "root", "root"), access)
    assert hector.id == "hector"


@pytest.mark.clause("AC-2/approval")
@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        ({"person": "nobody"}, 422, "There is no badge number or username “nobody”."),
        ({"reason": " "}, 422, "Fill in “Duties that need it”."),
        ({"reason": "x" * 401}, 422, "to 400 characters; it has 401"),
        ({"role": "boss"}, 422, "Choose one of the options"),
        ({"supervisor": "999999"}, 422, "Choose one of the options"),
        ({"unit": "U" * 41}, 422, "to 40 characters; it has 41"),
    ],
)
def test_what_cannot_be_asked_is_told_and_what_was_typed_stays(
    given: dict[str, str], status: int, message: str
) -> None:
    person("ada")
    answer = signed_in(person("gloria")).post("/access/ask/", ASKED | given)
    assert answer.status_code == status
    assert message in answer.content.decode()
    assert (ASKED | given)["unit"] in answer.content.decode()
    assert not Access.objects.filter(decision="").exists()


@pytest.mark.clause("AC-2/approval")
def test_a_second_request_waits_for_the_first() -> None:
    transfer()
    answer = signed_in(person("gloria")).post("/access/ask/", ASKED)
    assert answer.status_code == 409
    assert b"already has a pending re" in answer.content


@pytest.mark.clause("6.e.i/own", "AC-2/approval", "5.d/account")
def test_a_newcomer_gets_an_account_at_once_and_access_only_by_another(
    recorded: Callable[[str], Leaf],
) -> None:
    gloria = signed_in(person("gloria"))
    given = {
        "username": "Zoe",
        "full_name": "Zoe Zamora",
        "badge": "99",
        "sworn": "on",
        "employed_since": str(days.today()),
        "role": "officer",
        "reason": "Patrol.",
    }
    answer = gloria.post("/access/new/", given)
    zoe = Person.objects.get(username="zoe")
    assert zoe.role == ""
    assert zoe.accesses.get().decision == ""
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert zoe.check_password(password)
    assert password not in repr(recorded("access.request"))
    again = gloria.post("/access/new/", given | {"badge": "100"})
    assert "username is taken" in again.content.decode()
    assert 'value="Zoe Zamora"' in again.content.decode()
    assert not Person.objects.filter(badge="100").exists()


@pytest.mark.both_databases
@pytest.mark.clause("6.c.i.2/sworn", "5.d/account")
def test_the_role_of_an_officer_is_asked_for_and_approved_for_the_sworn_alone(
    recorded: Callable[[str], Leaf],
) -> None:
    ada, gloria = person("ada", sworn=False), signed_in(person("gloria"))
    answer = gloria.post("/access/ask/", ASKED)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "no oath as an officer is on record for Ada Archuleta" in page
    assert "6.c.i.2" in page
    assert recorded("access.request").clause == "6.c.i.2"
    assert gloria.post("/access/ask/", ASKED | {"role": "supervisor"}).status_code == 302
    Access.objects.filter(decision="").update(decision="denied")

    Person.objects.filter(pk=ada.pk).update(sworn=True)
    access = transfer()
    Person.objects.filter(pk=ada.pk).update(agency="CO0000000")
    assert "another agency is on record for Ada Archuleta" in decide(
        signed_in(person("hector")), access, "approve"
    )
    assert Access.objects.get(pk=access.pk).decision == ""


@pytest.mark.clause("6.c.i.2/sworn")
def test_an_officer_whose_oath_is_corrected_away_works_no_more_and_again_once_it_is_back() -> None:
    ada, gloria = person("ada"), signed_in(person("gloria"))
    assert standing.standing_of(ada).authorized
    corrected = {"full_name": ada.full_name, "rank": ada.rank, "badge": ada.badge, "agency": ""}
    corrected["employed_since"] = str(ada.employed_since)
    assert gloria.post(f"/people/{ada.pk}/edit/", corrected).status_code == 302
    assert [lack.clause for lack in standing.standing_of(ada).missing] == ["6.c.i.2"]
    assert gloria.post(f"/people/{ada.pk}/edit/", corrected | {"sworn": "on"}).status_code == 302
    assert standing.standing_of(ada).authorized


@pytest.mark.clause("AC-2/approval")
def test_who_asked_withdraws_it_while_nobody_has_decided_and_may_ask_anew(
    recorded: Callable[[str], Leaf],
) -> None:
    access, gloria = transfer(), signed_in(person("gloria"))
    where = f"/access/waiting/{access.pk}/withdraw/"
    assert where in gloria.get("/access/ask/").content.decode()
    assert where in gloria.get("/access/waiting/").content.decode()
    assert where not in signed_in(person("hector")).get("/access/waiting/").content.decode()
    page = gloria.post(where, follow=True).content.decode()
    assert "Ada Archuleta as Officer or agent: withdrawn." in page
    assert "Withdrawn by you" in page
    assert recorded("access.withdraw").object == "person:ada"
    assert "already decided" in decide(signed_in(person("hector")), access, "approve")
    assert (
        "Withdrawn: access as Officer or agent" in gloria.get(f"/people/{access.person_id}/").content.decode()
    )
    assert standing.standing_of(person("ada")).authorized
    assert transfer().pk != access.pk


@pytest.mark.clause("AC-2/approval")
@pytest.mark.parametrize(("who", "decided", "message"), [
    ("carla", "", "You did not request this access."),
    ("gloria", "approve", "This request was already decided."),
])  # fmt: skip
def test_nobody_withdraws_what_another_asked_for_or_what_is_decided(
    who: str, decided: str, message: str
) -> None:
    access = transfer()
    if decided:
        decide(signed_in(person("hector")), access, decided)
    answer = signed_in(person(who)).post(f"/access/waiting/{access.pk}/withdraw/", follow=True)
    assert message in answer.content.decode()
    assert Access.objects.get(pk=access.pk).decision == ("approved" if decided else "")
