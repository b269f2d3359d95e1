"""What tests of all rooms use."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from plateward.audit.leaf import Leaf


@pytest.fixture(scope="session")
def usual_database() -> str:
    """The name of the configured database, before that of the tests takes its place."""
    from django.db import connection

    return str(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(
    usual_database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """And its copy before any test, which the databases of running hubs are copied from."""
    from plateward.testing.migrated import tests_database

    with django_db_blocker.unblock(), tests_database(usual_database), django_db_blocker.block():
        yield


@pytest.fixture
def recorded() -> Callable[[str], Leaf]:
    """The latest entry of an event on the log."""
    from plateward.audit.models import AuditEntry

    def latest(event: str) -> Leaf:
        leaf = AuditEntry.objects.filter(event=event).latest("sequence").leaf
        assert leaf is not None
        return leaf

    return latest


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """For walks over all addresses: who is answered, and how, is decided before a page is rendered, and thousands of
    pages take minutes. web/tests/test_by_itself.py renders every page of every role."""
    from django.template.backends.django import Template

    monkeypatch.setattr(Template, "render", lambda *_, **__: "")


@pytest.fixture
def counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For walks that look for something else: what waits for a person is counted for their first page, not for each of
    hundreds, where it takes a third of the time."""
    from plateward.navigation import Viewer

    answers: dict[Any, Any] = {}

    def ask(viewer: Viewer, question: Callable[[Viewer], Any]) -> Any:
        if (viewer.person.pk, question) not in answers:
            answers[viewer.person.pk, question] = question(viewer)
        return answers[viewer.person.pk, question]

    monkeypatch.setattr(Viewer, "ask", ask)


@pytest.fixture
def alerts_shown_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For walks that look for something else: what an alert's page says is put together for its first answer to each
    person. Every refused step shows the whole page again, which takes ten times as long as the refusal."""
    from plateward.alerts.models import Alert
    from plateward.alerts.page import views
    from plateward.alerts.page.context import alert_context
    from plateward.dispatch import views as dispatch
    from plateward.people.models import Person

    contexts: dict[Any, dict[str, Any]] = {}

    def once(alert: Alert, person: Person) -> dict[str, Any]:
        if (alert.pk, person.pk) not in contexts:
            contexts[alert.pk, person.pk] = alert_context(alert, person)
        return dict(contexts[alert.pk, person.pk])

    monkeypatch.setattr(views, "alert_context", once)
    monkeypatch.setattr(dispatch, "alert_context", once)
