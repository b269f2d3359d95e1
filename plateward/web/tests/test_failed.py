"""What a person sees when a page could not be made."""

from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.http import HttpResponse
from django.test import AsyncClient

from plateward.field.reads.store.away import StoreAway
from plateward.ground.policy.decision import Refusal, Refused
from plateward.ground.vault.sealing import SealBroken
from plateward.people.testing import person, signed_in

pytestmark = pytest.mark.django_db


def get(path: str) -> HttpResponse:
    """As the hub responds: on ASGI, with no exception reaching the client."""
    client = AsyncClient(raise_request_exception=False)
    client.cookies = signed_in(person("ada")).cookies
    return cast(HttpResponse, async_to_sync(client.get)(path))


@pytest.fixture
def log_away(monkeypatch: pytest.MonkeyPatch) -> None:
    person("ada")  # recorded while the log is still there

    def broken(*_: object) -> None:
        raise OperationalError("disk I/O error")

    person("ada")  # whose training is logged too
    monkeypatch.setattr("plateward.core.audit.log.insert_entries", broken)


@pytest.mark.clause("6.b.i.10/failure", "AU-5/stops")
@pytest.mark.parametrize("path", ["/alerts/", "/audit/"], ids=["in a view", "in the middleware"])
def test_without_the_log_the_page_says_that_nothing_was_done(log_away: None, path: str) -> None:
    answer = get(path)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "the audit log cannot be written, and every act must be recorded (OPR:50 6.b.i.10)" in page
    assert "disk I/O error" not in page
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr("plateward.web.home.waiting_lines", fail)


@pytest.mark.both_databases
def test_a_store_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, StoreAway("The read store does not answer."))
    answer = get("/")
    assert answer.status_code == 503
    assert "The read store does not answer." in answer.content.decode()


def test_a_refusal_that_no_view_has_shown_is_shown_with_its_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, Refused(Refusal("6.e.iv.3", "The plate is not confirmed.", "Confirm it first.")))
    answer = get("/")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The plate is not confirmed." in page
    assert "6.e.iv.3" in page


@pytest.mark.clause("6.j.i/proven")
def test_a_record_that_was_altered_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, SealBroken("Search 12 is not as the hub stored it."))
    answer = get("/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Search 12 is not as the hub stored it." in page
    assert "Report a breach of security" in page


def test_any_other_failure_tells_nothing_of_its_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, RuntimeError("ABC123"))
    answer = get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()
    assert "ABC123" not in answer.content.decode()
