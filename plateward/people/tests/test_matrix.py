"""The permission matrix on the page and from the command."""

import json

import pytest
from django.utils.html import escape
from typer.testing import CliRunner

from plateward.people.commands import cli
from plateward.people.matrix import PERMISSION_TEXTS, permission_lines
from plateward.people.permissions import ROLE_PERMISSIONS, Permission, Role
from plateward.people.routes import ROUTES
from plateward.people.testing import person, signed_in


@pytest.mark.clause("6.b.i.8", "6.c.i.1", "6.c.i.2", "6.c.i.3", "6.c.i.4", "6.c.i.5", "6.c.ii")
def test_it_shows_every_role_and_every_permission_of_the_table() -> None:
    pairs = {(line.permission, role) for line in permission_lines() for role in line.roles}
    assert pairs == {(permission, role) for role in Role for permission in ROLE_PERMISSIONS[role]}
    assert {line.permission for line in permission_lines()} == set(Permission) == set(PERMISSION_TEXTS)


@pytest.mark.clause("6.b.i.8")
def test_it_names_every_route_behind_a_permission() -> None:
    count = sum(isinstance(needs, Permission) for needs in ROUTES.values())
    assert sum(len(line.routes) for line in permission_lines()) == count
    image = next(line for line in permission_lines() if line.permission is Permission.IMAGE_VIEW)
    assert any(route.startswith("/reads/") for route in image.routes)


@pytest.mark.django_db
@pytest.mark.clause("6.b.i.8")
@pytest.mark.one_database
def test_the_page_and_the_command_tell_the_same() -> None:
    page = signed_in(person("gloria")).get("/people/matrix/").content.decode()
    report = json.loads(CliRunner().invoke(cli.app, ["matrix", "--json"]).stdout)
    assert set(report["roles"]) == {role.value for role in Role}
    for line in report["permissions"]:
        assert escape(line["description"]) in page
    assert "Record an offense: ALPR administrator" in CliRunner().invoke(cli.app, ["matrix"]).output
