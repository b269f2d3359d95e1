"""Making accounts: named, one each, recorded."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from typer.testing import CliRunner

from plateward.audit.who import Who
from plateward.people import actions, cli
from plateward.people.actions import AccountError
from plateward.people.models import Person
from plateward.people.permissions import Role
from plateward.people.testing import person

pytestmark = pytest.mark.django_db
SYSTEM = Who("system", "test", "Test")


@pytest.mark.clause("6.e.i", "AC-6")
def test_an_account_is_made_and_recorded(recorded) -> None:  # type: ignore[no-untyped-def]
    carla = person("carla")
    ada, password = actions.create_person(
        SYSTEM, "Ada", "Ada Archuleta", Role.OFFICER, badge="1201", unit="12", supervisor=carla
    )
    assert ada.username == "ada"
    assert ada.check_password(password)
    assert ada.must_change_password
    entry = recorded("person.create")
    assert entry.object == "person:ada"
    assert password not in repr(entry)


@pytest.mark.clause("6.e.i", "IA-5.passwords")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"username": "ADA"}, "username is taken"),
        ({"badge": "badge-ada"}, "badge number is another"),
        ({"username": "b"}, "begins with a letter"),
        ({"full_name": ""}, "blank"),
        ({"password": "plateau"}, "too short"),
        ({"password": "password1"}, "too common"),
    ],
)
def test_it_rejects_what_is_taken_or_weak_and_says_so(changed: dict[str, str], told: str) -> None:
    person("ada")
    given = {
        "username": "ben",
        "full_name": "Ben Begay",
        "badge": "14",
        "password": "bosque-trails-77",
    } | changed
    with pytest.raises(AccountError, match=told):
        actions.create_person(SYSTEM, role=Role.OFFICER, **given)
    assert Person.objects.count() == 1


@pytest.mark.clause("6.e.i")
def test_the_database_itself_refuses_a_second_spelling_and_an_unknown_role() -> None:
    ada = person("ada")
    for changed in ({"username": "Ada"}, {"role": "chief"}, {"supervisor_id": ada.pk}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=ada.pk).update(**changed)


@pytest.mark.clause("6.i.i", "IA-5.codes")
def test_the_secret_of_a_second_factor_is_sealed() -> None:
    actions.enrol_totp(SYSTEM, person("ada"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert "JBSWY3DP" not in Authenticator.objects.get().data["secret"]


@pytest.mark.clause("6.e.i")
def test_the_command_makes_an_account_and_prints_its_first_password() -> None:
    asked = [
        "create",
        "ben",
        "--name",
        "Ben Begay",
        "--badge",
        "14",
        "--role",
        "officer",
        "--unit",
        "14",
    ]
    result = CliRunner().invoke(cli.app, asked)
    assert result.exit_code == 0, result.output
    assert Person.objects.get(username="ben").check_password(result.output.strip())
    assert CliRunner().invoke(cli.app, ["create", "cid", "--role", "chief"]).exit_code == 2
