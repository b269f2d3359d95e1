"""No person sees the browser's own error page."""

import pytest
from django.test import Client

from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Client:
    return signed_in(person("ada"))


def test_an_address_that_takes_a_form_says_so_and_leads_back(ada: Client) -> None:
    answer = ada.get("/alerts/1/confirm", headers={"accept": "text/html"})
    page = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only accepts forms" in page
    assert "Open the page with the form and use its button." in page
    assert 'href="/alerts/1/"' in page
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_page_that_takes_no_form_says_so(ada: Client) -> None:
    answer = ada.post("/alerts/", headers={"accept": "text/html"})
    assert answer.status_code == 405
    assert "This page does not accept that" in answer.content.decode()


def test_a_script_is_told_in_json(ada: Client) -> None:
    answer = ada.get("/alerts/1/confirm", headers={"accept": "application/json"})
    assert answer.status_code == 405
    assert answer.json()["reason"].startswith("This address only accepts forms.")
