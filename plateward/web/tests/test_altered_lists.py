"""Who writes the database alters rows past the hub. Each list shows the others, and says how many are missing; what
acts, and what leaves as a file, stops as before."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import BinaryField
from django.test import Client
from django.urls import reverse

from plateward.core.db.broken import note_broken
from plateward.core.db.fields import sealed_fields
from plateward.field.fleet.malfunctions.models import Malfunction
from plateward.field.hotlists.requests.models import Request, Version
from plateward.people.models import Person
from plateward.people.permissions import ROLE_PERMISSIONS, Role
from plateward.people.proofs import by_token, may_give_file
from plateward.people.route_rules import SignInStage
from plateward.people.routes import ROUTES
from plateward.people.testing import person, signed_in
from plateward.testing.emptying import past_the_hub, without_checks, write
from plateward.testing.routes import routes
from plateward.testing.undoing import undone
from plateward.web.tests.objects import World, world

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.j.i/proven")]
NOTICE = b"altered past the hub"
SEALED = {model for model in apps.get_models() if sealed_fields(model)}
VIEWERS = ("ada", "carla", "gloria", "hector", "nora", "elena", "iris", "lena", "marco", "frank", "dario")
# Where a row of each is shown among others of its kind, and to whom.
SHOWN = {
    "alerts.Disposition": ("carla", "closing:to_review"),
    "alerts.Override": ("carla", "overrides:index"),
    "alerts.Share": ("ben", "alerts:queue"),
    "evidence.RequestedPackage": ("ada", "packages:index"),
    "fleet.Malfunction": ("gloria", "malfunctions:index"),
    "hotlists.Feed": ("gloria", "hotlists:feeds"),
    "hotlists.Version": ("ada", "requests:mine"),
    "oversight.Breach": ("hector", "breaches:index"),
    "oversight.Finding": ("carla", "findings:index"),
    "oversight.Investigation": ("hector", "investigations:index"),
    "people.AgencyRequest": ("carla", "agencies:index"),
    "people.Offense": ("carla", "penalties:index"),
    "retention.Hold": ("carla", "retention:holds"),
    "searches.Search": ("ada", "searches:own"),
}


def break_seals(model: type[models.Model], *, but: Any = None) -> None:
    """As somebody leaves them who has no key: all rows of a model, or those that are not `but`."""
    table, primary = model._meta.db_table, model._meta.pk
    with past_the_hub(table), without_checks(table), connection.cursor() as cursor:
        for sealed in (field.column for field in sealed_fields(model)):
            cursor.execute(f"SELECT {primary.column}, {sealed} FROM {table} WHERE {sealed} IS NOT NULL")
            for key, content in cursor.fetchall():
                if key != but:
                    altered = bytes(content)[:-1] + bytes([bytes(content)[-1] ^ 1])
                    where = f"WHERE {primary.column} = %s"
                    write(f"UPDATE {table} SET {sealed} = %s {where}", _binary(altered), key)


def _binary(content: bytes) -> Any:
    return BinaryField().get_db_prep_value(content, connection)


def client_of(made: World, name: str) -> Client:
    client = signed_in(made.people[name])
    client.raise_request_exception = False
    return client


def lists() -> list[tuple[str, str, str]]:
    """Each page that lists records with one who may open it, and its address."""
    roles = {name: ROLE_PERMISSIONS[Role(person(name).role)] for name in VIEWERS}
    open_to = {
        route: [name for name in VIEWERS if isinstance(needs, SignInStage) or needs in roles[name]]
        for route, needs in ROUTES.items()
        if needs not in (SignInStage.PUBLIC, SignInStage.BANNER, SignInStage.BEFORE_LOGIN)
    }
    return [
        (route.name, name, route.path)
        for route in routes()
        if not route.converters and not by_token(route.name) and not may_give_file(route.name)
        and not route.name.startswith(("account_", "mfa_")) and not route.name.endswith(":stream")
        for name in open_to.get(route.name, [])[:1]
    ]  # fmt: skip


def test_no_list_is_closed_by_rows_of_any_kind_that_it_shows() -> None:
    made = world()
    clients = {name: client_of(made, name) for name in VIEWERS}
    for model in SEALED - {Person}:  # those who look stay who they are
        break_seals(model)
    for route, name, path in lists():
        assert clients[name].get(path).status_code < 500, (route, name)


def test_a_list_says_what_it_leaves_out() -> None:
    made = world()
    for label, (name, route) in SHOWN.items():
        model, client = apps.get_model(label), client_of(made, name)
        before = client.get(reverse(route)).content
        assert NOTICE not in before, label
        with undone():
            break_seals(model)
            answer = client.get(reverse(route))
        assert (answer.status_code, NOTICE in answer.content) == (200, True), label


def first_of(made: World, *names: str) -> list[Version]:
    """What was requested for these lists."""
    keys = [made.named["request"][name]["pk"] for name in names]
    return list(Version.objects.filter(request__in=keys).order_by("pk"))


def test_the_others_are_there_and_what_to_do_is_said() -> None:
    made = world()
    (kept,) = first_of(made, "open")
    with undone():
        break_seals(Version, but=kept.pk)
        page = client_of(made, "ada").get(reverse("requests:mine")).content.decode()
    shown = {name for name, of in made.named["request"].items() if reverse("requests:own", kwargs=of) in page}
    assert shown == {"open"}
    assert "3 records are not shown: they were altered past the hub" in page
    assert reverse("breaches:report") in page
    assert reverse("integrity:index") not in page  # she may not open it


def test_the_records_own_page_whatever_acts_on_it_and_a_file_stop_as_before() -> None:
    made = world()
    (version,) = first_of(made, "open")
    ada, carla, gloria = (client_of(made, name) for name in ("ada", "carla", "gloria"))
    with undone():
        break_seals(Version)
        for page in (
            ada.get(reverse("requests:own", args=[version.request_id])),
            carla.get(reverse("requests:review", args=[version.request_id])),
            carla.post(
                reverse("requests:review", args=[version.request_id]), {"approve": "yes", "text": "Yes."}
            ),
        ):
            assert page.status_code == 500
            assert b"A stored record was altered" in page.content
        request = Request.objects.get(pk=version.request_id)
        assert (request.state, request.entry) == (Request.State.WAITING, None)
    with undone():
        break_seals(Malfunction)
        shown = gloria.get(reverse("compliance:index")).content.decode()
        assert f'<a href="{reverse("integrity:index")}">Integrity</a> says what the log has of' in shown
        file = gloria.get(reverse("compliance:export", args=["json"]))
        assert (file.status_code, b"A stored record was altered" in file.content) == (500, True)


def test_a_page_that_cannot_be_made_of_the_others_says_which_record_was_altered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        note_broken(Version(pk=3))
        raise KeyError(3)

    monkeypatch.setattr("plateward.web.home.waiting_lines", fail)
    client = signed_in(person("ada"))
    client.raise_request_exception = False
    page = client.get("/")
    assert (page.status_code, b"not as the hub stored it: version 3" in page.content) == (500, True)
