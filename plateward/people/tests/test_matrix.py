"""The permission matrix on the page and from the command."""

import json

import pytest
from django.utils.html import escape
from typer.testing import CliRunner

from plateward.people.commands import cli
from plateward.people.matrix import addresses_by_permission
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.routes import ROUTES
from plateward.people.testing import person, signed_in


@pytest.mark.clause(
    "6.b.i.8/matrix", "6.c.i.1/role", "6.c.i.2/sworn", "6.c.i.3/role", "6.c.i.4/role", "6.c.i.5/role"
)
def test_it_shows_every_role_and_every_permission_of_the_table() -> None:
    pairs = {(permission, role) for permission in addresses_by_permission() for role in permission.roles}
    assert pairs == {(permission, role) for role in Role for permission in ROLE_PERMISSIONS[role]}
    assert list(addresses_by_permission()) == list(Permission)
    assert all(permission.label for permission in Permission)


@pytest.mark.clause("6.b.i.8/matrix")
def test_it_names_every_route_behind_a_permission() -> None:
    count = sum(isinstance(needs, Permission) for needs in ROUTES.values())
    assert sum(map(len, addresses_by_permission().values())) == count
    assert any(route.startswith("/reads/") for route in addresses_by_permission()[Permission.IMAGE_VIEW])


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.8/matrix")
def test_the_page_and_the_command_tell_the_same() -> None:
    page = signed_in(person("gloria")).get("/people/matrix/").content.decode()
    report = json.loads(CliRunner().invoke(cli.app, ["matrix", "--json"]).stdout)
    assert set(report["roles"]) == {role.value for role in Role}
    for line in report["permissions"]:
        assert escape(line["description"]) in page
    assert "Record an offense: ALPR administrator" in CliRunner().invoke(cli.app, ["matrix"]).output
