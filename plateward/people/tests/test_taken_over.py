"""Every view from allauth was reviewed, is listed here with its methods, and accepts nothing else."""

import inspect
from itertools import cycle

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from plateward.people.testing import give_recovery_codes, person, signed_in
from plateward.testing.routes import routes

# Reviewed with allauth 65.21. GET changes nothing except in `mfa_view_recovery_codes`, which is shown once.
READ = {
    "account_inactive": {"GET"},
    "account_login": {"GET", "POST"},
    "account_logout": {"GET", "POST"},
    "mfa_authenticate": {"GET", "POST"},
    "mfa_edit_webauthn": {"GET", "POST"},
    "mfa_index": {"GET"},
    "mfa_list_webauthn": {"GET"},
    "mfa_login_webauthn": {"GET", "POST"},
    "mfa_view_recovery_codes": {"GET"},
}
# Ours, built on allauth's: people/sign_in/views_factors.py.
EXTENDED = {
    "account_change_password": {"GET", "POST"},
    "mfa_activate_totp": {"GET", "POST"},
    "mfa_add_webauthn": {"GET", "POST"},
    "mfa_generate_recovery_codes": {"GET", "POST"},
}
OTHERS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "put")


def lineage(view: object) -> set[str]:
    """The packages that a view, or the class behind it, comes from."""
    own = inspect.unwrap(view)  # type: ignore[arg-type]
    kind = getattr(own, "view_class", None) or getattr(view, "view_class", None)
    made_of = [base.__module__ for base in kind.__mro__] if kind else [own.__module__]
    return {name.partition(".")[0] for name in made_of}


@pytest.mark.clause("6.c.ii.1/all")
def test_every_view_of_allauth_is_read() -> None:
    assert {route.name for route in routes() if "allauth" in lineage(route.view)} | {
        "account_change_password"  # a function that delegates
    } == set(READ) | set(EXTENDED)


@pytest.mark.clause("6.c.ii.1/all", "IA-2/people")
@pytest.mark.django_db
@pytest.mark.parametrize("method", [*OTHERS, "HEAD"])
def test_a_view_of_allauth_takes_no_other_method_and_nothing_changes(method: str) -> None:
    ada = person()
    client = signed_in(ada)
    give_recovery_codes(ada)
    key = Authenticator.objects.create(user=ada, type="webauthn", data={"name": "Key 1", "credential": {}})
    before = list(Authenticator.objects.order_by("pk").values_list("pk", "type", "data"))
    for name in {**READ, **EXTENDED, "mfa_deactivate_totp": {}, "mfa_remove_webauthn": {}}:
        route = next(route for route in routes() if route.name == name)
        path = route.path.replace("/7/", f"/{key.pk}/")
        assert client.generic(method, path).status_code == 405, f"{method} {path}"
    assert list(Authenticator.objects.order_by("pk").values_list("pk", "type", "data")) == before


@pytest.mark.clause("6.b.i.8/matrix")
@pytest.mark.django_db
@pytest.mark.usefixtures("unrendered")
def test_no_route_at_all_takes_a_method_that_no_page_uses() -> None:
    client, nobody = signed_in(person("gloria")), Client()
    for route, method in zip(routes(), cycle(OTHERS), strict=False):
        assert client.generic(method, route.path).status_code == 405, f"{method} {route.path}"
        assert nobody.generic("PUT", route.path).status_code == 405, route.path


@pytest.mark.django_db
def test_who_has_no_password_here_has_none_to_change() -> None:
    client = signed_in(person("ada"))
    assert client.get("/account/password/").status_code == 404
    assert b"/account/password/" not in client.get("/account/").content
