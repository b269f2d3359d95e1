"""The API's pages: tokens are made after a proof, shown once, listed and revoked; the reference loads nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from plateward.ground import clock
from plateward.ground.reasons.purposes import PURPOSES
from plateward.people.models import Person, SignIn
from plateward.people.notices.models import Notice
from plateward.people.testing import bearer, person, signed_in
from plateward.people.tokens.actions import PREFIX
from plateward.people.tokens.models import ApiToken
from plateward.people.tokens.rules import ACTIVE_AT_MOST
from plateward.work.searches.api.operations import api

pytestmark = pytest.mark.django_db
FORM = {"name": "Workbench", "purpose": "felony", "number": "2026-00412", "days": "30"}
TEXT = re.compile(PREFIX + r"[\w-]{43}")


@pytest.fixture
def ada() -> Person:
    return person("ada")


def made(browser: Client, **changed: str) -> Any:
    return browser.post("/searches/api/tokens/make", FORM | changed)


@pytest.mark.clause("6.c.ii.1/all", "6.a.i.1/every", "6.b.i.9/entries")
def test_a_token_is_shown_once_and_works(ada: Person, recorded: Any) -> None:
    browser = signed_in(ada)
    text = TEXT.search(made(browser).content.decode())
    assert text
    answer = Client().get("/api/v1/token", headers={"authorization": f"Bearer {text[0]}"})
    assert answer.json()["purpose"] == "felony"
    assert answer.json()["number"] == "2026-00412"
    listing = browser.get("/searches/api/tokens/").content.decode()
    assert "Workbench" in listing
    assert not TEXT.search(listing)
    assert text[0] not in str(recorded("token.make"))


@pytest.mark.clause("6.c.ii.1/all", "IA-2/machines")
def test_a_password_proof_makes_no_token(ada: Person) -> None:
    browser = signed_in(ada)
    with clock.set_to(clock.now() + timedelta(minutes=11)):
        SignIn.objects.update(proved_at=clock.now(), seen_at=clock.now())  # by password
        answer = made(browser)
    assert answer.status_code == 401
    assert b"second factor" in answer.content
    assert b'value="Workbench"' in answer.content  # the form comes along
    assert not ApiToken.objects.exists()


@pytest.mark.clause("6.a.i.1/purposes")
@pytest.mark.parametrize(
    "changed", [{"purpose": "immigration"}, {"number": "0000"}, {"days": "31"}, {"name": "x" * 61}]
)
def test_a_token_for_what_is_no_purpose_case_or_time_is_not_made(
    ada: Person, changed: dict[str, str]
) -> None:
    assert made(signed_in(ada), **changed).status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.clause("6.a.i.2/own")
def test_a_person_has_few_tokens(ada: Person) -> None:
    for _ in range(ACTIVE_AT_MOST):
        bearer(ada)
    answer = made(signed_in(ada))
    assert answer.status_code == 409
    assert "6.a.i.2" in answer.content.decode()


@pytest.mark.both_databases
@pytest.mark.clause("6.a.i.2/own", "6.b.i.8/scope", "6.b.i.9/entries")
def test_its_person_and_the_administrator_revoke_a_token_and_nobody_else(ada: Person, recorded: Any) -> None:
    bearer(ada)
    token = ApiToken.objects.get()
    assert signed_in(person("ben")).post(f"/searches/api/tokens/{token.pk}/revoke").status_code == 404
    gloria = signed_in(person("gloria"))
    assert "Ada Archuleta" in gloria.get("/searches/api/tokens/all/").content.decode()
    gloria.post(f"/searches/api/tokens/all/{token.pk}/end")
    assert recorded("token.revoke").actor_id == "gloria"
    assert Notice.objects.filter(to=ada, text__contains="Gloria Gallegos revoked").exists()
    token.refresh_from_db()
    assert token.revoked_by == "person:gloria"
    browser = signed_in(ada)
    bearer(ada)
    assert browser.post(f"/searches/api/tokens/{ApiToken.objects.latest('pk').pk}/revoke").status_code == 302
    assert not ApiToken.objects.filter(revoked_at=None).exists()


def test_the_reference_names_every_operation_and_loads_nothing_from_elsewhere(ada: Person) -> None:
    browser = signed_in(ada)
    page = browser.get("/searches/api/")
    text = page.content.decode()
    assert all(path in text for path in api.get_openapi_schema(path_prefix="/api/v1/")["paths"])
    loaded = re.findall(r'(?:src|href|action)="([^"]*)"', text)
    assert loaded
    assert all(address.startswith(("/", "#", "data:")) and not address.startswith("//") for address in loaded)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert "unsafe" not in page["Content-Security-Policy"]
    assert browser.get("/searches/api/openapi.json").json()["openapi"].startswith("3.")


@pytest.mark.clause("6.a.i.1/purposes")
def test_the_form_offers_every_purpose(ada: Person) -> None:
    text = signed_in(ada).get("/searches/api/tokens/").content.decode()
    assert all(f'value="{code}"' in text for code in PURPOSES)
