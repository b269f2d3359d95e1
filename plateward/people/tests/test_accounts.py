"""Making accounts: named, one each, recorded."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from typer.testing import CliRunner

from plateward.core.audit.actor import Actor
from plateward.ground.policy.decision import Refused
from plateward.people import actions
from plateward.people.actions import AccountError
from plateward.people.commands import cli
from plateward.people.models import Person
from plateward.people.testing import person

pytestmark = pytest.mark.django_db
SYSTEM = Actor("system", "test", "Test")


@pytest.mark.clause("6.e.i/own", "AC-6/logged")
def test_an_account_is_made_and_recorded(recorded) -> None:  # type: ignore[no-untyped-def]
    ada, password = actions.create_person(SYSTEM, "Ada", "Ada Archuleta", badge="1201", rank="Agent")
    assert ada.username == "ada"
    assert ada.check_password(password)
    assert ada.must_change_password
    entry = recorded("person.create")
    assert entry.object == "person:ada"
    assert password not in repr(entry)


@pytest.mark.clause("6.e.i/own", "IA-5.passwords/checked")
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"username": "ADA"}, "username is taken"),
        ({"badge": "badge-ada"}, "badge number belongs to another"),
        ({"username": "b"}, "begins with a letter"),
        ({"full_name": ""}, "blank"),
        ({"password": "plateau"}, "too short"),
        ({"password": "password1"}, "too common"),
    ],
)
def test_it_rejects_what_is_taken_or_weak_and_says_so(changed: dict[str, str], message: str) -> None:
    person("ada")
    given = {
        "username": "ben",
        "full_name": "Ben Begay",
        "badge": "14",
        "password": "bosque-trails-77",
    } | changed
    with pytest.raises(AccountError, match=message):
        actions.create_person(SYSTEM, **given)
    assert Person.objects.count() == 1


@pytest.mark.both_databases
@pytest.mark.clause("6.e.i/own")
def test_the_database_itself_refuses_a_second_spelling_and_an_unknown_role() -> None:
    ada = person("ada")
    for changed in ({"username": "Ada"}, {"role": "boss"}, {"supervisor_id": ada.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=ada.pk).update(**changed)


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes", "IA-5.codes/strong")
def test_the_secret_of_a_second_factor_is_sealed() -> None:
    actions.enroll_totp(SYSTEM, person("ada"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert "JBSWY3DP" not in Authenticator.objects.get().data["secret"]


@pytest.mark.clause("6.e.i/own")
def test_the_command_makes_an_account_without_access_and_prints_its_first_password() -> None:
    result = CliRunner().invoke(cli.app, ["create", "ben", "--name", "Ben Begay", "--badge", "14"])
    assert result.exit_code == 0, result.output
    ben = Person.objects.get(username="ben")
    assert ben.check_password(result.output.strip())
    assert not ben.accesses.exists()


@pytest.mark.clause("AC-2/approval", "5.d/account")
def test_a_role_given_at_the_command_line_is_a_request_that_waits() -> None:
    person("carla")
    arguments = ["create", "ben", "--name", "Ben Begay", "--badge", "14", "--sworn", "--role", "officer"]
    arguments += ["--employed-since", "2020-01-06"]
    result = CliRunner().invoke(
        cli.app, [*arguments, "--unit", "Unit 14", "--supervisor", "carla", "--reason", "Patrol"]
    )
    assert result.exit_code == 0, result.output
    waits = Person.objects.get(username="ben").accesses.get()
    assert (waits.decision, waits.role, str(waits.unit)) == ("", "officer", "Unit 14")
    with pytest.raises(Refused, match="has no reason"):
        CliRunner().invoke(
            cli.app, [*arguments[:1], "cid", *arguments[2:5], "15", *arguments[6:]], catch_exceptions=False
        )
    assert not Person.objects.filter(username="cid").exists()
    assert CliRunner().invoke(cli.app, ["create", "cid", "--role", "boss"]).exit_code == 2
    assert (
        CliRunner().invoke(cli.app, ["create", "cid", "--name", "C", "--badge", "9", "--unit", "U"]).exit_code
        == 2
    )
